"""Many decisions at once; what could not be done is told one by one, the rest is done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import Refusal
from consult.permissions import Permission, require
from consult.services.answering import decisions
from consult.services.answering.decisions import Answer
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import turns
from models.cluster import Cluster
from models.decision import Decision, DecisionState
from models.person import Person
from models.topic import Topic


@dataclass(frozen=True)
class Left:
    """A group that was left as it is, and why."""

    cluster: Cluster
    refusal: Refusal


@dataclass(frozen=True)
class Batch:
    """How many were done, and which were not."""

    done: int
    left: Sequence[Left]


def propose_many(
    session: Session,
    *,
    topic: Topic,
    cluster_ids: Collection[int],
    answer: Answer,
    actor: Person,
    now: datetime,
) -> Batch:
    """Propose one answer for several clusters of ``topic``; those of other topics are passed over.

    :raises Invalid: if the answer itself is not complete; nothing is proposed then.
    """
    require(actor, Permission.DECISION_PROPOSE, topic)
    require_phase(topic, TopicAct.PROPOSE, now)
    decisions.check(session, topic, answer)
    turns.take(session, topic.id)
    clusters = session.scalars(
        select(Cluster)
        .where(Cluster.topic_id == topic.id, Cluster.id.in_(cluster_ids))
        .order_by(Cluster.id)
    ).all()
    left = []
    for cluster in clusters:
        try:
            decisions.propose(session, cluster=cluster, answer=answer, actor=actor, now=now)
        except Refusal as refusal:
            left.append(Left(cluster, refusal))
    return Batch(len(clusters) - len(left), left)


def approve_many(
    session: Session, *, topic: Topic, versions: Mapping[int, int], actor: Person, now: datetime
) -> Batch:
    """Approve several decisions of ``topic``, each by its id in the version that was seen.

    One's own proposals are left, as are those that changed since.
    """
    require(actor, Permission.DECISION_APPROVE, topic)
    require_phase(topic, TopicAct.APPROVE, now)
    turns.take(session, topic.id)
    chosen = session.scalars(
        select(Decision)
        .where(
            Decision.topic_id == topic.id,
            Decision.id.in_(versions),
            Decision.state == DecisionState.PROPOSED,
        )
        .options(joinedload(Decision.cluster))
        .order_by(Decision.id)
    ).all()
    left = []
    for decision in chosen:
        try:
            decisions.approve(
                session, decision=decision, version=versions[decision.id], actor=actor, now=now
            )
        except Refusal as refusal:
            left.append(Left(decision.cluster, refusal))
    return Batch(len(chosen) - len(left), left)
