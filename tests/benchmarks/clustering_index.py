"""Placing: how long, how much memory and how exact from a thousand to a million suggestions.

    python -m tests.benchmarks.clustering_index placing [SIZE …]
    python -m tests.benchmarks.clustering_index growth [DATA]
    python -m tests.benchmarks.clustering_index orders [DATA]

``placing`` lets one index grow by generated suggestions and stops at each SIZE: milliseconds of the
processor to find the place of the next ones (encoding not counted, cutting into words is), to add
them, and beside it the exact search that compares with every text: how much longer that takes, and
how much of what it finds is found. ``growth`` compares placing one by one with a run over the same
set; ``orders`` does so for many orders. DATA is a folder with messages_grouped.csv.
"""

import argparse
import csv
import os
import time
from itertools import islice
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from consult.clustering import Clusterer, Document, Index, encode_documents, load_encoder
from consult.clustering.index.placing import Placer
from tests.benchmarks.generator import generate
from tests.benchmarks.report import show

SIZES = [1_000, 10_000, 100_000, 1_000_000]
#: Suggestions asked for at each size, and those compared with every text.
ASKED, EXACT = 300, {1_000: 100, 10_000: 100, 100_000: 60, 1_000_000: 12}
LOADED = 10_000
#: What a search gives back, for the recall.
BEST = 5
GROWTH = [0.1, 0.2, 0.3, 0.4, 0.5]
ORDERS = 10
GENERATED, FEWER = 4_000, 1_500


def document(made):
    return Document(made.title, f"{made.facts} {made.proposal}")


