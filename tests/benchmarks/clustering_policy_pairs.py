"""Do the scores know a paraphrase from another wish? Own pairs, and published ones held out.

    python -m tests.benchmarks.clustering_policy_pairs [--data DATA] [--model MODEL …]

The 200 pairs of data/policy_pairs.tsv were written for this project: in ten fields of policy, in
Chinese and English, the same request in other words (1) and another wish in the same words (0).
``own`` tells the 100 paraphrases from each of their halves beside the others of its field; and looks
each request up among all others of its language (mean reciprocal rank, average precision). ``traps``
tells them from the other wishes in the same words, on which whoever reads words only must fail.
With DATA the same for the parts of published pairs on which nothing was trained. Thresholds are
chosen for the best F1 on four fifths (of the fields) and measured on the fifth left out. Further
models are by folder or name, such as a folder with all-MiniLM-L6-v2.
"""

import argparse
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from consult.clustering import Document, Encoder, encode_documents, load_encoder
from consult.clustering.similarity.calibration import Lesson
from consult.clustering.similarity.scoring import Similarity, shipped_weights
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from consult.clustering.tokens.words import words
from consult.clustering.training.archive import is_held_out
from consult.clustering.training.sources import from_pairs
from consult.clustering.vectors import centre_of, centred

OWN = Path(__file__).parent / "data" / "policy_pairs.tsv"
FOLDS = 5
#: Pairs of a published set that are measured at most.
MOST = 1500
Row = dict[str, str]
Scores = Callable[[Sequence[str], np.ndarray], np.ndarray]


@dataclass
class Pairs:
    """Texts two by two, whether they say the same, and in which part each pair is left out."""

    name: str
    first: list[str]
    second: list[str]
    same: np.ndarray
    part: np.ndarray


def own() -> Iterator[Pairs]:
    with OWN.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    for language in ("zh", "en"):
        kept = [row for row in rows if row["language"] == language]
        fields = sorted({row["field"] for row in kept})
        said = [row for row in kept if row["same"] == "1"]
        among = [
            (one, other, one is other)
            for one in said
            for other in said
            if one["field"] == other["field"]
        ]
        yield _pairs(f"own {language}", among, fields)
        traps = [(row, row, row["same"] == "1") for row in kept]
        yield _pairs(f"traps {language}", traps, fields)


def _pairs(name: str, rows: Sequence[tuple[Row, Row, bool]], fields: Sequence[str]) -> Pairs:
    return Pairs(
        name,
        [one["first"] for one, _, _ in rows],
        [other["second"] for _, other, _ in rows],
        np.array([same for *_, same in rows]),
        np.array([fields.index(one["field"]) % FOLDS for one, *_ in rows]),
    )


def published(data: Path, *, lessons: bool = False) -> Iterator[Pairs]:
    """Pairs that the vectors never saw: every second one is a lesson for weights, the others measure."""
    for path in sorted(data.glob("pairs/*.tsv")):
        graded = from_pairs(path).graded
        if len({mark for *_, mark in graded}) != 2 or "NLI" in path.stem:
            continue
        kept = [row for row in graded if is_held_out(row[0])][:MOST][0 if lessons else 1 :: 2]
        yield Pairs(
            path.stem,
            [row[0] for row in kept],
            [row[1] for row in kept],
            np.array([row[2] > 0.5 for row in kept]),
            np.arange(len(kept)) % FOLDS,
        )


def lessons_of(encoder: Encoder, data: Path) -> list[Lesson]:
    """Published pairs to learn weights from; others are measured."""
    found = []
    for pairs in published(data, lessons=True):
        side = side_of(encoder, pairs.first + pairs.second)
        both = np.arange(len(pairs.first))
        signals = Similarity({}).signals(side, side, np.stack([both, both + len(both)], axis=1))
        found.append(Lesson(signals, pairs.same, np.ones(len(both))))
    return found


def by_vectors(encoder: Encoder) -> Scores:
    def scores(texts: Sequence[str], pairs: np.ndarray) -> np.ndarray:
        rows = encoder.encode(texts)
        return np.einsum("ij,ij->i", rows[pairs[:, 0]], rows[pairs[:, 1]])

    return scores


