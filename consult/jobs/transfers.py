"""Tables in and out, a piece at a time."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from consult.extensions import means
from consult.services.exchange import carrying, transfer_turns


def waiting(session: Session, now: datetime) -> Collection[int]:
    """The transfers that somebody could go on with."""
    return transfer_turns.waiting(session, now)


def carry(session: Session, now: datetime, number: int) -> int:
    """Do the next piece of one of them: a thousand rows in, or a whole table out."""
    return int(carrying.carry_on(session, number, means(session.commit)))
