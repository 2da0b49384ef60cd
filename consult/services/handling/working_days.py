"""Working days of the Chinese calendar: holidays, days worked instead (调休), and time limits.

The published calendar comes from a kept library; what an administrator enters for a day goes
before it. A year that neither knows yet is counted by weekends alone, and said to be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Invalid, NotFound
from consult.permissions import Permission, require
from consult.services.records import ledger
from models.case import Clock
from models.mailbox import CalendarDay, TimeUnit
from models.person import Person

SATURDAY = 5
#: The first and the last year whose holidays the library knows.
FIRST_YEAR = min(chinese_calendar.holidays).year
LAST_YEAR = max(chinese_calendar.workdays).year
#: A limit is at most so many days: more is a slip of the pen.
MOST = 366
#: The longest holiday that is entered at once.
LONGEST_SPAN = 31
#: So far ahead the longest usual limits reach.
SOON = timedelta(days=120)


@dataclass(frozen=True)
class Limit:
    """When a time runs out, and whether a year on the way has no published calendar yet."""

    at: datetime
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, in the zone of the offices."""

    zone: ZoneInfo
    #: What was entered by hand, by day.
    entered: Mapping[date, bool] = field(default_factory=dict)
    #: Years that count as published though the library does not know them: someone entered them.
    entered_years: frozenset[int] = frozenset()

    def works(self, day: date) -> bool:
        """Say whether offices work on ``day``; by weekends alone in a year nobody knows."""
        if day in self.entered:
            return self.entered[day]
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < SATURDAY

    def knows(self, year: int) -> bool:
        """Say whether the holidays of ``year`` are known."""
        return FIRST_YEAR <= year <= LAST_YEAR or year in self.entered_years

    def limit(self, start: datetime, amount: int, unit: TimeUnit) -> Limit:
        """When ``amount`` of ``unit`` from ``start`` has run out.

        Days end at midnight of the zone. The day of the start does not count
        (Civil Code art. 201), and a limit in days that would end on a day off ends with the
        next working day (art. 203).

        :raises Invalid: if ``amount`` is not between 1 and a year.
        """
        if not 1 <= amount <= MOST * (24 if unit is TimeUnit.HOURS else 1):
            raise Invalid(N_("A time limit is between one day and a year."), field="amount")
        if unit is TimeUnit.HOURS:
            return Limit(start + timedelta(hours=amount), provisional=False)
        first = start.astimezone(self.zone).date()
        last = first + timedelta(days=amount) if unit is TimeUnit.DAYS else first
        if unit is TimeUnit.DAYS:
            last = self._worked(last)
        else:
            for _day in range(amount):
                last = self._worked(last + timedelta(days=1))
        years = range(first.year, last.year + 1)
        return Limit(self._end(last), provisional=not all(map(self.knows, years)))

    def worked_between(self, start: datetime, end: datetime) -> int:
        """Working days after the day of ``start`` up to and with the day of ``end``."""
        first, last = (moment.astimezone(self.zone).date() for moment in (start, end))
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(map(self.works, days))

    def _worked(self, day: date) -> date:
        """``day``, or the next one that is worked."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def _end(self, day: date) -> datetime:
        midnight = datetime.combine(day + timedelta(days=1), time(), self.zone)
        return midnight.astimezone(UTC)


def unknown_soon(calendar: Calendar, now: datetime) -> int | None:
    """The year without a published calendar that clocks of today may run into, if there is one."""
    first = now.astimezone(calendar.zone).date()
    years = (first.year, (first + SOON).year)
    return next((year for year in years if not calendar.knows(year)), None)


def calendar(session: Session, zone: ZoneInfo) -> Calendar:
    """The calendar with what was entered by hand; one query."""
    entered = {row.day: row.works for row in session.scalars(select(CalendarDay))}
    beyond = {day.year for day, works in entered.items() if not works and day.year > LAST_YEAR}
    return Calendar(zone, entered, frozenset(beyond))


def days_of(session: Session, year: int) -> list[CalendarDay]:
    """What was entered for ``year``, by day."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = select(CalendarDay).where(CalendarDay.day.between(first, last))
    query = query.options(joinedload(CalendarDay.made_by))
    return list(session.scalars(query.order_by(CalendarDay.day)))


def enter(
    session: Session, *, day: date, works: bool, note: str, actor: Person, now: datetime
) -> CalendarDay:
    """Say that offices work on ``day``, or do not; entered again, it is replaced."""
    require(actor, Permission.CALENDAR_EDIT)
    row = session.get(CalendarDay, day) or CalendarDay(day=day)
    row.works, row.note, row.made_by, row.created_at = works, note.strip()[:200], actor, now
    session.add(row)
    ledger.record(
        session, "calendar.entered", actor, actor=actor, now=now, day=day.isoformat(), works=works
    )
    return row


def enter_span(
    session: Session,
    *,
    first: date,
    last: date,
    works: bool,
    note: str,
    actor: Person,
    now: datetime,
) -> int:
    """The same for each day from ``first`` to ``last``; how many there were.

    :raises Invalid: if it ends before it begins, lasts longer than a month, or is no year of ours.
    """
    days = (last - first).days + 1
    if days < 1:
        raise Invalid(N_("It ends before it begins."), field="last")
    if days > LONGEST_SPAN:
        raise Invalid(N_("Enter up to %(most)d days at a time."), field="last", most=LONGEST_SPAN)
    if first.year < FIRST_YEAR or last.year >= FIRST_YEAR + 100:
        raise Invalid(
            N_("Choose a year between %(first)d and %(last)d."),
            field="first",
            first=FIRST_YEAR,
            last=FIRST_YEAR + 99,
        )
    for n in range(days):
        enter(session, day=first + timedelta(days=n), works=works, note=note, actor=actor, now=now)
    return days


def clear(session: Session, *, day: date, actor: Person, now: datetime) -> None:
    """Let the published calendar speak again for ``day``.

    :raises NotFound: if nothing was entered for it.
    """
    require(actor, Permission.CALENDAR_EDIT)
    row = session.get(CalendarDay, day)
    if row is None:
        raise NotFound
    session.delete(row)
    ledger.record(session, "calendar.cleared", actor, actor=actor, now=now, day=day.isoformat())


def resting_on(session: Session) -> int:
    """How many clocks that run are provisional: counted over a year nobody knew yet."""
    query = select(func.count()).where(Clock.stopped_at.is_(None), Clock.provisional.is_(True))
    return session.scalar(query) or 0
