"""Merge pairs into groups on a sparse graph, so that no chain ties unlike ends."""

import heapq
import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence

import numpy as np

from consult.clustering.similarity import crowds
from consult.clustering.vectors import Floats, Integers

#: Log-odds assumed for two documents that were not worth comparing.
UNSEEN = -6.0
#: Links so weak are of texts that name different places, see ``ELSEWHERE`` in scoring.
OPPOSED = -10.0
#: Those weaker still are unlike in any case, and say nothing about groups.
UNLIKE = -28.0
#: Taken from the mean of the best links if all that tell are opposed.
VETO = 8.0
#: Links between the two say little, and are dropped to save room.
FAINT = UNSEEN + 0.5
#: Weaker links are as good as none when it is told what is ordinary.
LOWEST = UNSEEN - 3.0
#: Which of its neighbours, by likeness, are ordinary ones for a text.
ORDINARY = slice(10, 20)
#: A link stands out if it comes so far from an ordinary neighbour to the best one.
STANDING_OUT = 0.7
#: What a link must reach more among many texts.
crowd = crowds.crowd
#: Copies are together whatever surrounds them.
HIGHEST_FLOOR = 7.0


class Linkage:
    """Greedy merging by the mean of the best links between two groups.

    Between groups of *a* and *b* documents the best ``(a·b) ** reach`` links count.
    With ``reach`` 1 that is average linkage, which tears long groups apart; with 0 it
    is single linkage, which chains. Half way, a large group needs several good links to
    take in another, and no document must resemble all of it.
    """

    def __init__(
        self,
        count: int,
        pairs: Integers,
        odds: Floats,
        *,
        together: Iterable[tuple[int, int]],
        apart: Iterable[tuple[int, int]],
        reach: float,
    ) -> None:
        self.reach = reach
        self._size = [1] * count
        self._into = list(range(count))
        self._changes = [0] * count
        self._links: list[dict[int, list[float]]] = [{} for _ in range(count)]
        self._apart: list[set[int]] = [set() for _ in range(count)]
        for (first, second), value in zip(pairs.tolist(), odds.tolist(), strict=True):
            links = [value]
            self._links[first][second] = links
            self._links[second][first] = links
        for first, second in apart:
            self._apart[first].add(second)
            self._apart[second].add(first)
        for pair in sorted(together):
            first, second = sorted(map(self.group_of, pair))
            if first != second:
                self._merge(first, second)
                self._forgive(first)

    def group_of(self, member: int) -> int:
        """Return the group that a document is in now."""
        while self._into[member] != member:
            self._into[member] = self._into[self._into[member]]
            member = self._into[member]
        return member

    def merge_down_to(self, threshold: float) -> list[int]:
        """Merge while the strongest link reaches ``threshold``; return each document's group."""
        queue = [
            entry
            for first, links in enumerate(self._links)
            for second, values in links.items()
            if first < second and values[0] >= threshold
            if -(entry := self._entry(first, second))[0] >= threshold
        ]
        heapq.heapify(queue)
        while queue:
            _value, first, second, *changes = heapq.heappop(queue)
            if changes != [self._changes[first], self._changes[second]]:
                continue
            if second in self._apart[first]:
                continue
            self._merge(first, second)
            for other, links in self._links[first].items():
                if links[0] < threshold:  # then so is their mean
                    continue
                entry = self._entry(min(first, other), max(first, other))
                if -entry[0] >= threshold:
                    heapq.heappush(queue, entry)
        return [self.group_of(member) for member in range(len(self._into))]

    def strength(self, first: int, second: int) -> float:
        """Return the mean log-odds of the links that count between two groups.

        Less up to :data:`VETO` where most links say that it cannot be: a text that names no
        place must not tie two groups of which each names its own.
        """
        links = self._links[first][second]
        mean = _mean(links, self._size[first] * self._size[second], self.reach)
        if links[-1] > OPPOSED:  # the weakest
            return mean
        against = len(links) - bisect_left(links, -OPPOSED, key=_weakness)
        favour = bisect_left(links, 0.0, key=_weakness)
        return mean - VETO * against / (against + favour)

    def _forgive(self, group: int) -> None:
        """Forget what speaks against a group that a person tied, where something speaks for it."""
        for links in self._links[group].values():
            if links[0] > 0:
                links[:] = [link for link in links if link > OPPOSED]

    def _entry(self, first: int, second: int) -> tuple[float, int, int, int, int]:
        strength = self.strength(first, second)
        return (-strength, first, second, self._changes[first], self._changes[second])

    def _merge(self, first: int, second: int) -> None:
        self._into[second] = first
        self._size[first] += self._size[second]
        self._changes[first] += 1
        self._changes[second] += 1
        for other, links in self._links[second].items():
            if other == first:
                continue
            # both are in order, which makes sorting quick
            joined = sorted(self._links[first].get(other, []) + links, reverse=True)
            del self._links[other][second]
            self._links[first][other] = joined
            self._links[other][first] = joined
        self._links[first].pop(second, None)
        self._links[second] = {}
        for other in self._apart[second]:
            self._apart[other].discard(second)
            self._apart[other].add(first)
        self._apart[first] |= self._apart[second]
        self._apart[second] = set()


def _weakness(link: float) -> float:
    return -link


def telling(odds: Floats) -> np.ndarray:
    """Say which links :class:`Linkage` needs: the likely ones, and those that say it cannot be."""
    return np.asarray((odds > FAINT) | ((odds <= OPPOSED) & (odds > UNLIKE)))


def floor_of(count: int, pairs: Integers, odds: Floats) -> float:
    """Return the log-odds that a link must reach to stand out among its neighbours here.

    Where all texts are alike (a form letter with a line of one's own, one subject in few
    words) every pair looks probable. What counts then is how far the best neighbour of a
    text stands above an ordinary one; both are medians over all texts.
    """
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
    values = np.maximum(np.concatenate([odds, odds]), LOWEST)
    order = np.lexsort((-values, ends))
    begins = np.searchsorted(ends[order], np.arange(count + 1))
    starts, stops = begins[:-1], begins[1:]
    ranked = stops - starts > ORDINARY.start
    if not ranked.any():
        return -float("inf")
    starts, stops, values = starts[ranked], stops[ranked], np.append(values[order], np.float32(0))
    first, last = starts + ORDINARY.start, np.minimum(starts + ORDINARY.stop, stops)
    sums = np.add.reduceat(values, np.stack([first, last], axis=1).ravel())[::2]
    best, usual = float(np.median(values[starts])), float(np.median(sums / (last - first)))
    return min(usual + STANDING_OUT * (best - usual), HIGHEST_FLOOR)


def strongest(links: Iterable[float], possible: int, reach: float) -> float:
    """Return the mean of the best links; those that were never compared count as unlike."""
    return _mean(sorted(links, reverse=True), possible, reach)


def _mean(links: Sequence[float], possible: int, reach: float) -> float:
    """Return the same of links that come strongest first."""
    wanted: int = max(1, math.ceil(possible**reach - 1e-9))
    missing = max(0, wanted - len(links))
    total: float = sum(links[:wanted]) + UNSEEN * missing
    return total / wanted
