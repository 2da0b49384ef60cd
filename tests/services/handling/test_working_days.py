"""Working days: what the calendar says, what was entered by hand, and time limits over both."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.exceptions import Invalid, NotAllowed
from consult.services.handling import working_days
from consult.services.handling.working_days import FIRST_YEAR, LAST_YEAR, MOST, Calendar
from models.mailbox import TimeUnit
from models.person import Role

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(ZONE)
MOMENTS = st.datetimes(
    datetime(FIRST_YEAR + 1, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(LAST_YEAR - 2, 12, 31),  # noqa: DTZ001
    timezones=st.just(ZONE),
)
AMOUNTS = st.integers(1, 60)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def days(start, amount, calendar=CALENDAR, unit=TimeUnit.WORKING_DAYS):
    limit = calendar.limit(at(start), amount, unit)
    last = (limit.at - timedelta(microseconds=1)).astimezone(ZONE)
    return last.date().isoformat()


def test_a_weekend_does_not_count():
    assert days("2026-06-05T10:00", 1) == "2026-06-08"


def test_the_day_of_the_start_does_not_count_however_early_it_is():
    assert days("2026-06-08T00:00", 1) == days("2026-06-08T23:59", 1) == "2026-06-09"


def test_a_holiday_does_not_count():
    assert days("2026-09-30T10:00", 1) == "2026-10-08"


def test_a_saturday_that_is_worked_instead_counts():
    """调休: the Saturday after the Spring Festival of 2026 is a working day."""
    assert CALENDAR.works(date(2026, 2, 28))
    assert days("2026-02-27T10:00", 1) == "2026-02-28"


def test_a_limit_in_all_days_that_would_end_on_a_holiday_ends_with_the_next_working_day():
    assert days("2026-09-04T10:00", 30, unit=TimeUnit.DAYS) == "2026-10-08"


def test_hours_run_through_nights_and_holidays():
    limit = CALENDAR.limit(at("2026-09-30T23:00"), 2, TimeUnit.HOURS)
    assert limit.at == at("2026-10-01T01:00")


def test_a_limit_ends_as_the_last_day_ends_where_the_offices_are():
    assert CALENDAR.limit(at("2026-06-08T10:00"), 1, TimeUnit.WORKING_DAYS).at == datetime(
        2026, 6, 9, 16, tzinfo=UTC
    )


def test_a_year_without_a_calendar_is_counted_by_weekends_and_said_to_be():
    limit = CALENDAR.limit(at(f"{LAST_YEAR}-12-31T10:00"), 5, TimeUnit.WORKING_DAYS)
    assert limit.provisional
    assert not CALENDAR.limit(at("2026-06-08T10:00"), 5, TimeUnit.WORKING_DAYS).provisional


def test_what_was_entered_goes_before_what_was_published():
    entered = Calendar(ZONE, {date(2026, 6, 9): False})
    assert days("2026-06-08T10:00", 1, entered) == "2026-06-10"


@pytest.mark.parametrize("amount", [0, -1, MOST + 1])
def test_no_limit_of_no_days_or_of_more_than_a_year(amount):
    with pytest.raises(Invalid):
        CALENDAR.limit(at("2026-06-08T10:00"), amount, TimeUnit.WORKING_DAYS)


@given(MOMENTS, AMOUNTS)
def test_as_many_working_days_lie_between_as_were_given(start, amount):
    limit = CALENDAR.limit(start, amount, TimeUnit.WORKING_DAYS)
    end = limit.at - timedelta(microseconds=1)
    assert CALENDAR.worked_between(start, end) == amount
    assert CALENDAR.works(end.astimezone(ZONE).date())


@given(MOMENTS, AMOUNTS, AMOUNTS)
def test_more_days_end_later_and_one_limit_after_another_is_one_limit(start, first, second):
    one = CALENDAR.limit(start, first, TimeUnit.WORKING_DAYS).at
    both = CALENDAR.limit(one - timedelta(microseconds=1), second, TimeUnit.WORKING_DAYS).at
    assert one < both == CALENDAR.limit(start, first + second, TimeUnit.WORKING_DAYS).at


@given(MOMENTS, AMOUNTS, st.sampled_from(TimeUnit))
def test_a_later_start_never_ends_earlier(start, amount, unit):
    later = start + timedelta(hours=7)
    assert CALENDAR.limit(start, amount, unit).at <= CALENDAR.limit(later, amount, unit).at


@given(MOMENTS, AMOUNTS)
def test_a_day_off_never_shortens_a_limit(start, amount):
    limit = CALENDAR.limit(start, amount, TimeUnit.WORKING_DAYS)
    last = (limit.at - timedelta(microseconds=1)).astimezone(ZONE).date()
    fewer = Calendar(ZONE, {last: False})
    assert fewer.limit(start, amount, TimeUnit.WORKING_DAYS).at > limit.at


def test_a_day_is_entered_replaced_and_taken_out(session, make, clock):
    actor = make.staff(Role.ADMINISTRATOR, make.agency())
    day = date(2027, 1, 4)
    for works in (False, True):
        working_days.enter(
            session, day=day, works=works, note=" 元旦调休 ", actor=actor, now=clock()
        )
    [row] = working_days.days_of(session, 2027)
    assert (row.works, row.note) == (True, "元旦调休")

    working_days.clear(session, day=day, actor=actor, now=clock())
    assert working_days.days_of(session, 2027) == []


def test_a_year_counts_as_known_once_a_day_off_of_it_was_entered(session, make, clock):
    actor = make.staff(Role.ADMINISTRATOR, make.agency())
    assert not working_days.calendar(session, ZONE).knows(LAST_YEAR + 1)

    day = date(LAST_YEAR + 1, 1, 1)
    working_days.enter(session, day=day, works=False, note="元旦", actor=actor, now=clock())
    session.flush()
    assert working_days.calendar(session, ZONE).knows(LAST_YEAR + 1)


def test_a_citizen_enters_no_day(session, make, clock):
    with pytest.raises(NotAllowed):
        working_days.enter(
            session,
            day=date(2027, 1, 4),
            works=False,
            note="",
            actor=make.person(),
            now=clock(),
        )
