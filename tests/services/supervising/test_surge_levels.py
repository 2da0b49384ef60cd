"""Surges: what stands out of a series, and what does not."""

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.services.supervising.surge_levels import (
    Course,
    Level,
    course,
    hourly,
    look,
    tail,
)

START = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday
HOURS = 24 * 42
CHANCES = np.random.default_rng(7)
#: Busy by day, quiet by night and at weekends.
BY_DAY = np.array([0.1] * 8 + [2.0] * 10 + [0.6] * 6)


def quiet(level=12.0, hours=HOURS):
    """Six weeks as an office has them, with ``level`` messages on a working day."""
    weekend = np.array([0.3 if (n // 24) % 7 > 4 else 1.0 for n in range(hours)])
    rate = level / 24 * np.resize(BY_DAY / BY_DAY.mean(), hours) * weekend
    return CHANCES.poisson(rate).astype(float)


def learned(*series):
    return course(dict(enumerate(series)), START)


def test_an_ordinary_day_rings_for_nobody():
    alarms = [look(quiet(), START, learned(*(quiet() for _n in range(6)))) for _n in range(60)]
    assert sum(alarm is not None for alarm in alarms) <= 2


@pytest.mark.parametrize(("more", "level"), [(60, Level.RED), (30, Level.ORANGE), (0, None)])
def test_the_more_arrives_the_higher_the_level(more, level):
    counts = quiet(4.0)
    counts[-6:] = more / 6
    alarm = look(counts, START, learned(*(quiet() for _n in range(6))))
    assert (alarm and alarm.level) == level


def test_the_same_number_rings_by_night_and_not_by_day():
    known = learned(*(quiet(200.0) for _n in range(3)))
    night, noon = quiet(60.0)[: -24 + 3], quiet(60.0)[: -24 + 12]
    night[-1] = noon[-1] = 8
    assert look(night, START, known) is not None
    assert look(noon, START, known) is None


def test_a_past_surge_does_not_hide_the_next():
    counts = quiet(6.0)
    counts[-24 * 20 : -24 * 20 + 24] += 10
    counts[-24:] += 5
    assert look(counts, START, learned(quiet())).level in {Level.ORANGE, Level.RED}


def test_one_text_in_many_copies_raises_the_level():
    counts = quiet(4.0)
    counts[-6:] = 3
    known = learned(*(quiet() for _n in range(6)))
    plain, alike = look(counts, START, known), look(counts, START, known, alike=0.8)
    assert alike.raised_by == ("alike",)
    assert list(Level).index(alike.level) == list(Level).index(plain.level) + 1


def test_two_weeks_are_needed_before_anything_rings():
    counts = quiet(hours=24 * 10)
    counts[-1] = 100
    assert look(counts, START, Course()) is None


def test_messages_are_counted_by_the_hour_in_which_they_came():
    moments = [START + timedelta(minutes=minutes) for minutes in (-1, 0, 59, 60, 180)]
    assert hourly(moments, START, START + timedelta(hours=3)).tolist() == [2, 1, 0]


def test_the_course_has_a_mean_of_one_whatever_it_was_learned_from():
    for known in (learned(quiet()), learned(np.zeros(24 * 20)), course({}, START)):
        assert known.hours.mean() == pytest.approx(1)
        assert known.weekdays.mean() == pytest.approx(1)


@given(st.integers(0, 200), st.floats(0.05, 80), st.floats(1, 10))
def test_a_tail_is_a_chance_and_falls_with_the_count(count, expected, spread):
    one, more = tail(count, expected, spread), tail(count + 1, expected, spread)
    assert 0 <= more <= one + 1e-9 <= 1 + 1e-9


def test_the_tail_of_a_poisson_law_is_what_it_is():
    assert tail(0, 3.0) == 1
    assert tail(1, 3.0) == pytest.approx(1 - math.exp(-3))
    assert tail(40, 3.0) == pytest.approx(3.0**40 * math.exp(-3) / math.factorial(40), rel=0.1)
