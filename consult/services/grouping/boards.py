"""The staff board: the groups of a topic, sorted, filtered, searched, with what staff want to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from consult.permissions import Permission, require
from consult.services.grouping import group_search, themes
from consult.services.grouping.campaigns import IS_CAMPAIGN, is_campaign
from consult.services.grouping.lineage import ANSWERED
from consult.services.records import tallies
from consult.services.records.pages import Page, paginate_wide, widened
from models.cluster import Cluster, Objection
from models.decision import Decision, DecisionState
from models.person import Person
from models.run import Run, RunState
from models.tally import Count
from models.theme import Theme
from models.topic import Topic

SIZE = 50
DECIDED = exists().where(Decision.cluster_id == Cluster.id, Decision.state.in_(ANSWERED))
PROPOSED = exists().where(
    Decision.cluster_id == Cluster.id, Decision.state != DecisionState.WITHDRAWN
)
OBJECTED = exists().where(Objection.cluster_id == Cluster.id, Objection.settled_at.is_(None))


class BoardSort(StrEnum):
    """Orders of the board."""

    SIZE = "size"
    SUPPORT = "support"
    GROWTH = "growth"
    NEWEST = "newest"
    UNDECIDED = "undecided"
    UNCERTAIN = "uncertain"
    THEME = "theme"


ORDERS: dict[BoardSort, list[Any]] = {
    BoardSort.SIZE: [Cluster.suggestion_count.desc()],
    BoardSort.SUPPORT: [Cluster.people_count.desc()],
    BoardSort.GROWTH: [Cluster.recent_count.desc(), Cluster.suggestion_count.desc()],
    BoardSort.NEWEST: [Cluster.newest_at.desc()],
    BoardSort.UNDECIDED: [PROPOSED, Cluster.people_count.desc()],
    BoardSort.UNCERTAIN: [Cluster.uncertain_count.desc(), Cluster.suggestion_count.desc()],
    BoardSort.THEME: [*themes.BY_THEME, Cluster.suggestion_count.desc()],
}


class BoardFilter(StrEnum):
    """What the board may be narrowed to."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    DECIDED = "decided"
    UNDECIDED = "undecided"
    SEVERAL = "several"
    CAMPAIGN = "campaign"
    OBJECTIONS = "objections"


FILTERS: dict[BoardFilter, Any] = {
    BoardFilter.CONFIRMED: Cluster.confirmed_at.is_not(None),
    BoardFilter.UNCONFIRMED: Cluster.confirmed_at.is_(None),
    BoardFilter.DECIDED: DECIDED,
    BoardFilter.UNDECIDED: ~PROPOSED,
    BoardFilter.SEVERAL: Cluster.suggestion_count > 1,
    BoardFilter.CAMPAIGN: IS_CAMPAIGN,
    BoardFilter.OBJECTIONS: OBJECTED,
}


@dataclass(frozen=True)
class Row:
    """A group on the board."""

    cluster: Cluster
    decision: Decision | None
    objections: int

    @property
    def is_campaign(self) -> bool:
        """Whether it is shown as a campaign."""
        return is_campaign(self.cluster)

    @property
    def theme(self) -> Theme | None:
        """The theme that it is in."""
        return themes.standing(self.cluster)

    @property
    def key(self) -> str:
        """Id and version: what a bulk act is done to, as it was seen."""
        return f"{self.cluster.id}.{self.cluster.version}"


