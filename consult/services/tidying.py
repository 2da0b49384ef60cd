"""Dropping what is no longer needed: old attempts, spent tokens, sessions long over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from consult.services import limits
from models.person import MailedToken, UserSession

TOKENS_KEPT = timedelta(days=7)
#: As long as logs must be kept.
SESSIONS_KEPT = timedelta(days=180)


def tidy(session: Session, *, now: datetime) -> int:
    """Drop it, and say how many rows that was."""
    over = now - SESSIONS_KEPT
    tokens = delete(MailedToken).where(MailedToken.expires_at < now - TOKENS_KEPT)
    sessions = delete(UserSession).where(
        or_(UserSession.ended_at < over, UserSession.expires_at < over)
    )
    gone = [limits.rows_of(session.execute(statement)) for statement in (tokens, sessions)]
    return limits.forget_old(session, now=now) + sum(gone)
