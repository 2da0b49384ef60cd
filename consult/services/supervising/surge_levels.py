"""熔断: whether more arrives than should, and how far out of the ordinary that is.

A baseline is robust and seasonal: the level of a series is the mean of its days without the
tenth that was busiest, so that one past surge does not hide the next, and a day and a week have
their own course, learned from all series together since each alone is too thin. What arrived in
a window is then asked how improbable it is under a negative binomial law with the spread that the
days showed. Nothing is deleted by any of this: a level tells people, and people act.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from models.surge import Level

Counts = npt.NDArray[np.float64]
HOUR = timedelta(hours=1)
DAY = 24
WEEK = 7
#: Days from which a baseline is learned; fewer than ``LEAST_DAYS`` say nothing.
HISTORY_DAYS, LEAST_DAYS = 56, 14
#: The share of days, the busiest ones, that are left out.
LEFT_OUT = 0.1
#: What a series is given in advance each day, so that nothing counts as impossible.
ALWAYS = 0.2
#: Windows that are looked at, in hours.
WINDOWS = (1, 6, 24, 72)
#: From here on what arrives is one text, or anger, more than news. On a board of complaints every
#: fourth to fifth message has a word of anger anyhow.
ALIKE, NEGATIVE = 0.5, 0.5
#: Fewer say nothing about shares.
ENOUGH = 10


ORDER = tuple(Level)


@dataclass(frozen=True)
class Rule:
    """From when on a level holds: so improbable, so many times what is expected, so many."""

    level: Level
    chance: float
    times: float
    count: int


RULES = (
    Rule(Level.RED, 1e-9, 8, 50),
    Rule(Level.ORANGE, 1e-7, 5, 20),
    Rule(Level.YELLOW, 1e-5, 3, 10),
    Rule(Level.BLUE, 1e-3, 2, 5),
)


@dataclass(frozen=True)
class Course:
    """How arrivals spread over a day and a week, in means of one."""

    hours: Counts = field(default_factory=lambda: np.ones(DAY))
    weekdays: Counts = field(default_factory=lambda: np.ones(WEEK))

    def weight(self, moment: datetime) -> float:
        """Of one hour, against the mean hour; ``moment`` in the zone of the offices."""
        return float(self.hours[moment.hour] * self.weekdays[moment.weekday()])


@dataclass(frozen=True)
class Alarm:
    """What stood out: in which window, how many, how many were expected, and how bad that is."""

    level: Level
    window: int
    count: int
    expected: float
    chance: float
    #: Why the level is higher than the numbers alone make it.
    raised_by: tuple[str, ...] = ()


def course(series: Mapping[object, Counts], start: datetime) -> Course:
    """Learn the course of days and weeks from all series, each hourly from ``start`` on.

    Hours are smoothed with their neighbours and drawn towards the mean where little arrived.
    """
    total = sum(series.values(), np.zeros(_longest(series)))
    moments = [start + n * HOUR for n in range(len(total))]
    hours, weekdays, seen = np.zeros(DAY), np.zeros(WEEK), np.zeros(WEEK)
    for moment, count in zip(moments, _calmed(total), strict=True):
        hours[moment.hour] += count
        weekdays[moment.weekday()] += count
        seen[moment.weekday()] += 1
    weekdays /= np.maximum(seen, 1) / max(1.0, float(seen.mean()))
    smooth = (np.roll(hours, 1) + 2 * hours + np.roll(hours, -1)) / 4
    return Course(_mean_of_one(smooth, prior=DAY), _mean_of_one(weekdays, prior=WEEK))


def ordinary(before: Counts, first: datetime, course: Course, hours: int) -> Counts:
    """What ``hours`` hours from ``first`` on mostly bring, by the hours ``before`` them; for charts.

    Zero while too little is known.
    """
    if len(before) < LEAST_DAYS * DAY:
        return np.zeros(hours)
    level, _waver = _level(before[-HISTORY_DAYS * DAY :], first, course)
    return np.array([level / DAY * course.weight(first + n * HOUR) for n in range(hours)])


def look(
    counts: Counts,
    start: datetime,
    course: Course,
    *,
    alike: float = 0.0,
    negative: float = 0.0,
) -> Alarm | None:
    """What the last hours of a series have that the weeks before had not; None if nothing.

    ``counts`` are hourly from ``start`` on, the last of them the hour that has just ended.
    ``alike`` and ``negative`` are the shares of near-duplicates and of angry words among what
    arrived in the last day.
    """
    found = [alarm for window in WINDOWS if (alarm := _window(counts, start, course, window))]
    if not found:
        return None
    worst = max(found, key=lambda alarm: (alarm.level.rank, -alarm.chance))
    return raised(worst, alike, negative)


def raised(alarm: Alarm, alike: float, negative: float) -> Alarm:
    """The same, a level higher where it is mostly one text, or mostly anger."""
    reasons = tuple(
        name
        for name, share, least in (("alike", alike, ALIKE), ("negative", negative, NEGATIVE))
        if share >= least and alarm.count >= ENOUGH
    )
    level = ORDER[min(alarm.level.rank + bool(reasons), len(ORDER) - 1)]
    return replace(alarm, level=level, raised_by=reasons)


def _window(counts: Counts, start: datetime, course: Course, window: int) -> Alarm | None:
    before = counts[:-window][-HISTORY_DAYS * DAY :]
    if len(before) < LEAST_DAYS * DAY:
        return None
    first = start + (len(counts) - window) * HOUR
    level, waver = _level(before, first, course)
    weights = sum(course.weight(first + n * HOUR) for n in range(window))
    expected = level / DAY * weights
    count = int(counts[-window:].sum())
    chance = tail(count, expected, 1 + expected * waver)
    for rule in RULES:
        if count >= rule.count and chance <= rule.chance and count >= rule.times * expected:
            return Alarm(rule.level, window, count, expected, chance)
    return None


def _level(before: Counts, end: datetime, course: Course) -> tuple[float, float]:
    """The mean of the days that were not the busiest, and how much days waver beyond chance.

    ``before`` are the hours up to ``end``. Each day is taken against what its weekday mostly brings. The second
    number is the squared variation of the rate itself: 0 where days differ by chance alone.
    """
    whole = len(before) // DAY * DAY
    days = before[len(before) - whole :].reshape(-1, DAY).sum(axis=1)
    last = end - HOUR
    weekdays = [(last - timedelta(days=n)).weekday() for n in reversed(range(len(days)))]
    plain = np.sort(days / course.weekdays[weekdays])
    kept = plain[: max(1, math.ceil(len(plain) * (1 - LEFT_OUT)))]
    mean = float(kept.mean()) + ALWAYS
    return mean, max(0.0, float(kept.var()) - mean) / mean**2


def tail(count: int, expected: float, spread: float = 1.0) -> float:
    """The chance of ``count`` or more where ``expected`` are; 1 for none.

    Poisson, or with a ``spread`` (variance by mean) above one a negative binomial.
    """
    below = math.fsum(math.exp(_log_chance(n, expected, spread)) for n in range(count))
    if below < 1 - 1e-6:
        return max(0.0, 1 - below)
    # Too small for a difference from one: add up the tail itself, whose terms fall fast.
    terms = []
    for n in range(count, count + 2000):
        terms.append(math.exp(_log_chance(n, expected, spread)))
        if terms[-1] < terms[0] * 1e-12:
            break
    return min(1.0, math.fsum(terms))


def _log_chance(n: int, expected: float, spread: float) -> float:
    if spread <= 1.0 + 1e-9:
        return n * math.log(expected) - expected - math.lgamma(n + 1)
    size = expected / (spread - 1)
    return (
        math.lgamma(n + size)
        - math.lgamma(size)
        - math.lgamma(n + 1)
        - size * math.log(spread)
        + n * math.log1p(-1 / spread)
    )


def _calmed(total: Counts) -> Counts:
    """Hours without their extremes, so that one surge does not bend the course of all days."""
    most = float(np.quantile(total, 1 - LEFT_OUT / DAY)) if len(total) else 0.0
    return np.minimum(total, max(most, 1.0))


def _mean_of_one(weights: Counts, *, prior: int) -> Counts:
    drawn = weights + max(1.0, float(weights.sum()) * 0.02) / prior
    return np.asarray(drawn / drawn.mean(), np.float64)


def _longest(series: Mapping[object, Counts]) -> int:
    return max((len(counts) for counts in series.values()), default=0)


def hourly(moments: Sequence[datetime], start: datetime, end: datetime) -> Counts:
    """How many of ``moments`` fell into each hour from ``start`` up to ``end``."""
    counts = np.zeros(max(0, int((end - start) / HOUR)))
    for moment in moments:
        at = int((moment - start) / HOUR)
        if start <= moment and at < len(counts):
            counts[at] += 1
    return counts
