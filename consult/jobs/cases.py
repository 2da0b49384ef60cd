"""What happens to cases by itself: time passes, people are told, what is late is brought before others."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from consult.services.handling import duty, escalating, passing_time, telling, working_days
from consult.services.handling.working_days import Calendar


def let_time_pass(session: Session, now: datetime) -> int:
    """Lapse, close and file what nobody acted on in time; reckon anew what was provisional."""
    calendar = _calendar(session)
    ended = passing_time.end_what_is_over(session, calendar=calendar, now=now)
    return ended + passing_time.reckon_what_was_provisional(session, calendar=calendar, now=now)


def tell(session: Session, now: datetime) -> int:
    """Tell of messages that came in, of steps that were taken, and of what supervisors ask."""
    arrived = telling.tell_arrivals(session, now=now)
    taken = telling.tell_steps(session, now=now)
    return arrived + taken + telling.tell_notes(session, now=now)


def escalate(session: Session, now: datetime) -> int:
    """Warn of clocks that run out, and raise pages that nobody took in hand."""
    settings = current_app.config
    raised = duty.raise_open(session, patience=settings["DUTY_PATIENCE"], now=now)
    return raised + escalating.escalate(
        session, calendar=_calendar(session), now=now, near=settings["NEAR_DUE_PERCENT"]
    )


def _calendar(session: Session) -> Calendar:
    return working_days.calendar(session, ZoneInfo(current_app.config["TIME_ZONE"]))
