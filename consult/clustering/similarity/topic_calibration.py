"""Fit the similarity to one topic, from the pairs that its staff labelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.documents import Document, as_document
from consult.clustering.encoders.loading import Encoder, encode_documents
from consult.clustering.similarity.calibration import stored
from consult.clustering.similarity.scoring import (
    BLOCK,
    KINDS,
    SIGNALS,
    Similarity,
    Weights,
    against,
    kinds_of,
    probability,
    shipped_weights,
)
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import Floats, Integers, centre_of, centred

#: How far a topic may move what a signal says (a factor about 1) and the whole (log-odds):
#: one standard deviation of what is expected before any pair is labelled. What any two texts begin
#: with stays: people label pairs that look alike, which say nothing of how rare mates are among all.
SPREAD, SHIFT = 0.25, 0.5
#: Labelled pairs, and of each answer, from which the figures are those of pairs not learnt from.
ENOUGH, ENOUGH_OF_EACH = 30, 5
FOLDS = 5
#: Thresholds at which precision and recall are told.
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))


@dataclass(frozen=True, slots=True)
class Point:
    """Of the labelled pairs: how many found at a threshold are right, how many right ones found."""

    threshold: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class Calibration:
    """The similarity of one topic, and how good it is on its labelled pairs.

    ``weights`` go into :class:`~consult.clustering.Clusterer` and ``Index``. ``curve`` is theirs,
    ``before`` that of the weights one came from. Both are of pairs not learnt from if
    ``cross_validated``; else there were too few, ``weights`` are trusted as they are and the
    curves flatter. ``improved`` says whether the pairs changed the weights: they do not where
    pairs held back were predicted no better.
    """

    weights: Mapping[str, Weights]
    curve: tuple[Point, ...]
    before: tuple[Point, ...]
    pairs: int
    same: int
    cross_validated: bool
    improved: bool

    @property
    def threshold(self) -> float:
        """Return the threshold of the best F1, the nearest to one half among equals."""
        if not 0 < self.same < self.pairs:
            return 0.5
        return max(self.curve, key=lambda at: (at.f1, -abs(at.threshold - 0.5))).threshold

    def stored(self) -> dict[str, object]:
        """Return the weights as JSON keeps them; :func:`~consult.clustering.similarity.scoring.restored` takes them back."""
        return {kind: stored(weights) for kind, weights in self.weights.items()}


@dataclass(frozen=True)
class _Labelled:
    """Labelled pairs: what each signal said by the prior, what is taken from them, the answers."""

    parts: Floats
    elsewhere: Floats
    same: np.ndarray
    pairs: Integers

    def part(self, chosen: np.ndarray) -> "_Labelled":
        return _Labelled(
            self.parts[chosen], self.elsewhere[chosen], self.same[chosen], self.pairs[chosen]
        )

    def odds(self, factors: np.ndarray) -> np.ndarray:
        """Return log-odds by a factor for each signal, and a shift."""
        return np.asarray(self.parts @ factors[:-1] + factors[-1] - self.elsewhere)


def calibrate(
    documents: Sequence[str | Document],
    pairs: Integers | Sequence[tuple[int, int]],
    same: Sequence[bool],
    encoder: Encoder,
    prior: Mapping[str, Weights] | None = None,
) -> Calibration:
    """Correct the weights of the similarity by labelled pairs of one topic.

    ``documents`` are all of the topic (they say how rare words are), ``pairs`` positions in them,
    ``same`` whether a person called the two the same request. What is learnt is small: a factor
    for each signal, near 1 until many pairs say otherwise, and a shift; so a handful of pairs
    does no harm, and kinds of pairs that nobody labelled profit as well. Both answers must be
    there: of pairs that are all the same nothing is learnt. Pairs that are hard to decide teach
    most; none needs to be a fair sample. Cost: the documents are taken apart once;
    the fit takes milliseconds.

    :raises ValueError: if ``pairs`` and ``same`` differ in number, or a position is of no document.
    """
    table = np.asarray(pairs, np.int64).reshape(-1, 2)
    answers = np.asarray(same, bool)
    if len(table) != len(answers):
        raise ValueError(f"{len(table)} pairs do not go with {len(answers)} answers")
    if table.size and not 0 <= table.min() <= table.max() < len(documents):
        raise ValueError(f"a pair names a document beyond the {len(documents)} given")
    prior = prior or shipped_weights()
    labelled = _labelled([as_document(text) for text in documents], table, answers, encoder, prior)
    unchanged = np.append(np.ones(len(SIGNALS)), 0.0)
    enough = min(answers.sum(), (~answers).sum()) >= ENOUGH_OF_EACH and len(answers) >= ENOUGH
    factors, before = _fitted(labelled), labelled.odds(unchanged)
    odds = _held_back(labelled) if enough else labelled.odds(factors)
    improved = answers.any() and not answers.all() and _loss(odds, answers) < _loss(before, answers)
    if not improved:
        factors, odds = unchanged, before
    return Calibration(
        weights={kind: _corrected(weights, factors) for kind, weights in prior.items()},
        curve=_curve(odds, answers),
        before=_curve(before, answers),
        pairs=len(answers),
        same=int(answers.sum()),
        cross_validated=bool(enough),
        improved=bool(improved),
    )


def _labelled(
    documents: Sequence[Document],
    pairs: Integers,
    same: np.ndarray,
    encoder: Encoder,
    prior: Mapping[str, Weights],
) -> _Labelled:
    """Take the pairs apart into what the prior weights make of each signal."""
    corpus = Corpus()
    vectors = encode_documents(encoder, documents)
    centre = centre_of(vectors.sum(axis=0), len(vectors))
    side = Side.of(corpus, corpus.add_all(documents), centred(vectors, centre))
    parts = np.zeros((len(pairs), len(SIGNALS)), np.float32)
    elsewhere = np.zeros(len(pairs), np.float32)
    for start in range(0, len(pairs), BLOCK):
        block = pairs[start : start + BLOCK]
        signals, kinds = Similarity({}).signals(side, side, block), kinds_of(side, side, block)
        for kind in np.unique(kinds):
            weights, here = prior[KINDS[kind]], np.flatnonzero(kinds == kind)
            parts[start + here] = weights.parts(signals[here])
            elsewhere[start + here] = -weights.offset
        elsewhere[start : start + BLOCK] += against(side, side, block, signals)
    return _Labelled(parts, elsewhere, same, pairs)


def _fitted(labelled: _Labelled) -> np.ndarray:
    """Return the likeliest factors and shift, given what is expected of them."""
    from scipy.optimize import minimize  # noqa: PLC0415 - only who groups pays for it

    middle = np.append(np.ones(labelled.parts.shape[1]), 0.0)
    spread = np.append(np.full(labelled.parts.shape[1], SPREAD), SHIFT)
    table = np.column_stack([labelled.parts, np.ones(len(labelled.same))]).astype(float)

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        odds = table @ values - labelled.elsewhere
        away = (values - middle) / spread
        cost = (np.logaddexp(0, odds) - labelled.same * odds).sum() + (away**2).sum() / 2
        wrong = 1 / (1 + np.exp(-np.clip(odds, -30, 30))) - labelled.same
        return float(cost), table.T @ wrong + away / spread

    bounds = [(0, None)] * len(SIGNALS) + [(-2 * SHIFT, 2 * SHIFT)]
    return np.asarray(minimize(loss, middle, jac=True, bounds=bounds, method="L-BFGS-B").x.round(4))


def _held_back(labelled: _Labelled) -> np.ndarray:
    """Return log-odds of each pair by factors learnt without the documents that it is of."""
    from scipy.sparse import coo_matrix, csgraph  # noqa: PLC0415 - only who groups pays for it

    ends = labelled.pairs[labelled.same]
    count = int(labelled.pairs.max()) + 1
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    fold = csgraph.connected_components(graph, directed=False)[1] % FOLDS
    odds = np.zeros(len(labelled.same))
    for turn in range(FOLDS):
        touched = (fold[labelled.pairs] == turn).any(axis=1)
        tested = fold[labelled.pairs[:, 0]] == turn
        odds[tested] = labelled.part(tested).odds(_fitted(labelled.part(~touched)))
    return odds


def _corrected(weights: Weights, factors: np.ndarray) -> Weights:
    *of_signals, shift = factors.tolist()
    plain = (weight * factor for weight, factor in zip(weights.plain, of_signals, strict=True))
    rooted = (weight * factor for weight, factor in zip(weights.rooted, of_signals, strict=True))
    return Weights(tuple(plain), tuple(rooted), weights.offset + shift)


def _loss(odds: np.ndarray, same: np.ndarray) -> float:
    return float((np.logaddexp(0, odds) - same * odds).mean())


def _curve(odds: np.ndarray, same: np.ndarray) -> tuple[Point, ...]:
    """Return precision and recall at each threshold; where nothing is found nothing is wrong."""
    chances = probability(odds)
    points = []
    for threshold in THRESHOLDS:
        found = chances >= threshold
        right = int((found & same).sum())
        precision = right / int(found.sum()) if found.any() else 1.0
        recall = right / int(same.sum()) if same.any() else 1.0
        points.append(Point(threshold, round(precision, 4), round(recall, 4)))
    return tuple(points)
