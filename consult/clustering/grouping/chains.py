"""Shortest chains of pairs between two documents."""

from collections.abc import Iterable, Iterator

import numpy as np

from consult.clustering.vectors import Integers

Pair = tuple[int, int]


class Ties:
    """Pairs said to be the same, as a graph from which pairs are taken."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self.pairs = set(pairs)
        self._beside: dict[int, set[int]] = {}
        for first, second in self.pairs:
            self._beside.setdefault(first, set()).add(second)
            self._beside.setdefault(second, set()).add(first)

    def array(self) -> Integers:
        """Return the pairs as rows."""
        return np.array(list(self.pairs), np.int64).reshape(-1, 2)

    def remove(self, pairs: Iterable[Pair]) -> None:
        """Take pairs out."""
        for first, second in pairs:
            self.pairs.discard((first, second))
            self._beside[first].discard(second)
            self._beside[second].discard(first)

    def distance(self, ends: Pair, most: int) -> int | None:
        """Return the length of the shortest chain between two ends; None if it is above ``most``.

        Searched from both ends, the side with less to look at first.
        """
        seen = [{ends[0]}, {ends[1]}]
        edges = [{ends[0]}, {ends[1]}]
        for length in range(1, most + 1):
            side = int(self._work(edges[1]) < self._work(edges[0]))
            edges[side] = self._step(edges[side]) - seen[side]
            if not edges[side].isdisjoint(edges[1 - side]):
                return length
            if not edges[side]:
                return None
            seen[side] |= edges[side]
        return None

    def shortest(self, ends: Pair, length: int) -> list[tuple[Pair, ...]]:
        """Return chains of ``length``, the shortest there is, so that each pair on one is in some.

        A chain begins at the second of ``ends``.
        """
        layers = self._layers(ends, length)
        chains: list[tuple[Pair, ...]] = []
        covered: set[Pair] = set()
        for depth in range(length):
            for here in sorted(layers[depth]):
                for there in sorted(self._beside[here] & layers[depth + 1]):
                    if _pair(here, there) not in covered:
                        chain = tuple(self._through(layers, depth, here, there))
                        covered.update(chain)
                        chains.append(chain)
        return chains

    def _layers(self, ends: Pair, length: int) -> list[set[int]]:
        """Return, for each number of steps from the second end, what shortest chains pass then."""
        fore, back = [{ends[1]}], [{ends[0]}]
        seen = [{ends[1]}, {ends[0]}]
        while len(fore) + len(back) < length + 2:
            side = int(self._work(back[-1]) < self._work(fore[-1]))
            grown = (fore, back)[side]
            grown.append(self._step(grown[-1]) - seen[side])
            seen[side] |= grown[-1]
        # both now hold the layer in which they meet
        middle = fore.pop() & back.pop()
        layers = [*fore, middle, *reversed(back)]
        place = len(fore)
        for at in range(place - 1, -1, -1):
            layers[at] = self._touching(layers[at], layers[at + 1])
        for at in range(place + 1, length + 1):
            layers[at] = self._touching(layers[at], layers[at - 1])
        return layers

    def _touching(self, places: set[int], others: set[int]) -> set[int]:
        return {place for place in places if not self._beside[place].isdisjoint(others)}

    def _through(self, layers: list[set[int]], depth: int, here: int, there: int) -> Iterator[Pair]:
        """Yield one shortest chain that passes a pair."""
        start: list[Pair] = []
        at = here
        for layer in reversed(layers[:depth]):
            before = min(self._beside[at] & layer)
            start.append(_pair(before, at))
            at = before
        yield from reversed(start)
        yield _pair(here, there)
        at = there
        for layer in layers[depth + 2 :]:
            after = min(self._beside[at] & layer)
            yield _pair(at, after)
            at = after

    def _step(self, places: Iterable[int]) -> set[int]:
        return set().union(*(self._beside.get(place, ()) for place in places))

    def _work(self, places: Iterable[int]) -> int:
        return sum(len(self._beside.get(place, ())) for place in places)


def _pair(first: int, second: int) -> Pair:
    return (first, second) if first < second else (second, first)
