"""What the clock does: lapse, close and archive what nobody acted on in time."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.services.handling import clocks, judging_replies, reception, steps
from consult.services.handling.clocks import Times
from consult.services.handling.moves import CaseAct
from consult.services.handling.working_days import Calendar
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


def archive(session: Session, *, case: Case, times: Times, now: datetime) -> None:
    """Nobody asked for a review in time: the case is filed."""
    steps.take(session, case=case, act=CaseAct.ARCHIVE, actor=None, times=times, now=now)


ENDINGS: dict[ClockKind, Callable[..., None]] = {
    ClockKind.SUPPLEMENT: reception.lapse,
    ClockKind.RATING: judging_replies.end_window,
    ClockKind.APPEAL_WINDOW: archive,
}
