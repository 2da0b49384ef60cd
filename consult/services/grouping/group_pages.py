"""A group as the analyst sees it: members, what keeps them together, neighbours, history."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from consult.clustering import Explanation
from consult.permissions import Permission, require
from consult.services.grouping import lineage, undoing
from consult.services.grouping.campaigns import arrivals
from consult.services.grouping.documents import document_of
from consult.services.grouping.similarity import TopicIndexes
from consult.services.records.pages import Page, paginate
from models.cluster import Cluster, ClusterAct, Membership, Objection, PairConstraint
from models.decision import Decision, DecisionState
from models.person import Person
from models.run import Lineage
from models.suggestion import Suggestion, SuggestionStatus

SIZE = 50
NEIGHBOURS = 6
ACTS = 30
#: Days of the growth that is drawn.
DAYS = 30


@dataclass(frozen=True)
class GroupPage:
    """Everything on the page of a group, loaded."""

    cluster: Cluster
    members: Page[Membership]
    #: Members held by people.
    held: int
    neighbours: Sequence[tuple[Cluster, float]]
    decision: Decision | None
    objections: Sequence[Objection]
    acts: Sequence[ClusterAct]
    #: Ids of the acts that can be taken back now.
    undoable: set[int]
    lineage: Sequence[Lineage]
    pairs: Sequence[PairConstraint]
    growth: Sequence[tuple[date, int]]


def page(
    session: Session,
    cluster: Cluster,
    *,
    reader: Person,
    now: datetime,
    zone: tzinfo,
    number: int = 1,
) -> GroupPage:
    """Gather the page; a fixed number of queries."""
    require(reader, Permission.CLUSTER_SEE_BOARD, cluster)
    members = _members(session, cluster, number)
    acts = _acts(session, cluster)
    return GroupPage(
        cluster=cluster,
        members=members,
        held=session.scalar(
            select(func.count(Membership.suggestion_id)).where(
                Membership.cluster_id == cluster.id, Membership.held_at.is_not(None)
            )
        )
        or 0,
        neighbours=neighbours(session, cluster),
        decision=session.scalar(
            select(Decision).where(
                Decision.cluster_id == cluster.id, Decision.state != DecisionState.WITHDRAWN
            )
        ),
        objections=session.scalars(
            select(Objection)
            .where(Objection.cluster_id == cluster.id, Objection.settled_at.is_(None))
            .options(joinedload(Objection.suggestion))
        ).all(),
        acts=acts,
        undoable=undoing.can_be_undone(acts),
        lineage=lineage.of_cluster(session, cluster),
        pairs=_pairs(session, [one.suggestion_id for one in members.items]),
        growth=_growth(session, cluster, now, zone),
    )


def neighbours(session: Session, cluster: Cluster) -> list[tuple[Cluster, float]]:
    """The nearest other groups by the last run or placement, either way round."""
    living = (
        Cluster.topic_id == cluster.topic_id,
        Cluster.retired_at.is_(None),
        Cluster.suggestion_count > 0,
        Cluster.id != cluster.id,
    )
    query = (
        select(Cluster)
        .where(*living, or_(Cluster.nearest_id == cluster.id, Cluster.id == cluster.nearest_id))
        .order_by(Cluster.nearest_similarity.desc())
        .limit(NEIGHBOURS)
    )
    found = [(one, _between(cluster, one)) for one in session.scalars(query)]
    return sorted(found, key=lambda pair: -pair[1])


def first_members(session: Session, cluster: Cluster, *, limit: int) -> Sequence[Membership]:
    """The representative and the members most like it."""
    return session.scalars(_member_query(cluster).limit(limit)).all()


def compare(
    session: Session, first: Suggestion, second: Suggestion, *, indexes: TopicIndexes
) -> Explanation:
    """How alike two suggestions of a topic are, and why: with the score that a run gives them."""
    index = indexes.search(session, first.topic)[0]
    return index.explain(
        document_of(first), document_of(second), indexes.at_hand(session, first.topic)
    )


def _between(cluster: Cluster, other: Cluster) -> float:
    known = [one.nearest_similarity for one in (cluster, other)]
    mine = known[0] if cluster.nearest_id == other.id else 0.0
    theirs = known[1] if other.nearest_id == cluster.id else 0.0
    return max(mine, theirs)


def _members(session: Session, cluster: Cluster, number: int) -> Page[Membership]:
    return paginate(
        session, _member_query(cluster), page=number, size=SIZE, total=cluster.suggestion_count
    )


def _member_query(cluster: Cluster) -> Select[Membership]:
    """The representative first, then those most like the group."""
    return (
        select(Membership)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Membership.cluster_id == cluster.id, Suggestion.status == SuggestionStatus.RECEIVED)
        .options(joinedload(Membership.suggestion), joinedload(Membership.held_by))
        .order_by(
            Membership.suggestion_id != (cluster.representative_id or 0),
            Membership.similarity.desc(),
            Membership.suggestion_id,
        )
    )


def _acts(session: Session, cluster: Cluster) -> Sequence[ClusterAct]:
    return session.scalars(
        select(ClusterAct)
        .where(or_(ClusterAct.cluster_id == cluster.id, ClusterAct.other_cluster_id == cluster.id))
        .options(
            joinedload(ClusterAct.person),
            joinedload(ClusterAct.undone_by),
            joinedload(ClusterAct.cluster),
            joinedload(ClusterAct.other_cluster),
        )
        .order_by(ClusterAct.id.desc())
        .limit(ACTS)
    ).all()


def _pairs(session: Session, ids: Sequence[int]) -> Sequence[PairConstraint]:
    """What was said in so many words of the members on this page."""
    return session.scalars(
        select(PairConstraint)
        .where(
            PairConstraint.undone_at.is_(None),
            PairConstraint.act_id.is_(None),
            or_(PairConstraint.first_id.in_(ids), PairConstraint.second_id.in_(ids)),
        )
        .options(
            joinedload(PairConstraint.first),
            joinedload(PairConstraint.second),
            joinedload(PairConstraint.person),
        )
        .order_by(PairConstraint.id)
    ).all()


def _growth(
    session: Session, cluster: Cluster, now: datetime, zone: tzinfo
) -> list[tuple[date, int]]:
    """How many came on each of the last thirty days, by the local calendar."""
    today = now.astimezone(zone).date()
    since = now - timedelta(days=DAYS)
    moments = session.scalars(arrivals(cluster).where(Suggestion.created_at > since))
    counts = Counter(moment.astimezone(zone).date() for moment in moments)
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    return [(day, counts.get(day, 0)) for day in days]
