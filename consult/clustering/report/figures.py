"""The numbers of the two pictures: how large groups are, and how alike the pairs that were compared."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from consult.clustering.grouping.results import BOUNDS, Grouping
from consult.clustering.similarity.scoring import chance, log_odds

#: The drawing, in units of its own; the right side and the foot hold the axes. The page asks for all six.
WIDTH, HEIGHT = 440, 250
LEFT, RIGHT, TOP, BOTTOM = 58, 436, 22, 206
#: Room between two bars, as a share of the room for one.
GAP = 0.14
#: Percentages written below the picture of pairs.
TICKS = ("0.1", "1", "10", "50", "90", "99", "99.9")


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, how many, where it is drawn, and whether it is marked."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float
    marked: bool = True


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Bars with a logarithmic scale of counts; ``line`` is where a threshold is drawn."""

    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    line: float | None = None


def size_chart(grouping: Grouping) -> Chart:
    """Count groups by their size: one by one up to four, then in bins that double."""
    bounds = [1, 2, 3, 4, 5]
    largest = max((len(group) for group in grouping), default=1)
    while bounds[-1] <= largest:
        bounds.append(2 * bounds[-1] - 1)
    counts = [0] * (len(bounds) - 1)
    for group in grouping:
        counts[next(n for n in range(len(counts)) if len(group) < bounds[n + 1])] += 1
    labels = [
        str(low) if high == low + 1 else f"{low}–{high - 1}" for low, high in pairwise(bounds)
    ]
    bars = _bars(counts, labels, [True] * len(counts))
    across = tuple(Tick(bar.x + bar.width / 2, bar.label) for bar in bars)
    return Chart(bars, across, _scale(max(counts, default=1)))


def likeness_chart(grouping: Grouping, threshold: float) -> Chart:
    """Count compared pairs by the probability that they are the same request, scaled as log-odds."""
    edges = [-math.inf, *BOUNDS, math.inf]
    labels = [f"{percent(low)} – {percent(high)}" for low, high in pairwise(edges)]
    counts = list(grouping.compared) or [0] * len(labels)
    limit = log_odds(threshold)
    middle = [low + 0.25 for low in (BOUNDS[0] - 0.5, *BOUNDS)]
    bars = _bars(counts, labels, [value >= limit for value in middle])
    across = tuple(
        Tick(round(_across(log_odds(float(mark) / 100)), 1), f"{mark}%") for mark in TICKS
    )
    return Chart(bars, across, _scale(max(counts, default=1)), round(_across(limit), 1))


def percent(odds: float) -> str:
    """Write log-odds as a percentage, with as many places as it needs."""
    if math.isinf(odds):
        return "0 %" if odds < 0 else "100 %"
    share = 100 * chance(odds)
    places = 0 if 1 <= share <= 99 else 1 if 0.1 <= share <= 99.9 else 2  # noqa: PLR2004
    return f"{share:.{places}f} %"


def _across(odds: float) -> float:
    """Return where log-odds lie; a bin lies on either side of all bounds."""
    step = BOUNDS[1] - BOUNDS[0]
    low, high = BOUNDS[0] - step, BOUNDS[-1] + step
    share = (min(max(odds, low), high) - low) / (high - low)
    return LEFT + share * (RIGHT - LEFT)


def _bars(counts: Sequence[int], labels: Sequence[str], marked: Sequence[bool]) -> tuple[Bar, ...]:
    room = (RIGHT - LEFT) / max(len(counts), 1)
    top = _top(max(counts, default=1))
    bars = []
    for number, count in enumerate(counts):
        height = (BOTTOM - TOP) * _height(count, top)
        bars.append(
            Bar(
                labels[number],
                count,
                round(LEFT + room * (number + GAP / 2), 1),
                round(BOTTOM - height, 1),
                round(room * (1 - GAP), 1),
                round(height, 1),
                marked[number],
            )
        )
    return tuple(bars)


def _height(count: int, top: int) -> float:
    """Return the height of a bar: one is seen, nothing is not."""
    return math.log10(2 * count) / math.log10(2 * top) if count else 0.0


def _top(most: int) -> int:
    """Return the power of ten that the scale ends with."""
    return int(10 ** max(1, math.ceil(math.log10(max(most, 1)))))


def _scale(most: int) -> tuple[Tick, ...]:
    top = _top(most)
    powers = [10**power for power in range(round(math.log10(top)) + 1)]
    return tuple(
        Tick(round(BOTTOM - (BOTTOM - TOP) * _height(value, top), 1), f"{value:,}")
        for value in powers
    )
