"""The decisions of a topic as lists: by state, with their counts."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consult.permissions import Permission, require
from consult.services.records.pages import Page, paginate
from models.cluster import Cluster
from models.decision import Decision, DecisionState
from models.person import Person
from models.topic import Topic

#: In the order in which a decision goes through them.
LISTED = (
    DecisionState.PROPOSED,
    DecisionState.RETURNED,
    DecisionState.APPROVED,
    DecisionState.PUBLISHED,
)


def counts(session: Session, topic: Topic) -> dict[DecisionState, int]:
    """How many decisions of ``topic`` are in each of :data:`LISTED`; one query."""
    found = session.execute(
        select(Decision.state, func.count())
        .where(Decision.topic_id == topic.id)
        .group_by(Decision.state)
    ).all()
    by_state = {row[0]: row[1] for row in found}
    return {state: by_state.get(state, 0) for state in LISTED}


def in_state(
    session: Session,
    topic: Topic,
    state: DecisionState,
    *,
    reader: Person,
    page: int = 1,
    size: int = 20,
) -> Page[Decision]:
    """Decisions with their clusters and proposers, the largest cluster first."""
    require(reader, Permission.CLUSTER_SEE_BOARD, topic)
    query = (
        select(Decision)
        .join(Cluster, Cluster.id == Decision.cluster_id)
        .where(Decision.topic_id == topic.id, Decision.state == state)
        .options(
            joinedload(Decision.cluster),
            joinedload(Decision.proposed_by),
            joinedload(Decision.reviewed_by),
            joinedload(Decision.unit),
        )
        .order_by(Cluster.suggestion_count.desc(), Decision.id)
    )
    return paginate(session, query, page=page, size=size)
