"""Making what is searched: words on SQLite; counts of words and graphs of vectors on PostgreSQL."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from consult.extensions import indexes
from consult.services.grouping import preparing
from consult.services.suggesting import word_index
from models.topic import Topic


def unprepared(session: Session, now: datetime) -> Collection[int]:
    """The consultations that cannot be searched as well as they could."""
    return sorted({*preparing.due(session, indexes=indexes()), *word_index.waiting(session)})


def prepare(session: Session, now: datetime, topic_id: int) -> int:
    """Make the next thing that one consultation lacks."""
    topic = session.get(Topic, topic_id)
    if topic is None:
        return 0
    done = word_index.take_in(session, topic_id=topic_id)
    return done or preparing.prepare(session, topic=topic, indexes=indexes(), now=now)
