"""Turn labels into groups that explain themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from consult.clustering.grouping.linkage import UNSEEN
from consult.clustering.grouping.results import Group
from consult.clustering.similarity.scoring import probability
from consult.clustering.tokens.corpus import Corpus, Row
from consult.clustering.tokens.keywords import keywords
from consult.clustering.vectors import Floats, Integers

#: A member is uncertain if its place would change for so little in log-odds.
MARGIN = 0.6
#: A text alone is linked to itself so strongly.
FULL = -5 * UNSEEN


class Strengths(NamedTuple):
    """For pairs of numbers, ascending, how strongly they are linked."""

    one: Integers
    other: Integers
    value: Floats


@dataclass(frozen=True)
class Graph:
    """Distinct texts in canonical order, their group, and the links between them.

    ``copies`` lists, for each distinct text, the positions of the documents that have it.
    """

    corpus: Corpus
    rows: Sequence[Row]
    copies: Sequence[Sequence[int]]
    labels: Integers
    pairs: Integers
    odds: Floats
    reach: float
    limit: float

    def groups(self) -> tuple[Group, ...]:
        """Describe every group, the largest first."""
        ordered = np.lexsort((np.arange(len(self.labels)), -self._central, self.labels))
        names, starts = np.unique(self.labels[ordered], return_index=True)
        members = np.split(ordered, starts[1:])
        copies = np.array([len(positions) for positions in self.copies])
        weight = np.add.reduceat(copies[ordered], starts)
        order = np.lexsort((names, -weight))
        place = dict(zip(names[order].tolist(), range(len(order)), strict=True))
        return tuple(self._group(members[at].tolist(), int(names[at]), place) for at in order)

    def _group(self, texts: Sequence[int], label: int, place: dict[int, int]) -> Group:
        marks = np.repeat(self._marks[texts], [len(self.copies[text]) for text in texts])
        near, strength = self._nearest.get(label, (None, 0.0))
        return Group(
            members=tuple(at for text in texts for at in self.copies[text]),
            similarities=tuple(marks.round(4).tolist()),
            cohesion=round(float(marks.mean()), 4),
            keywords=keywords(self.corpus, [self.rows[text] for text in texts]),
            nearest=None if near is None else place[near],
            nearest_similarity=round(strength, 4),
            uncertain=tuple(
                at for text in sorted(texts) if self._uncertain[text] for at in self.copies[text]
            ),
        )

    @cached_property
    def _links(self) -> tuple[Integers, Integers, Floats]:
        """Return each link that says something from both of its ends."""
        said = self.odds > UNSEEN
        first, second = self.pairs[said].T
        return (
            np.concatenate([first, second]),
            np.concatenate([second, first]),
            np.tile(self.odds[said], 2).astype(np.float64),
        )

    @cached_property
    def _sizes(self) -> Integers:
        """Return the number of distinct texts in the group of each label."""
        return np.bincount(self.labels, minlength=len(self.labels))

    @cached_property
    def _central(self) -> Floats:
        """Return how many of its group are likely to say the same as each text, as expected."""
        one, other, odds = self._links
        inside = self.labels[one] == self.labels[other]
        weights = probability(odds[inside])
        return np.bincount(one[inside], weights, minlength=len(self.labels)).astype(np.float32)

    @cached_property
    def _inside(self) -> Floats:
        """Return how strongly each text is linked to the rest of its group; alone, fully."""
        one, other, odds = self._links
        here = self.labels[one] == self.labels[other]
        size = self._sizes[self.labels]
        strength = np.where(size > 1, UNSEEN, FULL)
        found = _strengths(one[here], one[here] * 0, odds[here], size[one[here]] - 1, self.reach)
        strength[found.one] = found.value
        return strength

    @cached_property
    def _marks(self) -> Floats:
        return probability(self._inside)

    @cached_property
    def _nearest(self) -> dict[int, tuple[int, float]]:
        """Return for each group the nearest other, the first of several, and how near it is."""
        ends = np.sort(self.labels[self.pairs], axis=1)
        apart = ends[:, 0] != ends[:, 1]
        one, other = ends[apart].T
        possible = self._sizes[one] * self._sizes[other]
        found = _strengths(one, other, self.odds[apart].astype(np.float64), possible, self.reach)
        ones = np.concatenate([found.one, found.other])
        others = np.concatenate([found.other, found.one])
        values = np.tile(found.value, 2)
        order = np.lexsort((others, -values, ones))
        labels, first = np.unique(ones[order], return_index=True)
        best = order[first]
        marks = probability(values[best]).tolist()
        pairs = zip(others[best].tolist(), marks, strict=True)
        return dict(zip(labels.tolist(), pairs, strict=True))

    @cached_property
    def _uncertain(self) -> np.ndarray:
        """Say which texts a slightly different threshold would move."""
        one, other, odds = self._links
        label = self.labels[other]
        away = self.labels[one] != label
        one, label = one[away], label[away]
        found = _strengths(one, label, odds[away], self._sizes[label], self.reach)
        outside = np.full(len(self.labels), UNSEEN)
        np.maximum.at(outside, found.one, found.value)
        alone = self._sizes[self.labels] == 1
        loose = self._inside - np.maximum(outside, self.limit) < MARGIN
        return np.where(alone, outside > self.limit - MARGIN, loose)


def _strengths(
    one: Integers, other: Integers, values: Floats, possible: Integers, reach: float
) -> Strengths:
    """Return what :func:`~consult.clustering.linkage.strongest` gives for each pair of numbers."""
    order = np.lexsort((-values, other, one))
    one, other, values, possible = one[order], other[order], values[order], possible[order]
    new = np.append(True, (np.diff(one) != 0) | (np.diff(other) != 0))[: len(one)]
    starts = np.flatnonzero(new)
    sizes = np.diff(starts, append=len(one))
    rank = np.arange(len(one)) - np.repeat(starts, sizes)
    wanted = np.maximum(1, np.ceil(possible**reach - 1e-9))
    counted = rank < wanted
    pair = np.repeat(np.arange(len(starts)), sizes)[counted]
    sums = np.bincount(pair, values[counted], minlength=len(starts))
    missing = np.maximum(wanted[starts] - sizes, 0)
    return Strengths(one[starts], other[starts], (sums + UNSEEN * missing) / wanted[starts])
