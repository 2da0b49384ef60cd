"""Pairs that cannot be the same request are compared only where they keep a group apart."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from consult.clustering.grouping.candidates import Progress
from consult.clustering.grouping.linkage import LOWEST
from consult.clustering.grouping.prevalence import KIND
from consult.clustering.similarity.ceiling import ceiling
from consult.clustering.similarity.scoring import BLOCK, Similarity, apart, kinds_of, log_odds
from consult.clustering.tokens.tables import Facts, Side
from consult.clustering.vectors import Floats, Integers

#: No pair is far.
NEVER = -float("inf")
#: Pairs whose places are told apart at a time: many repeat, and each is looked at once.
MANY = 16 * BLOCK

Wanted = Callable[[Integers], np.ndarray]


class Bounds(NamedTuple):
    """What is known of pairs before their wording is compared.

    ``odds`` cannot be exceeded; ``elsewhere`` says how surely the places differ; ``far`` which pairs are
    so unlike that it need not be known by how much, unless both texts come close by others.
    """

    odds: Floats
    elsewhere: Floats
    far: np.ndarray


def lowest_for(threshold: float) -> float:
    """Return the log-odds from which down a pair is far, where two texts are joined from ``threshold`` on."""
    return min(LOWEST, log_odds(threshold) - 1)


def bounds(similarity: Similarity, facts: Facts, pairs: Integers, lowest: float) -> Bounds:
    """Say which pairs are far, from places and vectors alone.

    Where a pair is far nothing depends on its log-odds but how much it speaks against merging two groups,
    and these only meet where strong links lead from one to the other: see ``Parts.hold``.
    """
    odds, elsewhere = np.zeros(len(pairs), np.float32), np.zeros(len(pairs), np.float32)
    for start in range(0, len(pairs), MANY):
        here = slice(start, start + MANY)
        elsewhere[here] = apart(facts, facts, pairs[here])
    for start in range(0, len(pairs), BLOCK):
        here = slice(start, start + BLOCK)
        odds[here] = ceiling(similarity.weights, facts, pairs[here], elsewhere[here], lowest)
    far = odds <= lowest
    far[far] = kinds_of(facts, facts, pairs[far]) != KIND  # those may be adapted
    return Bounds(odds, elsewhere, far)


def compared(
    similarity: Similarity,
    side: Side,
    pairs: Integers,
    elsewhere: Floats,
    progress: Progress | None = None,
) -> Floats:
    """Return the log-odds of pairs, some at a time; ``elsewhere`` says how surely their places differ."""
    odds = np.zeros(len(pairs), np.float32)
    for start in range(0, len(pairs), BLOCK):
        here = slice(start, start + BLOCK)
        odds[here] = similarity.odds(side, side, pairs[here], elsewhere[here])
        if progress:
            progress("comparing", min(start + BLOCK, len(pairs)), len(pairs))
    return odds


class Likeness:
    """The log-odds of pairs of documents.

    Of ``far`` pairs, which cannot exceed ``lowest``, they are what cannot be exceeded until they are settled.
    """

    def __init__(
        self,
        similarity: Similarity,
        side: Side,
        pairs: Integers,
        lowest: float,
        progress: Progress | None = None,
    ) -> None:
        self._similarity, self._side, self.pairs = similarity, side, pairs
        self.odds, self._elsewhere, self.far = bounds(similarity, side, pairs, lowest)
        left = np.flatnonzero(~self.far)
        self.odds[left] = compared(similarity, side, pairs[left], self._elsewhere[left], progress)

    def settle(self, wanted: Wanted) -> None:
        """Compare those far pairs that are wanted."""
        far = np.flatnonzero(self.far)
        far = far[wanted(self.pairs[far])]
        pairs = self.pairs[far]
        self.odds[far] = compared(self._similarity, self._side, pairs, self._elsewhere[far])
        self.far[far] = False