@dataclass(frozen=True)
class Totals:
    """The numbers on top."""

    suggestions: int
    groups: int
    single: int
    confirmed: int
    decided: int
    waiting: int
    objections: int
    last_run: Run | None
    #: Suggestions since that run.
    since: int


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see."""

    sort: BoardSort = BoardSort.SIZE
    filters: Sequence[BoardFilter] = field(default=())
    words: str = ""
    #: A key of :class:`~consult.services.grouping.themes.ThemeCounts`.
    theme: str = ""
    page: int = 1


def board(session: Session, topic: Topic, wish: Wish, *, reader: Person) -> Page[Row]:
    """One page of the groups of ``topic``; six queries however many there are."""
    require(reader, Permission.CLUSTER_SEE_BOARD, topic)
    found = _page(session, topic, wish)
    ids = [cluster.id for cluster in found.items]
    decisions, objections = _decisions(session, ids), _objections(session, ids)
    rows = [
        Row(cluster, decisions.get(cluster.id), objections.get(cluster.id, 0))
        for cluster in found.items
    ]
    return found.with_items(rows)


def _page(session: Session, topic: Topic, wish: Wish) -> Page[Cluster]:
    """The groups themselves: their ids first, so that only what is shown is joined and read."""
    conditions = [FILTERS[one] for one in wish.filters]
    if wish.theme:
        conditions.append(themes.in_theme(session, topic, wish.theme))
    query = living(topic).where(*conditions).order_by(*ORDERS[wish.sort], Cluster.id)
    options = [joinedload(one) for one in (Cluster.nearest, Cluster.representative, Cluster.theme)]
    if wish.words:
        ids = group_search.found(
            session,
            query,
            topic=topic,
            words=wish.words,
            is_public=False,
            page=wish.page,
            size=SIZE,
        )
        return widened(session, Cluster.id, ids, options=options)
    total = None if conditions else _known_total(session, topic)
    return paginate_wide(
        session, query, Cluster.id, options=options, page=wish.page, size=SIZE, total=total
    )


def totals(session: Session, topic: Topic) -> Totals:
    """The numbers on top of the board, from counts that are kept or read from an index."""
    kept = tallies.by_names(session, topic.id, Count.VALID, Count.GROUPS, Count.GROUPED)
    suggestions, groups, members = (
        sum(kept[name].values()) for name in (Count.VALID, Count.GROUPS, Count.GROUPED)
    )
    here = (
        Cluster.topic_id == topic.id,
        Cluster.retired_at.is_(None),
        Cluster.suggestion_count > 0,
    )
    count = select(func.count(Cluster.id)).where(*here)
    decisions = select(func.count(Decision.cluster_id.distinct())).join(
        Cluster, Cluster.id == Decision.cluster_id
    )
    parts = (
        count.where(Cluster.suggestion_count == 1),
        count.where(Cluster.confirmed_at.is_not(None)),
        decisions.where(*here, Decision.state.in_(ANSWERED)),
    )
    single, confirmed, decided = session.execute(
        select(*(part.scalar_subquery() for part in parts))
    ).one()
    run = last_run(session, topic)
    return Totals(
        suggestions=suggestions,
        groups=groups,
        single=single,
        confirmed=confirmed,
        decided=decided,
        waiting=max(0, suggestions - members),
        objections=session.scalar(
            select(func.count(Objection.id)).where(
                Objection.topic_id == topic.id, Objection.settled_at.is_(None)
            )
        )
        or 0,
        last_run=run,
        since=max(0, suggestions - run.suggestion_count) if run else suggestions,
    )


def last_run(session: Session, topic: Topic) -> Run | None:
    """The last run that finished."""
    return session.scalar(
        select(Run)
        .where(Run.topic_id == topic.id, Run.state == RunState.FINISHED)
        .order_by(Run.number.desc())
        .limit(1)
    )


def _known_total(session: Session, topic: Topic) -> int:
    """How many groups a board has that is not narrowed."""
    return sum(tallies.by_key(session, topic.id, Count.GROUPS).values())


def living(topic: Topic) -> Select[Cluster]:
    """The groups of ``topic`` that have members."""
    return select(Cluster).where(
        Cluster.topic_id == topic.id,
        Cluster.retired_at.is_(None),
        Cluster.suggestion_count > 0,
    )


def _decisions(session: Session, ids: Sequence[int]) -> Mapping[int, Decision]:
    query = select(Decision).where(
        Decision.cluster_id.in_(ids), Decision.state != DecisionState.WITHDRAWN
    )
    return {decision.cluster_id: decision for decision in session.scalars(query)}


def _objections(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    query = (
        select(Objection.cluster_id, func.count())
        .where(Objection.cluster_id.in_(ids), Objection.settled_at.is_(None))
        .group_by(Objection.cluster_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
