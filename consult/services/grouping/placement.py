"""Placement: what has arrived gets its vector and joins a cluster, or begins one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.clustering import encode_documents
from consult.services.consultations.phases import TopicAct, allows
from consult.services.grouping import arrivals, awaiting, cluster_counts, lineage, turns
from consult.services.grouping.choosing import Chooser, Place
from consult.services.grouping.documents import document_of
from consult.services.grouping.similarity import TopicIndexes
from consult.services.grouping.vectors import CHUNK
from models.cluster import Cluster, Membership
from models.decision import Decision
from models.run import LineageEvent
from models.suggestion import Embedding, Suggestion
from models.theme import Theme
from models.topic import Topic

#: From this likeness on a new group is taken for one of its neighbour's theme. Below it, runs
#: put about half of such neighbours into one theme; from here on nearly all.
NEAR = 0.3


def place_pending(
    session: Session,
    *,
    topic: Topic | None = None,
    indexes: TopicIndexes,
    now: datetime,
    limit: int = 200,
) -> int:
    """Place up to ``limit`` valid suggestions that have no current place; 0: nothing is left.

    What is pending follows from the rows alone (no vector, a vector of older words or of
    another model, no membership), so that a lost message loses nothing and doing it twice
    does nothing. An edited suggestion is placed anew unless a person holds it where it is.
    """
    done = 0
    for chosen in [topic] if topic else _waiting(session, indexes):
        if not allows(chosen, TopicAct.GROUP, now):
            continue
        done += _place(session, chosen, indexes=indexes, now=now, limit=limit - done)
        if done >= limit:
            break
    return done


def _waiting(session: Session, indexes: TopicIndexes) -> Sequence[Topic]:
    numbers = waiting_topics(session, indexes=indexes)
    return session.scalars(select(Topic).where(Topic.id.in_(numbers)).order_by(Topic.id)).all()


def waiting_topics(session: Session, *, indexes: TopicIndexes) -> Sequence[int]:
    """The topics with suggestions that have no current place, by number.

    Those are passed over into which a table is coming, or whose run after it is to come.
    """
    elsewhere = arrivals.left_to_a_run(session)
    waiting = awaiting.topics(session, model=indexes.encoder.fingerprint)
    return [topic for topic in waiting if topic not in elsewhere]


def _place(
    session: Session, topic: Topic, *, indexes: TopicIndexes, now: datetime, limit: int
) -> int:
    turns.take(session, topic.id)
    indexes.search(session, topic)  # before anything is stored: memory must see committed rows only
    pending = _next(session, topic, model=indexes.encoder.fingerprint, limit=limit)
    if not pending:
        return 0
    touched = _unplace_edited(session, pending)
    _encode(session, topic, pending, indexes)
    homeless = _homeless(session, pending)
    chooser = Chooser(session, topic, indexes, homeless)
    for suggestion in homeless:
        place = chooser.choose(suggestion)
        cluster = place.cluster_id or _begin(session, suggestion, place, now).id
        session.add(_membership(suggestion, cluster, place, now))
        chooser.settle(suggestion, cluster)
        touched.add(cluster)
    cluster_counts.recount(session, touched, now)
    lineage.retire_empty(session, touched, now=now)
    awaiting.settle(session, topic, [one.id for one in pending])
    return len(pending)


def _next(session: Session, topic: Topic, *, model: str, limit: int) -> Sequence[Suggestion]:
    """The oldest that have no current place; what is on the list and has one is taken off it."""
    while ids := awaiting.candidates(session, topic, model=model, limit=limit):
        if pending := session.scalars(awaiting.unplaced(ids, model=model)).all():
            return pending
        # Vectors of what no longer counts are made anew should it count again.
        session.execute(
            delete(Embedding).where(Embedding.suggestion_id.in_(ids), Embedding.model != model),
            execution_options={"synchronize_session": False},
        )
        awaiting.settle(session, topic, ids)
    return []


def _encode(
    session: Session, topic: Topic, pending: Sequence[Suggestion], indexes: TopicIndexes
) -> None:
    """Make the vectors that are missing or of other words; those that stand are kept."""
    current = {
        row.suggestion_id
        for row in session.execute(
            select(Embedding.suggestion_id, Embedding.digest, Suggestion.digest)
            .join(Suggestion, Suggestion.id == Embedding.suggestion_id)
            .where(
                Embedding.suggestion_id.in_([one.id for one in pending]),
                Embedding.model == indexes.encoder.fingerprint,
                Embedding.digest == Suggestion.digest,
            )
        )
    }
    missing = [one for one in pending if one.id not in current]
    if missing:
        rows = encode_documents(indexes.encoder, [document_of(one) for one in missing])
        indexes.store(session, topic, missing, rows, searchable=True)


def _unplace_edited(session: Session, pending: Sequence[Suggestion]) -> set[int]:
    """Take out of their clusters those whose words changed; returns the clusters they left."""
    answered = select(Decision.cluster_id).where(Decision.state.in_(lineage.ANSWERED))
    stale = session.scalars(
        select(Membership)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .join(Embedding, Embedding.suggestion_id == Membership.suggestion_id)
        .where(
            Membership.suggestion_id.in_([one.id for one in pending]),
            Embedding.digest != Suggestion.digest,
            Membership.held_at.is_(None),
            Membership.cluster_id.not_in(answered),
        )
    ).all()
    for membership in stale:
        session.delete(membership)
    session.flush()  # the same keys are inserted again below
    return {membership.cluster_id for membership in stale}


def _homeless(session: Session, pending: Sequence[Suggestion]) -> list[Suggestion]:
    ids = [one.id for one in pending]
    placed: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        placed |= set(
            session.scalars(
                select(Membership.suggestion_id).where(Membership.suggestion_id.in_(part))
            )
        )
    return [one for one in pending if one.id not in placed]


def _begin(session: Session, suggestion: Suggestion, place: Place, now: datetime) -> Cluster:
    cluster = Cluster(
        topic_id=suggestion.topic_id,
        theme_id=_theme_beside(session, place),
        name=cluster_counts.machine_name(suggestion),
        representative_id=suggestion.id,
        nearest_id=place.nearest_id,
        nearest_similarity=place.nearest_similarity,
        created_at=now,
    )
    session.add(cluster)
    session.flush()  # its id goes into the membership
    lineage.note(session, cluster.id, LineageEvent.BORN, now=now, after=1)
    return cluster


def _theme_beside(session: Session, place: Place) -> int | None:
    """The living theme of the nearest group, if that is near enough; the next run decides anew."""
    if place.nearest_id is None or place.nearest_similarity < NEAR:
        return None
    return session.scalar(
        select(Theme.id)
        .join(Cluster, Cluster.theme_id == Theme.id)
        .where(Cluster.id == place.nearest_id, Theme.retired_at.is_(None))
    )


def _membership(suggestion: Suggestion, cluster_id: int, place: Place, now: datetime) -> Membership:
    return Membership(
        suggestion_id=suggestion.id,
        cluster_id=cluster_id,
        similarity=place.similarity,
        uncertain=place.uncertain,
        placed_at=now,
    )
