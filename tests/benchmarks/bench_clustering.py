"""Grouping beside what people use today, in one run on the same texts and vectors.

    python -m tests.benchmarks.bench_clustering [SIZE …]

Generated suggestions with known groups at 2,000 and 10,000; the others get the vectors of the
shipped model too, and their threshold is the best for them on the smaller set (ours is its default).
Seconds are those of the processor, on one core, so that a busy machine does not matter.
With ``JISI_DATA`` (a folder with messages_grouped.csv) also the quality on real messages.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score

from consult.clustering import Clusterer, Document, Index, encode_documents, load_encoder
from consult.clustering.tokens.words import words
from tests.benchmarks.generator import generate
from tests.benchmarks.report import show

SIZES = [2_000, 10_000]
THRESHOLDS = {
    "community_detection": [0.6, 0.7, 0.8, 0.9],
    "words + average link": [0.1, 0.2, 0.3, 0.4, 0.5],
}
COLUMNS = ["method", "texts", "threshold", "cpu_s", "peak_mb", "AMI", "P", "R", "F1"]


def texts(size):
    """Documents and their groups, generated, or the real messages for size 0."""
    if size:
        made = list(generate(size))
        return [Document(m.title, f"{m.facts} {m.proposal}") for m in made], [m.group for m in made]
    path = Path(os.environ["JISI_DATA"]) / "messages_grouped.csv"
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    gold = [row["group"] if row["group"] != "S" else row["id"] for row in rows]
    return [Document(row["title"], row["body"]) for row in rows], gold


def scores(gold, found):
    """Adjusted mutual information, and precision, recall and F1 over pairs."""
    _, y = np.unique(gold, return_inverse=True)
    _, p = np.unique(found, return_inverse=True)
    _, joint = np.unique(np.stack([y, p]), axis=1, return_inverse=True)
    both, claimed, wanted = (float((n := np.bincount(x)) @ (n - 1)) for x in (joint, p, y))
    precision, recall = both / max(claimed, 1), both / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    ami = adjusted_mutual_info_score(y, p)
    return {"AMI": ami, "P": precision, "R": recall, "F1": f1}


def ours(documents, vectors, threshold):
    return Clusterer(load_encoder(), threshold=threshold).cluster(documents, vectors=vectors).labels


def community(documents, vectors, threshold):
    from sentence_transformers.util import community_detection  # noqa: PLC0415 - heavy

    found = community_detection(vectors, threshold=threshold, min_community_size=2)
    labels = -np.arange(1, len(documents) + 1)
    for number, members in enumerate(found):
        labels[members] = number
    return labels


def lexical(documents, vectors, threshold):
    table = TfidfVectorizer(analyzer=words, sublinear_tf=True, max_features=20_000).fit_transform(
        [document.text for document in documents]
    )
    return AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - threshold
    ).fit_predict(table.toarray().astype(np.float32))


METHODS = {
    "ours": ours,
    "community_detection": community,
    "words + average link": lexical,
}


def measure(method, size, threshold):
    """One method on one set, in a process of its own, so that memory is its own."""
    documents, gold = texts(size)
    encoder = load_encoder()
    vectors = encode_documents(encoder, documents)
    METHODS[method](documents[:20], vectors[:20], threshold)  # imports and models are not measured
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    labels = METHODS[method](documents, vectors, threshold)
    seconds = time.process_time() - started
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    row = {"method": method, "texts": size or "real", "threshold": threshold}
    row |= {"cpu_s": round(seconds, 2), "peak_mb": round(peak)}
    return row | {name: round(value, 3) for name, value in scores(gold, labels).items()}


def alone(*arguments):
    """Run :func:`measure` in a fresh interpreter."""
    code = (
        "import json, sys; from tests.benchmarks.bench_clustering import measure;"
        f"print(json.dumps(measure{arguments!r}))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    if shown.returncode:
        return {"method": arguments[0], "texts": arguments[1], "cpu_s": "failed"}
    return json.loads(shown.stdout.splitlines()[-1])


def best_threshold(method, size):
    """The threshold that serves another method best on this set."""
    documents, gold = texts(size)
    vectors = encode_documents(load_encoder(), documents)
    quality = {
        threshold: scores(gold, METHODS[method](documents, vectors, threshold))["AMI"]
        for threshold in THRESHOLDS[method]
    }
    return max(quality, key=quality.get)


def placing(size):
    """Milliseconds to look up and to add one document among ``size``."""
    documents, _ = texts(size)
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


def main():
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    if "JISI_DATA" in os.environ:
        sizes.append(0)
    rows = []
    for method in METHODS:
        for size in sizes:
            tuned_on = 0 if size == 0 else sizes[0]
            threshold = 0.5 if method == "ours" else best_threshold(method, tuned_on)
            rows.append(alone(method, size, threshold))
    show("clustering", COLUMNS, rows)
    placed = [placing(size) for size in sizes if size]
    show("placing", list(placed[0]), placed)


if __name__ == "__main__":
    main()
