"""Turn labels into groups that explain themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from consult.clustering.grouping.linkage import UNSEEN
from consult.clustering.grouping.numbers import MARGIN
from consult.clustering.grouping.results import Group
from consult.clustering.similarity.scoring import probability
from consult.clustering.tokens.columns import Column
from consult.clustering.tokens.naming import Naming
from consult.clustering.vectors import Floats, Integers

#: A text alone is linked to itself so strongly.
FULL = -5 * UNSEEN
#: Texts described at a time, about.
BLOCK = 100_000


class Strengths(NamedTuple):
    """For pairs of numbers, ascending, how strongly they are linked."""

    one: Integers
    other: Integers
    value: Floats


@dataclass(frozen=True)
class Links:
    """The links of each text that say something: to whom, and how strongly."""

    starts: Integers
    others: Integers
    odds: Floats

    @classmethod
    def of(cls, count: int, pairs: Integers, odds: Floats) -> "Links":
        """Enter each pair from both of its ends."""
        said = np.flatnonzero(odds > UNSEEN)
        first, second = pairs[said, 0], pairs[said, 1]
        values = odds[said]
        values[values == 0] = np.finfo(values.dtype).tiny  # a sum of tables drops zeros
        from scipy.sparse import coo_matrix  # noqa: PLC0415 - only who groups pays for it

        table = coo_matrix((values, (first, second)), shape=(count, count)).tocsr()
        both = (table + table.T).tocsr()
        return cls(both.indptr, both.indices, both.data)

    def of_texts(self, texts: Integers) -> tuple[Integers, Integers, Floats]:
        """Return the links of some texts: from which, to which, how strong."""
        first = self.starts[texts]
        sizes = self.starts[texts + 1] - first
        ends = np.cumsum(sizes)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + sizes, sizes)
        return np.repeat(texts, sizes), self.others[at], self.odds[at].astype(np.float64)


@dataclass(frozen=True)
class Graph:
    """Distinct texts in canonical order, their group, and the links between them.

    ``labels`` is for each text one that stands for its group; ``copies`` how many documents have it.
    """

    links: Links
    labels: Integers
    copies: Integers
    reach: float
    limit: float

    @cached_property
    def sizes(self) -> Integers:
        """Return the number of distinct texts in the group of each label."""
        return np.bincount(self.labels, minlength=len(self.labels))

    def blocks(self) -> Iterator[Integers]:
        """Yield texts by label, whole groups at a time."""
        order = np.argsort(self.labels, kind="stable")
        starts = np.flatnonzero(np.diff(self.labels[order], prepend=-1))
        cuts = np.unique(starts[np.searchsorted(starts, np.arange(BLOCK, len(order), BLOCK)) - 1])
        return iter(np.split(order, cuts[cuts > 0]))

    @cached_property
    def described(self) -> "Described":
        """Describe all groups, some at a time."""
        count = len(self.labels)
        found = Described(
            central=np.zeros(count, np.float32),
            inside=np.where(self.sizes[self.labels] > 1, UNSEEN, FULL),
            outside=np.full(count, UNSEEN),
            nearest=np.full(count, -1, np.int64),
            nearness=np.full(count, UNSEEN),
        )
        for texts in self.blocks():
            self._describe(texts, found)
        return found

    def _describe(self, texts: Integers, found: "Described") -> None:
        one, other, odds = self.links.of_texts(texts)
        mine, yours = self.labels[one], self.labels[other]
        here = mine == yours
        sums = np.bincount(one[here], probability(odds[here]), minlength=len(self.labels))
        found.central[texts] = sums[texts]
        size = self.sizes
        tied = _strengths(one[here], one[here] * 0, odds[here], size[mine[here]] - 1, self.reach)
        found.inside[tied.one] = tied.value
        away = ~here
        one, mine, yours, odds = one[away], mine[away], yours[away], odds[away]
        tied = _strengths(one, yours, odds, size[yours], self.reach)
        np.maximum.at(found.outside, tied.one, tied.value)
        tied = _strengths(mine, yours, odds, size[mine] * size[yours], self.reach)
        order = np.lexsort((tied.other, -tied.value, tied.one))
        labels, first = np.unique(tied.one[order], return_index=True)
        found.nearest[labels] = tied.other[order[first]]
        found.nearness[labels] = tied.value[order[first]]

    @property
    def marks(self) -> Floats:
        """Return the similarity of each text to the rest of its group."""
        return probability(self.described.inside)

    @property
    def uncertain(self) -> np.ndarray:
        """Say which texts a slightly different threshold would move."""
        found, alone = self.described, self.sizes[self.labels] == 1
        loose = found.inside - np.maximum(found.outside, self.limit) < MARGIN
        return np.where(alone, found.outside > self.limit - MARGIN, loose)

    @cached_property
    def order(self) -> "Order":
        """Return the texts group by group, the largest group and the most typical text first."""
        texts = np.lexsort((np.arange(len(self.labels)), -self.described.central, self.labels))
        names, starts = np.unique(self.labels[texts], return_index=True)
        weight = np.add.reduceat(self.copies[texts], starts) if len(texts) else starts
        order = np.lexsort((names, -weight))
        sizes = np.diff(starts, append=len(texts))[order]
        ends = np.append(0, np.cumsum(sizes))
        at = np.arange(len(texts)) + np.repeat(starts[order] - ends[:-1], sizes)
        place = np.full(len(self.labels), -1)
        place[names[order]] = np.arange(len(order))
        return Order(texts[at], ends, names[order], place)


@dataclass(frozen=True)
class Described:
    """What links say: of each text how typical it is, how strongly it is tied to its group and
    to the best other, and of each label its nearest other and how near that is.
    """

    central: Floats
    inside: Floats
    outside: Floats
    nearest: Integers
    nearness: Floats


@dataclass(frozen=True)
class Order:
    """Texts group by group: those of group *k* run from ``starts[k]`` to ``starts[k + 1]``.

    ``names`` are their labels, and ``place`` is the group of each label.
    """

    texts: Integers
    starts: Integers
    names: Integers
    place: Integers


def groups_of(
    graph: Graph, copies: Sequence[Sequence[int]], words: Column, naming: Naming
) -> tuple[Group, ...]:
    """Describe every group, the largest first; ``copies`` lists the documents of each text."""
    order, found = graph.order, graph.described
    nearest = np.where(found.nearest >= 0, order.place[found.nearest], -1)[order.names].tolist()
    strengths = np.where(found.nearest >= 0, probability(found.nearness), 0)[order.names].tolist()
    marks, uncertain = graph.marks, graph.uncertain
    named = naming.groups(words, order.texts, order.starts)
    groups = []
    for at, keywords in enumerate(named):
        texts = order.texts[order.starts[at] : order.starts[at + 1]]
        listed = texts.tolist()
        each = np.repeat(marks[texts], graph.copies[texts])
        groups.append(
            Group(
                members=tuple(member for text in listed for member in copies[text]),
                similarities=tuple(each.round(4).tolist()),
                cohesion=round(float(each.mean()), 4),
                keywords=keywords,
                nearest=None if nearest[at] < 0 else nearest[at],
                nearest_similarity=round(strengths[at], 4),
                uncertain=tuple(
                    member
                    for text in sorted(texts[uncertain[texts]].tolist())
                    for member in copies[text]
                ),
            )
        )
    return tuple(groups)


def _strengths(
    one: Integers, other: Integers, values: Floats, possible: Integers, reach: float
) -> Strengths:
    """Return what :func:`~consult.clustering.grouping.linkage.strongest` gives for each pair of numbers."""
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
