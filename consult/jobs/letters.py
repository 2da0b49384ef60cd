"""Sends the letters of the outbox."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from consult.extensions import post, vault
from consult.post import PostError, UnreachableError
from consult.services.people import letters

#: So many letters for each worker that sends, and so many workers at most.
LETTERS_A_LANE, MOST_LANES = 50, 4


def lanes(session: Session, now: datetime) -> Collection[int]:
    """One that sends while there are few, several side by side while there are many."""
    due = letters.due(session, now=now, most=LETTERS_A_LANE * MOST_LANES)
    return range(-(-due // LETTERS_A_LANE))


def send_next(session: Session, now: datetime, lane: int = 0) -> int:
    """Send one letter, whichever is next.

    :raises UnreachableError: if nobody answers: the letter waits, and no attempt is counted.
    """
    parcel = letters.claim(session, vault=vault(), now=now)
    if parcel is None:
        return 0
    session.commit()  # a slow mail server must not hold the database
    try:
        post().carry(to=parcel.to, subject=parcel.subject, body=parcel.body, key=parcel.key)
    except UnreachableError as error:
        letters.note_unreachable(session, parcel=parcel, error=str(error))
        session.commit()
        raise
    except PostError as error:
        letters.note_failure(session, parcel=parcel, error=str(error))
        return 1
    letters.note_sent(session, parcel=parcel, now=now)
    return 1
