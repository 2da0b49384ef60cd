"""The fate of every suggestion: which ones have an answer, and which are still without."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from consult.services.records import tallies
from consult.services.records.pages import Page, paginate
from models.cluster import Cluster
from models.decision import Decision, DecisionState
from models.tally import Count
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
    """How far the answer of the valid suggestions of ``topic`` has come; two queries, from kept counts."""
    kept = tallies.by_names(session, topic.id, Count.VALID, Count.GROUPED)
    members = func.sum(Cluster.suggestion_count)
    proposed, ready, published = session.execute(
        select(
            members,
            members.filter(Decision.state.in_(READY)),
            members.filter(Decision.state == DecisionState.PUBLISHED),
        )
        .select_from(Decision)
        .join(Cluster, Cluster.id == Decision.cluster_id)
        .where(*_standing(topic))
    ).one()
    return Coverage(
        valid=sum(kept[Count.VALID].values()),
        grouped=sum(kept[Count.GROUPED].values()),
        proposed=int(proposed or 0),
        ready=int(ready or 0),
        published=int(published or 0),
    )


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
    kept = tallies.by_names(session, topic.id, Count.VALID, Count.GROUPED, Count.GROUPS)
    valid, grouped, groups = (sum(counts.values()) for counts in kept.values())
    answered, proposed, returned = session.execute(
        select(
            func.count(),
            func.count().filter(Decision.state == DecisionState.PROPOSED),
            func.count().filter(Decision.state == DecisionState.RETURNED),
        )
        .select_from(Decision)
        .join(Cluster, Cluster.id == Decision.cluster_id)
        .where(*_standing(topic), Cluster.retired_at.is_(None), Cluster.suggestion_count > 0)
    ).one()
    return Missing(groups - answered, proposed, returned, valid - grouped)


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


def _standing(topic: Topic) -> tuple[ColumnElement[bool], ...]:
    return (Decision.topic_id == topic.id, Decision.state != DecisionState.WITHDRAWN)
