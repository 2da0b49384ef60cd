"""What lies on a member of staff's desk: their consultations, and what waits for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from consult.services.consultations.topic_states import in_states
from consult.services.overview.topic_search import CONSULTATION
from consult.services.records.pages import Page, paginate
from models.agency import Agency
from models.cluster import Cluster, Objection
from models.decision import Decision, DecisionState
from models.person import Person, Role
from models.topic import Topic, TopicState

#: Roles that see the work on consultations; the administrator's is not among them.
AT_WORK = tuple(role for role in Role if role is not Role.ADMINISTRATOR)


class Shelf(StrEnum):
    """Where a consultation lies."""

    DRAFTS = "drafts"
    RUNNING = "running"
    ANALYSIS = "analysis"
    ANSWERED = "answered"


SHELVES = {
    Shelf.DRAFTS: (TopicState.DRAFT,),
    Shelf.RUNNING: (TopicState.PLANNED, TopicState.OPEN),
    Shelf.ANALYSIS: (TopicState.CLOSED, TopicState.ANALYSING),
    Shelf.ANSWERED: (TopicState.REPORTED, TopicState.ENACTED, TopicState.EVALUATED),
}


class Errand(StrEnum):
    """A kind of thing that waits for a person."""

    APPROVE = "approve"
    RETURNED = "returned"
    OBJECTIONS = "objections"
    UNDECIDED = "undecided"
    START_ANALYSIS = "start_analysis"


@dataclass(frozen=True)
class Waiting:
    """So many things of a kind that wait in one consultation."""

    errand: Errand
    topic: Topic
    count: int


def topics(
    session: Session, *, person: Person, shelf: Shelf, now: datetime, page: int = 1, size: int = 20
) -> Page[Topic]:
    """The consultations of the agencies in which ``person`` works, the last closing first."""
    query = (
        select(Topic)
        .where(CONSULTATION, _within(person, *AT_WORK), in_states(*SHELVES[shelf], now=now))
        .options(joinedload(Topic.region))
        .order_by(Topic.closes_at.desc(), Topic.id.desc())
    )
    return paginate(session, query, page=page, size=size)


def shelf_counts(session: Session, *, person: Person, now: datetime) -> dict[Shelf, int]:
    """How many consultations lie on each shelf; one query."""
    columns = [
        func.count(Topic.id).filter(in_states(*states, now=now)) for states in SHELVES.values()
    ]
    row = session.execute(select(*columns).where(CONSULTATION, _within(person, *AT_WORK))).one()
    return dict(zip(SHELVES, row, strict=True))


def agencies(session: Session, *, person: Person) -> Sequence[Agency]:
    """The agencies for which ``person`` may draft."""
    paths = _paths(person, Role.DRAFTER)
    if not paths:
        return []
    within = or_(*(Agency.path.startswith(path) for path in paths))
    query = select(Agency).where(within).options(joinedload(Agency.region)).order_by(Agency.path)
    return session.scalars(query).all()


def waiting(session: Session, *, person: Person, now: datetime) -> list[Waiting]:
    """What waits for ``person``, by kind, the most in one place first; a query a kind."""
    counted: dict[Errand, dict[int, int]] = {
        errand: {row[0]: row[1] for row in session.execute(query)}
        for errand, query in _errands(person, now)
    }
    numbers = {number for rows in counted.values() for number in rows}
    query = select(Topic).where(Topic.id.in_(numbers))
    found = {topic.id: topic for topic in session.scalars(query)}
    return [
        Waiting(errand, found[number], count)
        for errand, rows in counted.items()
        for number, count in sorted(rows.items(), key=lambda row: (-row[1], row[0]))
    ]


def _errands(person: Person, now: datetime) -> Iterator[tuple[Errand, Select[int, int]]]:
    analyst = _within(person, Role.ANALYST)
    proposed = Decision.state == DecisionState.PROPOSED
    approver = _within(person, Role.UNIT_LEADER, Role.ASSIGNER)
    yield (
        Errand.APPROVE,
        _count(Decision, proposed, Decision.proposed_by_id != person.id, approver),
    )
    returned = Decision.state == DecisionState.RETURNED
    proposer = _within(person, Role.ANALYST, Role.HANDLER)
    yield Errand.RETURNED, _count(Decision, returned, proposer)
    yield Errand.OBJECTIONS, _count(Objection, Objection.settled_at.is_(None), analyst)
    yield Errand.UNDECIDED, _undecided(analyst)
    closed = in_states(TopicState.CLOSED, now=now)
    drafter = _within(person, Role.DRAFTER)
    yield (
        Errand.START_ANALYSIS,
        select(Topic.id, func.count()).where(CONSULTATION, closed, drafter).group_by(Topic.id),
    )


def _undecided(mine: ColumnElement[bool]) -> Select[int, int]:
    """Groups without a standing decision, in consultations that are being analysed."""
    standing = select(Decision.cluster_id).where(Decision.state != DecisionState.WITHDRAWN)
    return _count(
        Cluster,
        Topic.state == TopicState.ANALYSING,
        Cluster.retired_at.is_(None),
        Cluster.suggestion_count > 0,
        Cluster.id.not_in(standing),
        mine,
    )


def _count(
    model: type[Decision | Objection | Cluster], *conditions: ColumnElement[bool]
) -> Select[int, int]:
    """Count rows of ``model`` for each topic."""
    joined = select(Topic.id, func.count()).join(model, model.topic_id == Topic.id)
    return joined.where(*conditions).group_by(Topic.id)


def _within(person: Person, *roles: Role) -> ColumnElement[bool]:
    """Say in SQL whether a topic belongs to an agency that one of ``roles`` reaches."""
    paths = _paths(person, *roles)
    if not paths:
        return false()
    reached = or_(*(Agency.path.startswith(path) for path in paths))
    return Topic.agency_id.in_(select(Agency.id).where(reached))


def _paths(person: Person, *roles: Role) -> set[str]:
    return {one.agency.path for one in person.appointments if one.role in roles}
