"""What large topics need on PostgreSQL to be searched: found missing, and made, by a job."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from consult.services.grouping import graphs, topic_words
from consult.services.grouping.awaiting import LIVE
from consult.services.grouping.similarity import TopicIndexes
from consult.services.grouping.vectors import is_served
from models.search import TopicWords
from models.topic import Topic

#: Words are counted anew when so large a share has come since.
GROWTH = 0.2
#: Topics with vectors that cannot be found yet, or with so many new ones that the words are to be
#: counted (again). Reads index entries of what is new, up to a fifth of what there is.
DUE = text(
    """
    SELECT topic.id, grown.count >= grown.enough AS is_due
    FROM topic
    LEFT JOIN topic_words known ON known.topic_id = topic.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, min(wanted.enough) AS enough FROM (
            SELECT CAST(greatest(:stored_from, :growth * coalesce(known.documents, 0)) AS bigint) AS enough
        ) AS wanted
        CROSS JOIN LATERAL (
            SELECT 1 FROM embedding
            WHERE embedding.topic_id = topic.id AND embedding.id > coalesce(known.last_embedding_id, 0)
            LIMIT wanted.enough
        ) AS listed
    ) AS grown
    WHERE topic.state IN :live AND (CAST(:topic_id AS bigint) IS NULL OR topic.id = :topic_id) AND (
        grown.count >= grown.enough
        OR EXISTS (SELECT 1 FROM embedding e WHERE e.topic_id = topic.id AND e.model = :model AND NOT e.searched)
    )
    ORDER BY topic.id
    """
).bindparams(bindparam("live", expanding=True))


def due(session: Session, *, indexes: TopicIndexes) -> Sequence[int]:
    """The topics that have something to be made; none where all is searched in memory."""
    return [topic_id for topic_id, _ in _due(session, indexes, None)]


def prepare(session: Session, *, topic: Topic, indexes: TopicIndexes, now: datetime) -> int:
    """Make the next thing that ``topic`` needs; 0: nothing is missing.

    Few vectors are taken in one by one; many are put into a new graph at once, see
    :func:`~consult.services.grouping.graphs.build`. Safe to break off and to do twice.
    """
    found = _due(session, indexes, topic.id)
    if not found:
        return 0
    model, dimension = indexes.encoder.fingerprint, indexes.encoder.dimension
    missing = graphs.unsearched(session, topic.id, model=model)
    many = missing >= graphs.ANEW_FROM
    if missing and not many:
        return graphs.take_in(session, topic.id, model=model)
    _, is_due = found[0]
    documents = _known(session, topic)
    if is_due:
        documents = topic_words.count(session, topic, model=model, now=now).documents
    if many or (documents >= graphs.OWN_FROM and not graphs.has_own(session, topic.id)):
        graphs.build(session, topic, model=model, dimension=dimension)
    return max(1, documents)


def _known(session: Session, topic: Topic) -> int:
    known = session.get(TopicWords, topic.id)
    return known.documents if known else 0


def _due(
    session: Session, indexes: TopicIndexes, topic_id: int | None
) -> Sequence[tuple[int, bool]]:
    if not is_served(session):
        return []
    values = {
        "stored_from": indexes.stored_from,
        "growth": GROWTH,
        "live": [state.value for state in LIVE],
        "model": indexes.encoder.fingerprint,
        "topic_id": topic_id,
    }
    return [(row[0], bool(row[1])) for row in session.execute(DUE, values)]
