"""Publishing all decisions of a topic at one moment, and telling everyone in the same transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict
from consult.permissions import Permission, require
from consult.services.answering import fates, telling
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import turns
from consult.services.records import ledger
from models.decision import Decision, DecisionState
from models.notice import NoticeKind
from models.person import Person
from models.topic import Topic, TopicState


@dataclass(frozen=True)
class Publication:
    """What a publication did."""

    decisions: int
    notices: int


def publish(session: Session, *, topic: Topic, actor: Person, now: datetime) -> Publication:
    """Publish every approved decision of ``topic`` together and make the topic *reported*.

    :raises Conflict: while one valid suggestion has no approved answer; says how many.
    """
    require(actor, Permission.DECISION_PUBLISH, topic)
    turns.take(session, topic.id)
    session.refresh(topic, ["state"])
    require_phase(topic, TopicAct.PUBLISH_DECISIONS, now)  # somebody may have published meanwhile
    coverage = fates.coverage(session, topic)
    if coverage.missing:
        raise Conflict(
            N_("%(count)s suggestions have no approved answer yet, so nothing is published."),
            count=coverage.missing,
        )
    published = len(
        session.scalars(
            update(Decision)
            .where(Decision.topic_id == topic.id, Decision.state == DecisionState.APPROVED)
            .values(state=DecisionState.PUBLISHED, published_at=now, version=Decision.version + 1)
            .returning(Decision.id)
        ).all()
    )
    session.expire_all()
    topic.state, topic.reported_at = TopicState.REPORTED, now
    notices = telling.tell_everyone(session, topic=topic, kind=NoticeKind.DECIDED, now=now)
    ledger.record(
        session,
        "topic.reported",
        topic,
        actor=actor,
        now=now,
        decisions=published,
        notices=notices,
    )
    return Publication(published, notices)
