"""Notices: what people are told, on their page and by mail."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.notice import Notice
from models.person import Person


def unread(session: Session, *, person: Person) -> int:
    """How many notices ``person`` has not read."""
    query = select(func.count()).where(Notice.person_id == person.id, Notice.read_at.is_(None))
    return session.scalar(query) or 0
