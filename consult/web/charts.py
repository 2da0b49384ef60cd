"""Charts that are drawn on the server: what a template needs to put marks in their places.

Across, places are shares of the width, so that a chart fits a phone as well as a desk; up, they
are pixels. Each mark may lead to the rows behind it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

HEIGHT = 180
#: Of the width of a group of columns, what stays free between two groups.
GAP = 0.28
#: Even ones, so that half of a scale of cases is a number of cases.
STEPS = (1, 2, 3, 4, 6, 8, 10)
LEAST_TOP = 4


@dataclass(frozen=True)
class Series:
    """One kind of mark; a value of None is not drawn. ``tone`` picks its colour, 1 to 6."""

    label: str
    values: Sequence[float | None]
    tone: int
    urls: Sequence[str] = ()


@dataclass(frozen=True)
class Mark:
    """A column or a point: ``x`` and ``width`` in percent, ``y`` and ``height`` in pixels."""

    x: float
    y: float
    value: float
    label: str
    url: str
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class Drawn:
    """A series in its places; ``lines`` joins neighbouring points."""

    series: Series
    marks: Sequence[Mark]
    lines: Sequence[tuple[Mark, Mark]] = ()


@dataclass(frozen=True)
class Chart:
    """All that a template draws, and the numbers for the table below it."""

    caption: str
    labels: Sequence[str]
    series: Sequence[Drawn]
    #: Height in pixels and what stands beside it.
    grid: Sequence[tuple[float, float]]
    #: Where each label stands, in percent.
    at: Sequence[float]
    is_share: bool = False
    height: int = HEIGHT

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to draw."""
        return not any(mark.value for drawn in self.series for mark in drawn.marks)


def columns(caption: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Columns in groups, one group a label."""
    top = nice_top(max((v for one in series for v in one.values if v is not None), default=0))
    group = 100 / max(1, len(labels))
    width = group * (1 - GAP) / max(1, len(series))
    drawn = []
    for number, one in enumerate(series):
        marks = [
            _mark(one, index, label, top, x=group * index + group * GAP / 2 + width * number)
            for index, label in enumerate(labels)
            if one.values[index] is not None
        ]
        drawn.append(Drawn(one, [_wide(mark, width * 0.94) for mark in marks]))
    return Chart(caption, labels, drawn, _grid(top), _at(len(labels)))


def lines(caption: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Shares of one as lines; where a value is missing, the line has a gap."""
    places = _at(len(labels))
    drawn = []
    for one in series:
        points = [
            _mark(one, index, label, 1.0, x=places[index])
            if one.values[index] is not None
            else None
            for index, label in enumerate(labels)
        ]
        joined = [(a, b) for a, b in pairwise(points) if a and b]
        drawn.append(Drawn(one, [point for point in points if point], joined))
    return Chart(caption, labels, drawn, _grid(1.0), places, is_share=True)


def nice_top(most: float) -> float:
    """The next round number from which a scale can begin; at least :data:`LEAST_TOP`."""
    if most <= LEAST_TOP:
        return LEAST_TOP
    size: float = 10.0 ** math.floor(math.log10(most))
    return next(step * size for step in STEPS if step * size >= most)


def _mark(one: Series, index: int, label: str, top: float, *, x: float) -> Mark:
    value = one.values[index] or 0
    tall = round(HEIGHT * min(1.0, value / top), 1)
    url = one.urls[index] if one.urls else ""
    return Mark(round(x, 3), round(HEIGHT - tall, 1), value, label, url, height=tall)


def _wide(mark: Mark, width: float) -> Mark:
    return Mark(mark.x, mark.y, mark.value, mark.label, mark.url, round(width, 3), mark.height)


def _grid(top: float) -> list[tuple[float, float]]:
    return [(round(HEIGHT * (1 - part / 4), 1), top * part / 4) for part in (4, 2)]


def _at(count: int) -> list[float]:
    return [round(100 / max(1, count) * (index + 0.5), 3) for index in range(count)]
