"""Themes and near copies against labels: python -m tests.benchmarks.clustering_themes DATA."""

import argparse
import csv
import random
import sys
import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_mutual_info_score

from consult.clustering import Document, encode_documents, find_themes, load_encoder, near_copies
from consult.clustering.campaigns.copies import families_of
from consult.clustering.vectors import centre_of, centred

csv.field_size_limit(sys.maxsize)


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def purity(labels, gold):
    inside = defaultdict(Counter)
    for label, true in zip(labels, gold, strict=True):
        inside[label][true] += 1
    return sum(max(counts.values()) for counts in inside.values()) / len(gold)


def labelled(data):
    """Yields a name, documents and their subject."""
    messages = [row for row in rows(data / "messages_classified.csv") if row["label"]]
    yield (
        "messages",
        [Document(m["title"], m["body"]) for m in messages],
        [m["label"] for m in messages],
    )
    said = rows(data / "arguments_grouped_en.csv")
    yield "arguments", [Document(a["body"]) for a in said], [a["topic"] for a in said]


def methods(vectors, count):
    """Others on equal vectors: k-means told the number, and density on few numbers as BERTopic does it."""
    middle = centred(vectors, centre_of(vectors.sum(axis=0), len(vectors)))
    yield f"k-means, {count}", lambda: KMeans(count, n_init=3, random_state=0).fit_predict(vectors)
    yield (
        f"k-means, {count}, centred",
        lambda: KMeans(count, n_init=3, random_state=0).fit_predict(middle),
    )
    yield (
        "PCA and HDBSCAN",
        lambda: HDBSCAN(min_cluster_size=10, copy=True).fit_predict(
            PCA(5, random_state=0).fit_transform(vectors)
        ),
    )


def measure_themes(data):
    encoder = load_encoder()
    for name, documents, gold in labelled(data):
        vectors = encode_documents(encoder, documents)
        start = time.process_time()
        themes = find_themes(documents, vectors)
        spent = time.process_time() - start
        report(name, "themes", themes.labels, gold, spent)
        for method, run in methods(vectors, len(themes)):
            start = time.process_time()
            labels = run()
            report(name, method, labels, gold, time.process_time() - start)


def report(name, method, labels, gold, seconds):
    ami = adjusted_mutual_info_score(gold, labels)
    others = np.mean(np.asarray(labels) < 0)
    print(
        f"{name:10} {method:22} {len(set(labels)):4} themes  AMI {ami:.3f}  "
        f"purity {purity(labels, gold):.3f}  in none {others:.2f}  {seconds:.1f} s",
        flush=True,
    )


def measure_copies(data, count):
    messages = rows(data / "messages_grouped.csv")
    place = {row["id"]: at for at, row in enumerate(messages)}
    marked = [
        (at, place[row["copy_of"]]) for at, row in enumerate(messages) if row["copy_of"] in place
    ]
    documents = [Document(row["title"], row["body"]) for row in messages]
    for threshold in (0.5, 0.6, 0.7):
        labels = near_copies(documents, threshold=threshold)
        pairs = [pair for family in families_of(labels) for pair in combinations(family, 2)]
        wrong = sum(
            messages[one]["group"] != messages[other]["group"] or messages[one]["group"] == "S"
            for one, other in pairs
        )
        found = sum(labels[one] == labels[other] for one, other in marked)
        print(
            f"copies at {threshold}: {found} of {len(marked)} marked; {wrong} of {len(pairs)} pairs wrong"
        )
    texts = short_texts([row["body"] for row in messages], count)
    start = time.process_time()
    labels = near_copies(texts)
    print(f"{count} short texts: {time.process_time() - start:.1f} s, {len(set(labels))} families")


def short_texts(bodies, count):
    """Sentences of sixty signs, each with up to forty changed."""
    chance = random.Random(1)
    texts = []
    for _ in range(count):
        signs = list(chance.choice(bodies)[chance.randrange(10) :][:60]) or list("电梯")
        for _ in range(chance.randrange(40)):
            signs[chance.randrange(len(signs))] = chr(0x4E00 + chance.randrange(3000))
        texts.append("".join(signs))
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--texts", type=int, default=100_000, help="short texts for the speed")
    options = parser.parse_args()
    measure_themes(options.data)
    measure_copies(options.data, options.texts)


if __name__ == "__main__":
    main()
