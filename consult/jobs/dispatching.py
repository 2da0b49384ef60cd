"""Learning where messages go, from where people sent them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from consult.services.handling import dispatch_lessons


def due(session: Session, now: datetime) -> Collection[int]:
    """The mailboxes with enough new assignments."""
    return dispatch_lessons.due(session)


def learn(session: Session, now: datetime, mailbox_id: int) -> int:
    """Learn for one of them; some seconds."""
    dispatch_lessons.learn_mailbox(session, mailbox_id, now=now)
    return 0
