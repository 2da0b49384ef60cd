"""Sends the letters of the outbox."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.extensions import post, vault
from consult.post import PostError, UnreachableError
from consult.services.people import letters


def send_next(session: Session, now: datetime) -> int:
    """Send one letter. Ends the turn where the mail server is not to be reached."""
    parcel = letters.claim(session, vault=vault(), now=now)
    if parcel is None:
        return 0
    session.commit()  # a slow mail server must not hold the database
    try:
        post().carry(to=parcel.to, subject=parcel.subject, body=parcel.body)
    except PostError as error:
        letters.note_failure(session, parcel=parcel, error=str(error))
        return 0 if isinstance(error, UnreachableError) else 1
    letters.note_sent(session, parcel=parcel, now=now)
    return 1
