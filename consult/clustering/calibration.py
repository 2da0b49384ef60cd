"""Learn from labelled pairs what makes two documents the same request."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from consult.clustering.corpus import Corpus
from consult.clustering.documents import Document
from consult.clustering.encoders import Encoder, encode_documents
from consult.clustering.similarity import SIGNALS, Similarity, Weights
from consult.clustering.vectors import Floats, Integers, centre_of, centred

#: Keeps weights small where the pairs do not say.
PENALTY = 1e-5
START = -4.0


@dataclass(frozen=True)
class Lesson:
    """Pairs with their signals, whether a person calls them the same, and how much each counts."""

    signals: Floats
    same: np.ndarray
    counts: np.ndarray


def signals_of(
    documents: Sequence[Document],
    pairs: Integers,
    encoder: Encoder,
    asked: Sequence[Document] | None = None,
) -> Floats:
    """Return the signals of pairs of documents, in a corpus of all of them.

    With ``asked``, the first of each pair is taken from there: to learn how a title
    alone resembles a whole document.
    """
    corpus = Corpus()
    rows = [corpus.add(document) for document in documents]
    vectors = encode_documents(encoder, documents)
    centre = centre_of(vectors.sum(axis=0), len(vectors))
    vectors = centred(vectors, centre)
    firsts, first_vectors = rows, vectors
    if asked is not None:
        firsts = [corpus.look(document) for document in asked]
        first_vectors = centred(encode_documents(encoder, asked), centre)
    similarity = Similarity(corpus, {})
    table = np.zeros((len(pairs), len(SIGNALS)), np.float32)
    for first in np.unique(pairs[:, 0]):
        here = np.flatnonzero(pairs[:, 0] == first)
        others = pairs[here, 1]
        table[here] = similarity.signals(
            firsts[first], first_vectors[first], [rows[other] for other in others], vectors[others]
        )
    return table


def fit(lessons: Sequence[Lesson]) -> Weights:
    """Fit a logistic model to all lessons, each counting the same however many pairs it has.

    No weight is negative: more likeness never makes two documents less alike.
    """
    signals = np.concatenate([lesson.signals for lesson in lessons]).astype(float)
    table = np.concatenate([signals, np.sqrt(np.maximum(signals, 0))], axis=1)
    same = np.concatenate([lesson.same for lesson in lessons]).astype(float)
    counts = np.concatenate([lesson.counts / lesson.counts.sum() for lesson in lessons])

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        odds = table @ values[:-1] + values[-1]
        wrong = (1 / (1 + np.exp(-odds)) - same) * counts
        cost = (counts * (np.logaddexp(0, odds) - same * odds)).sum()
        slope = np.append(table.T @ wrong + 2 * PENALTY * values[:-1], wrong.sum())
        return float(cost + PENALTY * (values[:-1] ** 2).sum()), slope

    width = table.shape[1]
    bounds = [(0, None)] * width + [(None, None)]
    start = np.append(np.full(width, 0.5), START)
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x.round(4)
    half = width // 2
    return Weights(tuple(found[:half]), tuple(found[half:width]), float(found[-1]))


def stored(weights: Weights) -> dict[str, object]:
    """Return weights as ``similarity.json`` keeps them."""
    return {
        "plain": dict(zip(SIGNALS, map(float, weights.plain), strict=True)),
        "rooted": dict(zip(SIGNALS, map(float, weights.rooted), strict=True)),
        "offset": weights.offset,
    }
