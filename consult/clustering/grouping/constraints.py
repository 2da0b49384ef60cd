"""Pairs that people said are the same or not: put in order, contradictions found."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True)
class Contradiction:
    """A pair kept apart whose members are tied together: neither was applied.

    ``apart`` is the pair said to differ, ``together`` the chain of pairs said to be the same.
    """

    apart: Pair
    together: tuple[Pair, ...]


@dataclass(frozen=True)
class Constraints:
    """What holds, and what contradicts itself and so does not."""

    together: frozenset[Pair]
    apart: frozenset[Pair]
    contradictions: tuple[Contradiction, ...]

    def reached(self) -> set[int]:
        """Return the documents that a "not the same" concerns: its ends, and all that is tied to them."""
        beside = _neighbours(self.together)
        found = {end for pair in self.apart for end in pair}
        waiting = deque(found)
        while waiting:
            fresh = set(beside.get(waiting.popleft(), ())) - found
            found |= fresh
            waiting.extend(fresh)
        return found


def settle(must_link: Iterable[Pair], cannot_link: Iterable[Pair], count: int) -> Constraints:
    """Sort out constraints among ``count`` documents.

    Where a pair is said to differ and a chain of pairs says it is the same, the pair and
    the shortest such chain are set aside and reported; everything else holds.

    :raises ValueError: if a position does not exist, or a text is to be kept apart from itself.
    """
    together = _tidy(must_link, count)
    apart = _tidy(cannot_link, count)
    selves = sorted(pair for pair in apart if pair[0] == pair[1])
    if selves:
        raise ValueError(f"cannot_link: {selves[0][0]} cannot be kept apart from itself")
    together = {pair for pair in together if pair[0] != pair[1]}
    found: list[Contradiction] = []
    dropped: set[Pair] = set()
    for pair in sorted(apart):
        while chain := _chain(together, pair):
            found.append(Contradiction(pair, chain))
            dropped.add(pair)
            together -= set(chain)
    return Constraints(frozenset(together), frozenset(apart - dropped), tuple(found))


def _tidy(pairs: Iterable[Pair], count: int) -> set[Pair]:
    tidy: set[Pair] = set()
    for first, second in pairs:
        if not (0 <= first < count and 0 <= second < count):
            raise ValueError(f"constraint ({first}, {second}): positions run from 0 to {count - 1}")
        tidy.add((min(first, second), max(first, second)))
    return tidy


def _neighbours(pairs: Iterable[Pair]) -> dict[int, list[int]]:
    beside: dict[int, list[int]] = {}
    for first, second in sorted(pairs):
        beside.setdefault(first, []).append(second)
        beside.setdefault(second, []).append(first)
    return beside


def _chain(together: set[Pair], ends: Pair) -> tuple[Pair, ...]:
    """Return the shortest chain of pairs between two ends, or nothing."""
    beside = _neighbours(together)
    came_from = {ends[0]: ends[0]}
    waiting = deque([ends[0]])
    while waiting and ends[1] not in came_from:
        here = waiting.popleft()
        for there in beside.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    if ends[1] not in came_from:
        return ()
    chain, here = [], ends[1]
    while here != ends[0]:
        chain.append((min(here, came_from[here]), max(here, came_from[here])))
        here = came_from[here]
    return tuple(chain)
