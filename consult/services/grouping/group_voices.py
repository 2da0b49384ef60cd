"""The groups that a page of a consultation shows: the largest, and those that speak to a clause."""

from dataclasses import dataclass

from sqlalchemy import Select, SQLColumnExpression, and_, func, select
from sqlalchemy.orm import Session

from models.cluster import Cluster, Membership
from models.decision import Decision, DecisionState, Outcome
from models.document import Clause
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic


@dataclass(frozen=True)
class GroupVoices:
    """A group, how many suggestions of it are meant, and the published answer to it."""

    cluster: Cluster
    count: int
    outcome: Outcome | None


def largest(session: Session, topic: Topic, *, limit: int) -> list[GroupVoices]:
    """The groups of ``topic`` in which the most people stand together."""
    query = (
        _answered(Cluster.suggestion_count)
        .where(Cluster.topic_id == topic.id, Cluster.suggestion_count > 0)
        .order_by(Cluster.people_count.desc(), Cluster.id)
    )
    return _voices(session, query.limit(limit))


def on_clause(session: Session, clause: Clause, *, limit: int = 5) -> list[GroupVoices]:
    """The groups with the most valid suggestions on ``clause``."""
    count = func.count(Suggestion.id)
    query = (
        _answered(count)
        .join(Membership, Membership.cluster_id == Cluster.id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Suggestion.clause_id == clause.id, Suggestion.status == SuggestionStatus.RECEIVED)
        .group_by(Cluster.id, Decision.outcome)
        .order_by(count.desc(), Cluster.id)
    )
    return _voices(session, query.limit(limit))


def _answered(count: SQLColumnExpression[int]) -> Select[Cluster, int, Outcome | None]:
    """Living groups with a count and the outcome of their published decision."""
    published = and_(Decision.cluster_id == Cluster.id, Decision.state == DecisionState.PUBLISHED)
    return (
        select(Cluster, count, Decision.outcome)
        .outerjoin(Decision, published)
        .where(Cluster.retired_at.is_(None))
    )


def _voices(session: Session, query: Select[Cluster, int, Outcome | None]) -> list[GroupVoices]:
    return [GroupVoices(row[0], row[1], row[2]) for row in session.execute(query)]
