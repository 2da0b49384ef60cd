"""What awaits placement: noted by the database, whoever wrote it, so that nobody looks at all the rest.

Triggers put every suggestion that comes, is edited or is accepted after all on a list
(:class:`~models.search.Awaiting`). The list may hold too much, never too little: what is found done
is taken off. What has a vector of another model is found by an index.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.orm import Session

from models.cluster import Membership
from models.search import Awaiting, Work
from models.suggestion import Embedding, Suggestion, SuggestionStatus
from models.topic import Topic, TopicState

#: States in which suggestions are grouped (see the table of phases).
LIVE = (TopicState.PLANNED, TopicState.OPEN, TopicState.CLOSED, TopicState.ANALYSING)
#: Takes off what is done. Whoever edits meanwhile notes it anew: the row then differs from what this
#: statement saw at its beginning, and stays.
SETTLE = """
    DELETE FROM awaiting
    WHERE work = 'place' AND topic_id = :topic_id AND suggestion_id >= :first AND suggestion_id <= :last
    AND noted_at = (
        SELECT seen.noted_at FROM awaiting AS seen
        WHERE seen.work = awaiting.work AND seen.topic_id = awaiting.topic_id
        AND seen.suggestion_id = awaiting.suggestion_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM suggestion
        LEFT JOIN membership ON membership.suggestion_id = suggestion.id
        LEFT JOIN embedding ON embedding.suggestion_id = suggestion.id
        WHERE suggestion.id = awaiting.suggestion_id AND suggestion.status = 'received' AND (
            membership.suggestion_id IS NULL OR embedding.id IS NULL
            OR embedding.digest <> suggestion.digest
        )
    )
"""
#: Ids are smaller than this.
ALL = 2**62


def topics(session: Session, *, model: str) -> Sequence[int]:
    """The topics with something that awaits placement under ``model``; a few look-ups a topic."""
    noted = select(1).where(Awaiting.work == Work.PLACE, Awaiting.topic_id == Topic.id)
    older = select(1).where(Embedding.topic_id == Topic.id, _of_other(model))
    waiting = or_(noted.exists(), older.exists())
    query = select(Topic.id).where(Topic.state.in_(LIVE), waiting)
    return session.scalars(query.order_by(Topic.id)).all()


def candidates(session: Session, topic: Topic, *, model: str, limit: int) -> list[int]:
    """Suggestions to look at, the oldest first; 0 only if there is nothing left."""
    noted = (
        select(Awaiting.suggestion_id)
        .where(Awaiting.work == Work.PLACE, Awaiting.topic_id == topic.id)
        .order_by(Awaiting.suggestion_id)
        .limit(limit)
    )
    older = (
        select(Embedding.suggestion_id)
        .where(Embedding.topic_id == topic.id, _of_other(model))
        .limit(limit)
    )
    found = {*session.scalars(noted), *session.scalars(older)}
    return sorted(found)[:limit]


def unplaced(ids: Collection[int], *, model: str) -> Select[Suggestion]:
    """Those of ``ids`` that are valid and have no current place, the oldest first."""
    return (
        select(Suggestion)
        .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
        .outerjoin(Embedding, Embedding.suggestion_id == Suggestion.id)
        .where(
            Suggestion.id.in_(ids),
            Suggestion.status == SuggestionStatus.RECEIVED,
            or_(
                Membership.suggestion_id.is_(None),
                Embedding.id.is_(None),
                Embedding.digest != Suggestion.digest,
                Embedding.model != model,
            ),
        )
        .order_by(Suggestion.id)
    )


def settle(session: Session, topic: Topic, ids: Sequence[int] | None = None) -> None:
    """Take off the list what is placed, or no longer valid; of ``ids`` those between first and last."""
    session.flush()  # what was just placed must be seen
    first, last = (ids[0], ids[-1]) if ids else (0, ALL)
    values = {"topic_id": topic.id, "first": first, "last": last}
    session.execute(text(SETTLE), values)


def count(session: Session) -> int:
    """How many valid suggestions are on the list; costs what is on it."""
    query = (
        select(func.count())
        .select_from(Awaiting)
        .join(Suggestion, Suggestion.id == Awaiting.suggestion_id)
        .where(Awaiting.work == Work.PLACE, Suggestion.status == SuggestionStatus.RECEIVED)
    )
    return session.scalar(query) or 0


def _of_other(model: str) -> ColumnElement[bool]:
    """Vectors of another model, as two ranges of an index."""
    return or_(Embedding.model < model, Embedding.model > model)
