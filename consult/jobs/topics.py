"""Opening and closing at the announced times."""

from datetime import datetime

from sqlalchemy.orm import Session

from consult.services.consultations import topics


def advance(session: Session, now: datetime) -> int:
    """Store that consultations opened or closed."""
    return topics.advance_due(session, now=now)
