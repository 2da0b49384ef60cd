"""Drops what is no longer needed."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.extensions import storage
from consult.services.overview import tidying


def tidy(session: Session, now: datetime) -> int:
    """Drop it all, and say how much it was."""
    return tidying.tidy(session, now=now) + tidying.sweep(session, storage=storage(), now=now)