def resident():
    """Megabytes of memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def timed(act, *arguments, **named):
    """What ``act`` returns, and the milliseconds of processor that it took."""
    started = time.process_time()
    found = act(*arguments, **named)
    return found, (time.process_time() - started) * 1000


def asked_of(index, encoder, documents, exact):
    """One line of the table: times and recall for documents that come next."""
    vectors = encode_documents(encoder, documents)
    times = {"place": [], "search": [], "add": [], "exact": []}
    same = best = likely = wanted = 0
    for at, (text, vector) in enumerate(zip(documents, vectors, strict=True)):
        _, took = timed(index.place, text, vector)
        times["place"].append(took)
        near, took = timed(index.search, text, vector, BEST, copies=1)
        times["search"].append(took)
        if at < exact:
            every, took = timed(index.search, text, vector, BEST, copies=1, exact=True)
            times["exact"].append(took)
            found = {match.id for match in near}
            same += sum(match.id in found for match in every)
            best += near[0].odds >= every[0].odds - 1e-4
            mates = [match.id for match in every if match.score >= index.threshold]
            likely += sum(key in found for key in mates)
            wanted += len(mates)
        _, took = timed(index.add, [f"asked {len(index)}"], [text], vector[None])
        times["add"].append(took)
    row = {
        f"{name}_p{share}": round(np.percentile(times[name], share), 2)
        for name, share in (("place", 50), ("place", 95), ("search", 50), ("add", 50), ("add", 95))
    }
    row["exact_p50"] = round(np.percentile(times["exact"], 50), 1)
    row["times_faster"] = round(row["exact_p50"] / row["search_p50"], 1)
    row["recall_best"] = round(best / exact, 3)
    row["recall_5"] = round(same / (BEST * exact), 3)
    row["recall_mates"] = round(likely / max(wanted, 1), 3)
    return row


def placing(sizes):
    encoder, index = load_encoder(), Index()
    stream = map(document, generate(max(sizes) + ASKED * len(sizes)))
    warm = [document(made) for made in generate(50, seed=1)]
    Index().add(range(50), warm, encode_documents(encoder, warm))
    before, rows, took, entered = resident(), [], 0.0, 0
    for size in sorted(sizes):
        while len(index) < size:
            texts = list(islice(stream, min(LOADED, size - len(index))))
            vectors = encode_documents(encoder, texts)
            ids = [f"loaded {len(index) + at}" for at in range(len(texts))]
            _, more = timed(index.add, ids, texts, vectors)
            took, entered = took + more, entered + len(texts)
            del texts, vectors
        row = {"texts": size, "mb": round(resident() - before)}
        row["bytes_each"] = round((resident() - before) * 2**20 / size)
        row["load_us_each"] = round(1000 * took / entered)
        row |= asked_of(index, encoder, list(islice(stream, ASKED)), EXACT.get(size, 20))
        rows.append(row)
        show("placing", list(rows[0]), rows, dimension=encoder.dimension)


def messages(folder):
    """Real messages with their groups by hand."""
    csv.field_size_limit(10**9)
    with (Path(folder) / "messages_grouped.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    gold = [row["group"] if row["group"] != "S" else row["id"] for row in rows]
    return [Document(row["title"], row["body"]) for row in rows], gold


def generated(count=GENERATED):
    made = list(generate(count))
    return [document(one) for one in made], [one.group for one in made]


def agreement(one, other):
    return adjusted_mutual_info_score([str(a) for a in one], [str(b) for b in other])


def grown(encoder, documents, vectors, order, base):
    """Labels after a run over the first ``base`` of ``order`` and placing of the rest."""
    first = order[:base]
    run = Clusterer(encoder).cluster([documents[at] for at in first], vectors=vectors[first])
    threshold = run.settings["applied_threshold"] if base else 0.5
    placer = Placer(threshold=threshold)
    placer.begin(first, [documents[at] for at in first], vectors[first], run.labels)
    for at in order[base:]:
        placer.add(at, documents[at], vectors[at])
    return [placer.groups[at] for at in range(len(documents))]


def sets(folder, count=GENERATED):
    """Named sets of documents with gold labels."""
    found = {"generated": generated(count)}
    if folder:
        found["messages"] = messages(folder)
    return found


def growth(folder):
    encoder, rows = load_encoder(), []
    for name, (documents, gold) in sets(folder).items():
        vectors = encode_documents(encoder, documents)
        full = Clusterer(encoder).cluster(documents, vectors=vectors).labels
        order = np.random.default_rng(0).permutation(len(documents)).tolist()
        for share in GROWTH:
            base = round(len(documents) / (1 + share))
            found = grown(encoder, documents, vectors, order, base)
            row = {"set": name, "texts": len(documents), "grown_by": f"{share:.0%}"}
            row["run_gold"] = round(agreement(gold, full), 4)
            row["placed_gold"] = round(agreement(gold, found), 4)
            row["difference"] = round(row["placed_gold"] - row["run_gold"], 4)
            row["run_placed"] = round(agreement(full, found), 4)
            rows.append(row)
        show("growth", list(rows[0]), rows)


def orders(folder):
    encoder, rows = load_encoder(), []
    for name, (documents, gold) in sets(folder, FEWER).items():
        vectors = encode_documents(encoder, documents)
        full = Clusterer(encoder).cluster(documents, vectors=vectors).labels
        for seed in range(ORDERS):
            order = np.random.default_rng(seed).permutation(len(documents)).tolist()
            again = Clusterer(encoder).cluster(
                [documents[at] for at in order], vectors=vectors[order]
            )
            back = np.empty(len(order), int)
            back[order] = again.labels
            found = grown(encoder, documents, vectors, order, 0)
            row = {"set": name, "texts": len(documents), "order": seed}
            row["run_again"] = round(agreement(full, back), 4)
            row["run_gold"] = round(agreement(gold, full), 4)
            row["placed_gold"] = round(agreement(gold, found), 4)
            row["run_placed"] = round(agreement(full, found), 4)
            rows.append(row)
        show("orders", list(rows[0]), rows)


def main():
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["placing", "growth", "orders"])
    parser.add_argument("given", nargs="*")
    arguments = parser.parse_args()
    if arguments.what == "placing":
        placing([int(size) for size in arguments.given] or SIZES)
    else:
        folder = arguments.given[0] if arguments.given else os.environ.get("JISI_DATA")
        {"growth": growth, "orders": orders}[arguments.what](folder)


if __name__ == "__main__":
    main()
