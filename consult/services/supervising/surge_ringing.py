"""Who is told of a surge: the duty officer, through the pages that they acknowledge anyway."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.services.handling import duty
from consult.services.supervising.surge_names import name_of
from models.duty import DutyCause, DutyPage
from models.surge import Level, SurgeAlarm


def ring(session: Session, alarm: SurgeAlarm, level: Level, *, now: datetime) -> DutyPage:
    """Page the duty officer about an alarm, once for each level that its matter reaches.

    What was said of a lower level and waits still is taken back: there is one thing to do.
    """
    for lower in Level:
        if lower.rank < level.rank:
            duty.lift(session, key=key_of(alarm, lower), now=now)
    return duty.page(
        session,
        mailbox=alarm.mailbox,
        cause=DutyCause.SURGE,
        key=key_of(alarm, level),
        level=level.value,
        title=name_of(session, alarm),
        detail={
            "alarm": alarm.id,
            "about": alarm.about.value,
            "key": alarm.key,
            "count": alarm.count,
            "expected": round(alarm.expected, 1),
            "hours": alarm.hours,
        },
        now=now,
    )


def hush(session: Session, alarm: SurgeAlarm, *, now: datetime) -> None:
    """Take back what nobody acknowledged of an alarm that is over."""
    for level in Level:
        duty.lift(session, key=key_of(alarm, level), now=now)


def pages_of(session: Session, alarm: SurgeAlarm) -> Sequence[DutyPage]:
    """Who was told of an alarm, when, and who took it in hand; the first first."""
    keys = [key_of(alarm, level) for level in Level]
    query = select(DutyPage).where(DutyPage.key.in_(keys)).order_by(DutyPage.id)
    options = joinedload(DutyPage.officer), joinedload(DutyPage.acknowledged_by)
    return session.scalars(query.options(*options)).all()


def key_of(alarm: SurgeAlarm, level: Level) -> str:
    """What makes a page about it once."""
    return f"surge:{alarm.id}:{level.value}"
