"""Learn from labelled pairs what makes two documents the same request."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.documents import Document
from consult.clustering.encoders.loading import Encoder, encode_documents
from consult.clustering.similarity.scoring import BLOCK, SIGNALS, Similarity, Weights
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
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
    vectors = encode_documents(encoder, documents)
    centre = centre_of(vectors.sum(axis=0), len(vectors))
    seconds = Side.of(corpus, corpus.add_all(documents), centred(vectors, centre))
    firsts = seconds
    if asked is not None:
        rows = [corpus.look(document) for document in asked]
        firsts = Side.of(corpus, rows, centred(encode_documents(encoder, asked), centre))
    blocks = [pairs[start : start + BLOCK] for start in range(0, len(pairs), BLOCK)]
    similarity = Similarity({})
    found = [similarity.signals(firsts, seconds, block) for block in blocks]
    return np.concatenate([np.zeros((0, len(SIGNALS)), np.float32), *found])


def fit(lessons: Sequence[Lesson], others: Sequence[Lesson] = (), share: float = 1.0) -> Weights:
    """Fit a logistic model to all lessons, each counting the same however many pairs it has.

    No weight is negative: more likeness never makes two documents less alike. ``others`` are of
    another world, where agreement is more or less common: they tell what likeness is worth, each with
    a start of its own that is forgotten. Together they count ``share`` times what ``lessons`` do, by the
    root of their sizes.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - who only compares does not pay for it

    every = [*lessons, *others]
    signals = np.concatenate([lesson.signals for lesson in every]).astype(float)
    table = np.concatenate([signals, np.sqrt(np.maximum(signals, 0))], axis=1)
    same = np.concatenate([lesson.same for lesson in every]).astype(float)
    roots = np.sqrt([len(lesson.same) for lesson in others])
    weighs = [1.0] * len(lessons) + list(share * len(lessons) * roots / max(roots.sum(), 1))
    counts = np.concatenate(
        [weight * one.counts / one.counts.sum() for one, weight in zip(every, weighs, strict=True)]
    )
    starts = [0] * len(lessons) + list(range(1, len(others) + 1))
    start_of = np.repeat(starts, [len(lesson.same) for lesson in every])
    width, many = table.shape[1], len(others) + 1

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        odds = table @ values[:width] + values[width:][start_of]
        wrong = (1 / (1 + np.exp(-odds)) - same) * counts
        cost = (counts * (np.logaddexp(0, odds) - same * odds)).sum()
        slope = table.T @ wrong + 2 * PENALTY * values[:width]
        slope = np.append(slope, np.bincount(start_of, wrong, minlength=many))
        return float(cost + PENALTY * (values[:width] ** 2).sum()), slope

    bounds = [(0, None)] * width + [(None, None)] * many
    start = np.append(np.full(width, 0.5), np.full(many, START))
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x.round(4)
    half = width // 2
    return Weights(tuple(found[:half]), tuple(found[half:width]), float(found[width]))


def stored(weights: Weights) -> dict[str, object]:
    """Return weights as ``similarity.json`` keeps them."""
    return {
        "plain": dict(zip(SIGNALS, map(float, weights.plain), strict=True)),
        "rooted": dict(zip(SIGNALS, map(float, weights.rooted), strict=True)),
        "offset": weights.offset,
    }
