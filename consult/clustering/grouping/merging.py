"""From links to groups: what hangs together is merged, each part for itself."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from consult.clustering.grouping.linkage import Linkage, telling
from consult.clustering.grouping.rounds import merge_in_rounds
from consult.clustering.grouping.sparing import Likeness
from consult.clustering.vectors import Floats, Integers

Pair = tuple[int, int]
#: A part with more documents is merged in rounds.
MANY = 10_000


@dataclass(frozen=True)
class Merging:
    """Merge documents while their links reach ``limit``, see :class:`Linkage`.

    Documents that no chain of such links joins are never merged, since no mean of links is
    above the best of them; and where all are linked so, all are. Only what lies between is
    merged: step by step, and in rounds where a part is very large.
    """

    limit: float
    reach: float

    def compared(
        self,
        count: int,
        likeness: Likeness,
        together: Collection[Pair] = (),
        apart: Collection[Pair] = (),
    ) -> Integers:
        """Merge compared documents; pairs that were spared are compared first where they count."""
        pairs, odds = likeness.pairs, likeness.odds
        found = self.parts(count, pairs, odds, _rows(together), _rows(apart))
        likeness.settle(found.hold)
        kept = telling(odds) & ~likeness.far
        return self.labels(count, pairs[kept], odds[kept], together, apart)

    def labels(
        self,
        count: int,
        pairs: Integers,
        odds: Floats,
        together: Collection[Pair] = (),
        apart: Collection[Pair] = (),
    ) -> Integers:
        """Return for each document one that stands for its group."""
        ties, bars = _rows(together), _rows(apart)
        found = self.parts(count, pairs, odds, ties, bars)
        part, hard = found.part, found.hard
        labels = firsts_of(part)
        large = hard & (np.bincount(part) > MANY)
        if large.any():
            here = large[part[pairs[:, 0]]] & (part[pairs[:, 0]] == part[pairs[:, 1]])
            merged = merge_in_rounds(
                count,
                pairs[here],
                odds[here],
                self.limit,
                self.reach,
                ties[large[part[ties[:, 0]]]],
                bars[large[part[bars]].any(axis=1)],
            )
            labels = np.where(large[part], merged, labels)
            hard &= ~large
        members = np.flatnonzero(hard[part])
        if len(members):
            here = hard[part[pairs[:, 0]]] & (part[pairs[:, 0]] == part[pairs[:, 1]])
            number = np.zeros(count, np.int64)
            number[members] = np.arange(len(members))
            linkage = Linkage(
                len(members),
                number[pairs[here]],
                odds[here],
                together=_within(together, hard[part], number),
                apart=_within(apart, hard[part], number),
                reach=self.reach,
            )
            labels[members] = members[np.array(linkage.merge_down_to(self.limit), np.int64)]
        return labels

    def parts(
        self, count: int, pairs: Integers, odds: Floats, ties: Integers, bars: Integers
    ) -> "Parts":
        """Find what hangs together; ``ties`` and ``bars`` are pairs that people ruled on."""
        strong = pairs[odds >= self.limit]
        part = parts(count, np.concatenate([strong, ties]))
        sizes = np.bincount(part)
        links = np.bincount(part[strong[:, 0]], minlength=len(sizes))
        hard = links < sizes * (sizes - 1) // 2
        hard[part[ties.ravel()]] = True
        hard[part[bars.ravel()]] = True
        return Parts(part, hard & (sizes > 1))


@dataclass(frozen=True)
class Parts:
    """Which part each document is in, and which parts must be merged step by step.

    Those are the parts that are not all linked, or with ruled pairs.
    """

    part: Integers
    hard: np.ndarray

    def hold(self, pairs: Integers) -> np.ndarray:
        """Say which pairs lie in one part that is merged step by step; no others count there."""
        mine = self.part[pairs[:, 0]]
        return np.asarray(self.hard[mine] & (mine == self.part[pairs[:, 1]]))


def parts(count: int, ends: Integers) -> Integers:
    """Number the parts that pairs tie together; return the part of each document."""
    graph = sparse.csr_matrix(
        (np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=(count, count)
    )
    return np.asarray(csgraph.connected_components(graph, directed=False)[1], np.int32)


def firsts_of(part: Integers) -> Integers:
    """Return for each document the first of its part."""
    firsts = np.unique(part, return_index=True)[1]
    return np.asarray(firsts[part], np.int64)


def _rows(pairs: Collection[Pair]) -> Integers:
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def _within(pairs: Collection[Pair], kept: np.ndarray, number: Integers) -> list[Pair]:
    inside = [(a, b) for a, b in pairs if kept[a] and kept[b]]
    return [(int(number[a]), int(number[b])) for a, b in inside]
