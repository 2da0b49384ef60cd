"""The index of words on SQLite: filled from the list of what came or changed, which triggers keep.

PostgreSQL fills its own in the statement that writes the suggestion. Until a suggestion is in the
index, a search reads its text, so that nothing is ever missed.
"""

from collections.abc import Sequence

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from consult.services.grouping.vectors import is_served
from consult.text.tokens import tokens
from models.search import Awaiting, Work
from models.suggestion import Suggestion

FORGET = text("DELETE FROM search_words WHERE rowid = :id")
ENTER = text("INSERT INTO search_words (rowid, topic, tokens) VALUES (:id, :topic, :tokens)")


def waiting(session: Session) -> Sequence[int]:
    """The topics with suggestions whose words are to be indexed."""
    noted = select(Awaiting.topic_id).where(Awaiting.work == Work.WORDS)
    return session.scalars(noted.distinct().order_by(Awaiting.topic_id)).all()


def take_in(session: Session, *, topic_id: int, limit: int = 500) -> int:
    """Index the words of up to ``limit`` suggestions; 0: all are. A tenth of a millisecond each."""
    if is_served(session):
        return 0
    query = (
        select(
            Suggestion.id,
            Suggestion.public_title,
            Suggestion.public_facts,
            Suggestion.public_proposal,
        )
        .join(Awaiting, Awaiting.suggestion_id == Suggestion.id)
        .where(Awaiting.work == Work.WORDS, Awaiting.topic_id == topic_id)
        .order_by(Suggestion.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    if not rows:
        return 0
    ids = [row[0] for row in rows]
    session.execute(FORGET, [{"id": one} for one in ids])
    session.execute(
        ENTER,
        [
            {
                "id": one,
                "topic": str(topic_id),
                "tokens": " ".join(sorted(tokens("\n".join(words)))),
            }
            for one, *words in rows
        ],
    )
    noted = (Awaiting.work == Work.WORDS, Awaiting.topic_id == topic_id)
    session.execute(
        delete(Awaiting).where(*noted, Awaiting.suggestion_id.between(ids[0], ids[-1])),
        execution_options={"synchronize_session": False},
    )
    return len(rows)
