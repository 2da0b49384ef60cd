"""What the clock does: lapse, close and archive what nobody acted on in time; reckon anew."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.services.handling import clocks, judging_replies, reception, steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct
from consult.services.handling.working_days import LAST_YEAR, Calendar
from models.case import Case, Clock, ClockKind


def end_what_is_over(
    session: Session, *, calendar: Calendar, now: datetime, limit: int = 100
) -> int:
    """Act on up to ``limit`` clocks of citizens that have run out; 0: none is left.

    Clocks of offices that ran out stay and are shown as overdue: the case goes on.
    """
    due = (
        select(Case)
        .join(Clock)
        .where(Clock.stopped_at.is_(None), Clock.due_at <= now, Clock.kind.in_(ENDINGS))
        .order_by(Clock.due_at, Clock.id)
        .limit(limit)
        .with_for_update(of=Case, skip_locked=True)
    )
    cases = session.scalars(due).unique().all()
    for case in cases:
        times = clocks.times(session, case, calendar)
        for clock in clocks.running(case):
            if clock.due_at <= now and clock.kind in ENDINGS:
                ENDINGS[clock.kind](session, case=case, times=times, now=now)
    return len(cases)


def reckon_what_was_provisional(
    session: Session, *, calendar: Calendar, now: datetime, limit: int = 100
) -> int:
    """Set clocks anew that ran by weekends alone, now that their year is known; 0: none is left.

    Those that run into a year that is still unknown stay as they are, and so do extended ones.
    """
    query = (
        select(Clock)
        .where(
            Clock.provisional.is_(True),
            Clock.stopped_at.is_(None),
            Clock.extended_at.is_(None),
            Clock.due_at < _end_of_what_is_known(calendar),
        )
        .order_by(Clock.id)
        .limit(limit)
        .options(joinedload(Clock.case).selectinload(Case.clocks))
        .with_for_update(of=Clock, skip_locked=True)
    )
    found = session.scalars(query).unique().all()
    for clock in found:
        clocks.reckon_anew(clock, calendar)
        clocks.show(clock.case)
    return len(found)


def _end_of_what_is_known(calendar: Calendar) -> datetime:
    """The first moment of the first year ahead without a calendar."""
    year = LAST_YEAR + 1
    while calendar.knows(year):
        year += 1
    return datetime(year, 1, 1, tzinfo=calendar.zone).astimezone(UTC)


def archive(session: Session, *, case: Case, times: Times, now: datetime) -> None:
    """Nobody asked for a review in time: the case is filed."""
    steps.take(session, case=case, act=CaseAct.ARCHIVE, actor=None, times=times, now=now)


ENDINGS: dict[ClockKind, Callable[..., None]] = {
    ClockKind.SUPPLEMENT: reception.lapse,
    ClockKind.RATING: judging_replies.end_window,
    ClockKind.APPEAL_WINDOW: archive,
}
