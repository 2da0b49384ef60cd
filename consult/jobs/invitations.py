"""Tells the people of a group that a consultation was opened on what they wrote."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from consult.services.handling import origins


def due(session: Session, now: datetime) -> Collection[int]:
    """The consultations that have opened since."""
    return origins.uninvited(session, now=now)


def invite(session: Session, now: datetime, topic_id: int) -> int:
    """Invite to one consultation."""
    return origins.invite(session, topic_id=topic_id, now=now)
