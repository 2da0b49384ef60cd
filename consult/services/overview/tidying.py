"""Dropping what is no longer needed: old attempts, spent tokens, sessions long over, lost files."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from consult.services.exchange import transfers
from consult.services.people import limits
from consult.storage import Storage
from models.attachment import Attachment
from models.casework import CaseFile
from models.person import MailedToken, UserSession

TOKENS_KEPT = timedelta(days=7)
#: As long as logs must be kept.
SESSIONS_KEPT = timedelta(days=180)
#: A file of a form that was never sent; longer than anybody leaves a form open.
UPLOADS_KEPT = timedelta(days=3)


def tidy(session: Session, *, now: datetime) -> int:
    """Drop it, and say how many rows that was."""
    over = now - SESSIONS_KEPT
    tokens = delete(MailedToken).where(MailedToken.expires_at < now - TOKENS_KEPT)
    sessions = delete(UserSession).where(
        or_(UserSession.ended_at < over, UserSession.expires_at < over)
    )
    gone = [limits.rows_of(session.execute(statement)) for statement in (tokens, sessions)]
    return limits.forget_old(session, now=now) + sum(gone)


def sweep(session: Session, *, storage: Storage, now: datetime) -> int:
    """Remove old bytes that no attachment, case or transfer names, and say how many files that was."""
    lost = set(storage.older_than(now - UPLOADS_KEPT))
    for named in (Attachment.sha256, CaseFile.sha256):
        for digest in session.scalars(select(named).execution_options(yield_per=1000)):
            lost.discard(digest)
    lost.difference_update(transfers.files(session))
    for digest in lost:
        storage.drop(digest)
    return len(lost) + storage.drop_unfinished(now - UPLOADS_KEPT)