def by_wording(**settings: object) -> Scores:
    def scores(texts: Sequence[str], pairs: np.ndarray) -> np.ndarray:
        rows = TfidfVectorizer(sublinear_tf=True, **settings).fit_transform(texts)
        return np.asarray(rows[pairs[:, 0]].multiply(rows[pairs[:, 1]]).sum(axis=1)).ravel()

    return scores


def side_of(encoder: Encoder, texts: Sequence[str]) -> Side:
    """Texts as a topic of their own."""
    corpus, documents = Corpus(), [Document(text) for text in texts]
    rows = corpus.add_all(documents)
    vectors = encode_documents(encoder, documents)
    vectors = centred(vectors, centre_of(vectors.sum(axis=0), len(vectors)))
    return Side.of(corpus, rows, vectors)


def by_similarity(encoder: Encoder) -> Scores:
    def scores(texts: Sequence[str], pairs: np.ndarray) -> np.ndarray:
        side = side_of(encoder, texts)
        similarity = Similarity(shipped_weights())
        blocks = [pairs[at : at + 4096] for at in range(0, len(pairs), 4096)]
        return np.concatenate([similarity.odds(side, side, block) for block in blocks])

    return scores


def cut_score(pairs: Pairs, scores: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 of thresholds that were chosen on other parts."""
    found = np.zeros(len(scores), bool)
    for part in range(FOLDS):
        here = pairs.part == part
        precision, recall, limits = precision_recall_curve(pairs.same[~here], scores[~here])
        f = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
        found[here] = scores[here] >= limits[min(int(f.argmax()), len(limits) - 1)]
    both = float((found & pairs.same).sum())
    precision, recall = both / max(found.sum(), 1), both / pairs.same.sum()
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def looked_up(pairs: Pairs, scores: Scores) -> tuple[float, float]:
    """Mean reciprocal rank of each mate among all other texts, and the average precision of that."""
    asked = np.flatnonzero(pairs.same)
    texts = [pairs.first[at] for at in asked] + [pairs.second[at] for at in asked]
    count, asked = len(asked), np.arange(len(asked))
    others = np.array([[one, other] for one in asked for other in range(count, 2 * count)])
    table = scores(texts, others).reshape(len(asked), count)
    mates = table[np.arange(len(asked)), asked]
    ranks = 1 + (table > mates[:, None]).sum(axis=1) + (table == mates[:, None]).sum(axis=1) / 2
    truth = np.zeros_like(table, bool)
    truth[np.arange(len(asked)), asked] = True
    return float((1 / (ranks - 0.5)).mean()), float(
        average_precision_score(truth.ravel(), table.ravel())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--shipped", default="shipped", help="The model in the place of ours.")
    parser.add_argument("--model", action="append", default=[])
    options = parser.parse_args()
    encoder = load_encoder(options.shipped)
    ways: dict[str, Scores] = {
        "similarity": by_similarity(encoder),
        "vectors": by_vectors(encoder),
        "words": by_wording(analyzer=words),
        "characters": by_wording(analyzer="char_wb", ngram_range=(1, 3)),
    }
    ways |= {Path(name).name: by_vectors(load_encoder(name)) for name in options.model}
    print(f"{'':24}{'':12}     AP    AUC      P      R     F1  lookup MRR  AP")
    for pairs in [*own(), *(published(options.data) if options.data else ())]:
        both = np.arange(len(pairs.first))
        places = np.stack([both, both + len(both)], axis=1)
        for name, way in ways.items():
            scores = way(pairs.first + pairs.second, places)
            row = [average_precision_score(pairs.same, scores), roc_auc_score(pairs.same, scores)]
            row += cut_score(pairs, scores)
            if pairs.name.startswith("own"):
                row += looked_up(pairs, way)
            cells = "".join(f"{value:7.3f}" for value in row)
            print(f"{pairs.name:24}{name[:12]:12}{cells}", flush=True)


if __name__ == "__main__":
    main()
