"""Pairs that people said are the same or not: put in order, contradictions found."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import index

import numpy as np

from consult.clustering.errors import WrongConstraints
from consult.clustering.grouping.chains import Ties

Pair = tuple[int, int]


@dataclass(frozen=True)
class Contradiction:
    """A pair kept apart whose members are tied together: neither was applied.

    Parameters
    ----------
    apart
        The pair said to differ.
    together
        The chain of pairs said to be the same that ties its two ends, from one to the other.

    Examples
    --------
    >>> from consult.clustering import Clusterer, HashingEncoder
    >>> texts = ["wider cycle lanes", "cycle lanes, wider", "lower the rents"]
    >>> grouping = Clusterer(HashingEncoder()).cluster(
    ...     texts, must_link=[(0, 1), (1, 2)], cannot_link=[(0, 2)]
    ... )
    >>> grouping.contradictions
    (Contradiction(apart=(0, 2), together=((1, 2), (0, 1))),)
    >>> print(grouping.contradictions[0])
    0 and 2 are said to differ, but to be the same through 2 = 1 = 0
    """

    apart: Pair
    together: tuple[Pair, ...]

    def __str__(self) -> str:
        here = self.apart[1]
        steps = [here, *(here := sum(pair) - here for pair in self.together)]
        through = " = ".join(map(str, steps))
        first, second = self.apart
        return f"{first} and {second} are said to differ, but to be the same through {through}"


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

    Where a pair is said to differ and chains of pairs say it is the same, the pair and those
    chains are set aside and reported, the shortest contradictions of all first: what contradicts
    itself only through something that is set aside already holds. Contradictions of one length
    are settled at once, so neither the order of the pairs nor the numbering of the documents
    decides what holds. Cost: 100,000 pairs take about a second.

    :raises WrongConstraints: if a position does not exist, is no number, or a text is to be kept
        apart from itself.
    """
    together = _tidy("must_link", must_link, count)
    apart = _tidy("cannot_link", cannot_link, count)
    selves = sorted(pair for pair in apart if pair[0] == pair[1])
    if selves:
        raise WrongConstraints(
            f"cannot_link: {selves[0][0]} cannot be kept apart from itself; remove that pair"
        )
    together = {pair for pair in together if pair[0] != pair[1]}
    found = _contradictions(together, apart)
    return Constraints(
        frozenset(together.difference(*(each.together for each in found))),
        frozenset(apart.difference(each.apart for each in found)),
        tuple(found),
    )


def _contradictions(together: set[Pair], apart: set[Pair]) -> list[Contradiction]:
    """Find chains level by level: all of one length are taken out of the ties together."""
    ties = Ties(together)
    found: list[Contradiction] = []
    waiting = dict.fromkeys(sorted(apart), 1)
    while waiting := _tied(ties, waiting):
        length = min(waiting.values())
        taken: set[Pair] = set()
        for pair, least in waiting.items():
            if least > length:
                continue
            distance = ties.distance(pair, most=2 * length)
            waiting[pair] = distance or 2 * length + 1
            if distance == length:
                chains = ties.shortest(pair, length)
                found += [Contradiction(pair, chain) for chain in chains]
                taken.update(*chains)
        ties.remove(taken)
    return found


def _tied(ties: Ties, waiting: dict[Pair, int]) -> dict[Pair, int]:
    """Leave out the pairs that no chain ties any more."""
    from scipy.sparse import csgraph, csr_matrix  # noqa: PLC0415 - only who groups pays for it

    if not waiting or not ties.pairs:
        return {}
    ends = np.array(list(waiting), np.int64)
    places, numbers = np.unique(np.concatenate([ends, ties.array()]), return_inverse=True)
    one, other = numbers.reshape(-1, 2)[len(ends) :].T
    graph = csr_matrix((np.ones(len(one)), (one, other)), shape=(len(places),) * 2)
    _, part = csgraph.connected_components(graph, directed=False)
    first, second = part[numbers.reshape(-1, 2)[: len(ends)]].T
    return {
        pair: waiting[pair] for pair, tied in zip(waiting, first == second, strict=True) if tied
    }


def _tidy(name: str, pairs: Iterable[Pair], count: int) -> set[Pair]:
    tidy: set[Pair] = set()
    for pair in pairs:
        first, second = _positions(name, pair)
        if not (0 <= first < count and 0 <= second < count):
            there = f"positions run from 0 to {count - 1}" if count else "there are no documents"
            raise WrongConstraints(f"{name}: constraint ({first}, {second}): {there}")
        tidy.add((min(first, second), max(first, second)))
    return tidy


def _positions(name: str, pair: Sequence[int]) -> Pair:
    try:
        first, second = map(index, pair)
    except (TypeError, ValueError) as error:
        raise WrongConstraints(
            f"{name}: {pair!r} is no pair of positions; give pairs of whole numbers"
        ) from error
    return first, second


def _neighbours(pairs: Iterable[Pair]) -> dict[int, list[int]]:
    beside: dict[int, list[int]] = {}
    for first, second in sorted(pairs):
        beside.setdefault(first, []).append(second)
        beside.setdefault(second, []).append(first)
    return beside
