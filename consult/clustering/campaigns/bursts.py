"""Bursts: times in which far more came than the rhythm of the topic lets expect."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.campaigns.copies import Doubles
from consult.clustering.vectors import Integers

#: A burst must be so unlikely by chance, over all windows looked at (Bonferroni).
CHANCE = 1e-4
#: And at least so many times what was to be expected, and so many in all.
TIMES, FEWEST = 3.0, 5
#: Windows are one to so many steps long, each twice as long as the one before.
LONGEST = 32
#: Others so few say little of the rhythm.
LITTLE = 20.0
#: Arrivals belong together up to so many times the usual gap.
BREATH = 3.0


@dataclass(frozen=True)
class Burst:
    """A time with many arrivals: seconds as given, ``count`` came and ``expected`` were to come.

    Parameters
    ----------
    start, end
        The first arrival and the last.
    count
        How many came.
    expected
        How many were to come.

    Examples
    --------
    >>> bursts([5.0] * 9, [0.0, 1e5], step=10.0)[0].count
    9
    """

    start: float
    end: float
    count: int
    expected: float


def bursts(
    arrivals: Sequence[float], background: Sequence[float], *, step: float = 3600.0
) -> tuple[Burst, ...]:
    """Return the bursts among ``arrivals`` (seconds), in order of time, none overlapping.

    ``background`` are the arrivals of the whole topic. A family of copies that follows the rhythm of its
    topic (few at night, many on the last day) has no burst: what is to be expected in a window is
    the family's own number times the share of all *other* arrivals in it, but
    never less than evenly spread, since a quiet topic says little. The most unlikely windows
    (Poisson) are taken first, and what came in the same breath is taken in. ``step`` is the
    shortest window.

    Cost: time grows with arrivals and background, times ten.

    Parameters
    ----------
    arrivals
        When each came, in seconds, in any order.
    background
        The same of the whole topic.
    step
        The shortest time looked at, in seconds.

    Examples
    --------
    >>> day = 86400.0
    >>> [burst.count for burst in bursts([5 * day + n for n in range(20)], [n * day for n in range(30)])]
    [20]
    """
    mine = np.sort(np.asarray(arrivals, np.float64))
    if len(mine) < FEWEST:
        return ()
    every = np.sort(np.asarray(background, np.float64))
    begin = min(mine[0], every[0] if len(every) else mine[0])
    span = max(mine[-1], every[-1] if len(every) else mine[-1]) - begin + step
    rhythm = _Rhythm(mine, every, begin, span)
    chosen: list[tuple[int, int]] = []
    for _surprise, first, last in sorted(_windows(rhythm, step)):
        if all(last < other[0] or first > other[1] for other in chosen):
            chosen.append(_grown(mine, first, last, step))
    return tuple(
        Burst(
            float(mine[first]),
            float(mine[last]),
            last - first + 1,
            round(rhythm.between(first, last, step), 2),
        )
        for first, last in _joined(chosen)
    )


@dataclass(frozen=True)
class _Rhythm:
    """How many of ``mine`` (sorted) the rest of ``every`` (sorted) lets expect at a time."""

    mine: Doubles
    every: Doubles
    begin: float
    span: float

    def expected(self, counts: Integers, length: float) -> Doubles:
        """Return how many to expect from each of ``mine`` on for ``length``, if ``counts`` came."""
        starts = self.mine
        there = np.searchsorted(self.every, starts + length) - np.searchsorted(self.every, starts)
        others = max(0, len(self.every) - len(self.mine))
        even = np.minimum(length, self.begin + self.span - starts) / self.span
        share = np.maximum(there - counts, 0) / max(1, others)
        trust = others / (others + LITTLE)
        mixed = trust * np.maximum(share, even) + (1 - trust) * even
        return np.asarray(len(self.mine) * mixed, np.float64)

    def between(self, first: int, last: int, step: float) -> float:
        """Return how many to expect from one of ``mine`` to another."""
        length = max(step, float(self.mine[last] - self.mine[first]))
        counts = np.full(len(self.mine), last - first + 1)
        return float(self.expected(counts, length)[first])


def _windows(rhythm: _Rhythm, step: float) -> list[tuple[float, int, int]]:
    """Return (log chance, first, last) of windows that begin at an arrival and are rare."""
    mine = rhythm.mine
    powers = range(LONGEST.bit_length())
    lengths = [step * 2**power for power in powers if step * 2**power < rhythm.span]
    limit = np.log(CHANCE) - np.log(max(1, len(lengths) * len(mine)))
    found = []
    for length in lengths:
        last = np.searchsorted(mine, mine + length, side="left") - 1
        counts = last - np.arange(len(mine)) + 1
        expected = rhythm.expected(counts, length)
        surprise = _log_chance(counts, expected)
        kept = (counts >= FEWEST) & (counts >= TIMES * expected) & (surprise < limit)
        found += [
            (float(surprise[at]), int(at), int(last[at])) for at in np.flatnonzero(kept).tolist()
        ]
    return found


def _grown(mine: Doubles, first: int, last: int, step: float) -> tuple[int, int]:
    """Take in what came in the same breath before and after."""
    gaps = np.diff(mine[first : last + 1])
    breath = min(step, BREATH * float(np.median(gaps)))
    while first > 0 and mine[first] - mine[first - 1] <= breath:
        first -= 1
    while last < len(mine) - 1 and mine[last + 1] - mine[last] <= breath:
        last += 1
    return first, last


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def _log_chance(counts: Integers, expected: Doubles) -> Doubles:
    """Return the logarithm of a bound (Chernoff) on the chance of so many or more by Poisson."""
    usual = np.maximum(expected, 1e-9)
    bound = counts - usual - counts * np.log(counts / usual)
    return np.where(counts > usual, bound, 0.0)
