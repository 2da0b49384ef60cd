"""The fate of every suggestion: which ones have an answer, and which are still without."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from consult.services.records.pages import Page, paginate
from models.cluster import Cluster, Membership
from models.decision import Decision, DecisionState
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic

#: A decision in one of these is an answer that can be published.
READY = (DecisionState.APPROVED, DecisionState.PUBLISHED)


@dataclass(frozen=True)
class Coverage:
    """How far the answering of a topic has come, in valid suggestions."""

    valid: int
    grouped: int
    #: In a cluster with a decision of any standing state.
    proposed: int
    #: In a cluster with an approved or published decision.
    ready: int
    published: int

    @property
    def missing(self) -> int:
        return self.valid - self.ready

    @property
    def share(self) -> float:
        """Share of valid suggestions with a ready answer; 1 when there are none."""
        return self.ready / self.valid if self.valid else 1.0


def coverage(session: Session, topic: Topic) -> Coverage:
    """Count the valid suggestions of ``topic`` by how far their answer has come; one query."""
    counts = session.execute(
        select(
            func.count(Suggestion.id),
            func.count(Membership.suggestion_id),
            func.count(Decision.id),
            func.count(Decision.id).filter(Decision.state.in_(READY)),
            func.count(Decision.id).filter(Decision.state == DecisionState.PUBLISHED),
        )
        .select_from(Suggestion)
        .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
        .outerjoin(Decision, _answers())
        .where(*_valid(topic))
    ).one()
    return Coverage(*counts)


@dataclass(frozen=True)
class Missing:
    """What stands between a topic and the publication of its decisions."""

    #: Groups that nobody proposed an answer for.
    undecided: int
    #: Proposals that wait for the second person, and those that were sent back.
    awaiting: int
    returned: int
    #: Valid suggestions that are in no group yet.
    unplaced: int

    @property
    def is_nothing(self) -> bool:
        return not (self.undecided or self.awaiting or self.returned or self.unplaced)


def missing(session: Session, topic: Topic) -> Missing:
    """Say what is missing; groups without a valid suggestion do not hold anything up."""
    peopled = (
        select(Membership.cluster_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(*_valid(topic))
        .distinct()
        .subquery()
    )
    none, proposed, returned = session.execute(
        select(
            func.count().filter(Decision.id.is_(None)),
            func.count().filter(Decision.state == DecisionState.PROPOSED),
            func.count().filter(Decision.state == DecisionState.RETURNED),
        )
        .select_from(peopled)
        .outerjoin(
            Decision,
            and_(
                Decision.cluster_id == peopled.c.cluster_id,
                Decision.state != DecisionState.WITHDRAWN,
            ),
        )
    ).one()
    return Missing(none, proposed, returned, unplaced(session, topic))


def undecided_clusters(
    session: Session, topic: Topic, *, page: int = 1, size: int = 20
) -> Page[Cluster]:
    """Living clusters for which nobody has proposed an answer, the largest first."""
    standing = select(Decision.cluster_id).where(
        Decision.topic_id == topic.id, Decision.state != DecisionState.WITHDRAWN
    )
    query = (
        select(Cluster)
        .where(
            Cluster.topic_id == topic.id,
            Cluster.retired_at.is_(None),
            Cluster.suggestion_count > 0,
            Cluster.id.not_in(standing),
        )
        .options(joinedload(Cluster.representative))
        .order_by(Cluster.suggestion_count.desc(), Cluster.id)
    )
    return paginate(session, query, page=page, size=size)


def unplaced(session: Session, topic: Topic) -> int:
    """How many valid suggestions are in no cluster yet."""
    query: Select[int] = (
        select(func.count(Suggestion.id))
        .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
        .where(*_valid(topic), Membership.suggestion_id.is_(None))
    )
    return session.scalar(query) or 0


def _valid(topic: Topic) -> tuple[ColumnElement[bool], ...]:
    return (
        Suggestion.topic_id == topic.id,
        Suggestion.status == SuggestionStatus.RECEIVED,
    )


def _answers() -> ColumnElement[bool]:
    return and_(
        Decision.cluster_id == Membership.cluster_id,
        Decision.state != DecisionState.WITHDRAWN,
    )
