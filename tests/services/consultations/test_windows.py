"""Days of a window, as people of one zone count them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.services.consultations import windows

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)  # 16 June begins in Shanghai

EARLY, LATE = (datetime(year, 1, 1) for year in (2020, 2030))  # noqa: DTZ001 - hypothesis adds the zone
moments = st.datetimes(EARLY, LATE, timezones=st.just(UTC))


def test_closing_at_midnight_ends_the_day_before():
    assert windows.last_day(MIDNIGHT, SHANGHAI) == date(2026, 6, 15)
    assert windows.last_day(MIDNIGHT + timedelta(seconds=1), SHANGHAI) == date(2026, 6, 16)


@pytest.mark.parametrize(
    ("hours", "left"),
    [(-2, 0), (0, 0), (1, 1), (24, 1), (25, 2), (7 * 24, 7), (7 * 24 + 1, 8)],
)
def test_days_left_count_days_of_shanghai_not_of_greenwich(hours, left):
    late_evening = MIDNIGHT - timedelta(hours=1)  # 23:00 on 15 June

    closes_at = MIDNIGHT + timedelta(hours=hours)
    assert windows.days_left(closes_at, now=late_evening, zone=SHANGHAI) == left


def test_a_window_touches_its_first_and_its_last_day():
    assert windows.days_open(MIDNIGHT, MIDNIGHT + timedelta(minutes=1), SHANGHAI) == 1
    assert (
        windows.days_open(
            MIDNIGHT - timedelta(minutes=1), MIDNIGHT + timedelta(minutes=1), SHANGHAI
        )
        == 2
    )
    assert windows.days_open(MIDNIGHT, MIDNIGHT + timedelta(days=30), SHANGHAI) == 30


@given(now=moments, hours=st.integers(0, 24 * 20))
def test_what_is_soon_and_what_has_seven_days_left_are_the_same(now, hours):
    closes_at = now + timedelta(hours=hours)

    is_soon = closes_at <= windows.soon(now, SHANGHAI)
    assert is_soon == (windows.days_left(closes_at, now=now, zone=SHANGHAI) <= windows.SOON_DAYS)


@pytest.mark.parametrize(("hours", "days"), [(-1, 0), (0, 0), (1, 1), (24, 1), (25, 2)])
def test_days_of_waiting_are_counted_from_the_last_day(hours, days):
    closes_at = MIDNIGHT - timedelta(hours=1)  # 23:00 on 15 June

    now = closes_at + timedelta(hours=hours)
    assert windows.days_since(closes_at, now=now, zone=SHANGHAI) == days
