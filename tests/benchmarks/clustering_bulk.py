"""Grouping of large files: time, memory, candidate recall and growth.

    python -m tests.benchmarks.clustering_bulk [SIZE …] [--workers N] [--neighbours N] [--work DIR] [--sample N]

For each size (10,000, 50,000 and 200,000; try 1,018,000 and 8,542,000) suggestions are generated into
DIR (a temporary folder without it), grouped from the file to the groups by ``cluster_file``, and scored.
With ``--work`` the file and the working folder are kept, and a run that was stopped goes on.

Recall: of the ten likeliest mates of each of N texts, found by comparing it with all texts, the share
that were candidates. Only likely ones count: at or above the threshold that the run applied.
"""

import argparse
import csv
import tempfile
from pathlib import Path

import numpy as np

from consult.clustering import load_encoder
from consult.clustering.bulk import cluster_file
from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.searching import side_of
from consult.clustering.evaluation import evaluate
from consult.clustering.similarity.scoring import BLOCK, Similarity, log_odds, shipped_weights
from tests.benchmarks.generator import write
from tests.benchmarks.report import show

SIZES = [10_000, 50_000, 200_000]
COLUMNS = ["texts", "wall_s", "cpu_s", "us_a_text", "peak_mb", "pairs_a_text", "recall", "groups"]
#: Adjusted mutual information is worked out for so many texts at most: it is slow.
SCORED = 300_000
MATES = 10
PART = 20_000


def recall(folder, sample, threshold):
    """Share of the likeliest mates of some texts that were candidates, and how many mates those are."""
    work, limit = Folder(folder), log_odds(threshold)
    count = len(work.load("order"))
    chosen = np.random.default_rng(0).choice(count, min(sample, count), replace=False)
    asked, similarity = side_of(work, chosen), Similarity(shipped_weights())
    found = [[] for _ in chosen]
    for start in range(0, count, PART):
        side = side_of(work, np.arange(start, min(start + PART, count)))
        size = len(side.vectors)
        for at in range(len(chosen)):
            pairs = np.stack([np.full(size, at), np.arange(size)], axis=1)
            blocks = [pairs[first : first + BLOCK] for first in range(0, size, BLOCK)]
            odds = np.concatenate([similarity.odds(asked, side, block) for block in blocks])
            near = np.flatnonzero(odds >= limit)
            found[at] += zip(odds[near].tolist(), (start + near).tolist(), strict=True)
    wanted = np.array(
        [
            min(text, mate) * count + max(text, mate)
            for text, mates in zip(chosen.tolist(), found, strict=True)
            for _, mate in sorted((odds, mate) for odds, mate in mates if mate != text)[-MATES:]
        ],
        np.int64,
    )
    return float(np.isin(wanted, known(work, wanted)).mean()) if len(wanted) else 1.0, len(wanted)


def known(work, wanted):
    """Those of some pairs that were candidates."""
    hits = [np.zeros(0, np.int64)]
    for room in ("found", "met"):
        for path in sorted((work.path / room).glob("*.npy")):
            stored = work.load(f"{room}/{path.stem}")
            if len(stored):
                at = np.minimum(np.searchsorted(stored, wanted), len(stored) - 1)
                hits.append(wanted[stored[at] == wanted])
    return np.concatenate(hits)


def quality(path, out):
    """Scores of what was written, against the groups of the generator."""
    with path.open(encoding="utf-8", newline="") as one, out.open(encoding="utf-8") as other:
        gold = [row["group"] for row in csv.DictReader(one)]
        found = [row["cluster"] for row in csv.DictReader(other)]
    figures = evaluate(gold, found)
    return {
        "AMI": round(figures.adjusted_mutual_information, 3),
        "P": round(figures.pairs.precision, 3),
        "R": round(figures.pairs.recall, 3),
        "F1": round(figures.pairs.f1, 3),
    }


def measure(size, place, options):
    """One size, from the file to the groups."""
    path, out, work = place / f"{size}.csv", place / f"{size}.out.csv", place / f"{size}.work"
    if not path.exists():
        write(size, path)
    summary = cluster_file(
        path,
        out,
        encoder=load_encoder(),
        id_column="id",
        groups=out.with_suffix(".jsonl"),
        work=work,
        workers=options.workers,
        neighbours=options.neighbours,
        progress=lambda stage, done, total: print(
            f"{stage} {done} of {total}", end="\r", flush=True
        ),
    )
    facts = summary.as_dict()
    row = {
        "texts": size,
        "wall_s": facts["total_seconds"],
        "cpu_s": facts["total_cpu_seconds"],
        "us_a_text": round(facts["total_cpu_seconds"] / size * 1e6),
        "peak_mb": summary.peak_bytes >> 20,
        "pairs_a_text": round(summary.pairs / max(1, summary.distinct), 1),
        "groups": summary.groups,
    }
    if options.sample:
        share, mates = recall(work, options.sample, summary.applied_threshold)
        row |= {"recall": round(share, 4), "mates": mates}
    if size <= SCORED:
        row |= quality(path, out)
    for stage, seconds in summary.seconds.items():
        print(f"  {stage:22} wall {seconds:9.2f} s  processor {summary.cpu_seconds[stage]:9.2f} s")
    return row | {"summary": facts}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--neighbours", type=int, default=32)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--sample", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = options.work or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        rows = [measure(size, place, options) for size in options.sizes]
    growth = None
    if len(rows) > 1:
        sizes, spent = np.log([[row["texts"], row["cpu_s"]] for row in rows]).T
        growth = round(float(np.polyfit(sizes, spent, 1)[0]), 3)
    name = "bulk" if len(rows) > 1 else f"bulk-{rows[0]['texts']}"
    show(name, [*COLUMNS, "AMI", "P", "R", "F1"], rows, growth=growth, workers=options.workers)


if __name__ == "__main__":
    main()
