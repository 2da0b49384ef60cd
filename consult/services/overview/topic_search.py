"""Finding consultations: by stage, words, agency, kind and region."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from sqlalchemy import ColumnElement, UnaryExpression, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from consult.services.consultations import windows
from consult.services.consultations.topic_states import in_state, in_states
from consult.services.records.pages import Page, paginate
from models.agency import Agency, Region
from models.topic import Topic, TopicKind, TopicMode, TopicState

MOST_WORDS = 6
#: Mailboxes have a list of their own.
CONSULTATION = Topic.mode != TopicMode.MAILBOX


class Stage(StrEnum):
    """What a reader tells apart; "soon" is a part of "open".

    "awaiting" is the public list of what has closed and is not answered yet.
    """

    OPEN = "open"
    SOON = "soon"
    PLANNED = "planned"
    AWAITING = "awaiting"
    REPORTED = "reported"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is looked for; an empty one lets everything through.

    ``agency`` is a slug and reaches the agencies below it; ``region`` is a
    GB/T 2260 code and reaches the regions within it.
    """

    words: str = ""
    agency: str = ""
    kind: TopicKind | None = None
    region: str = ""


def search(
    session: Session,
    *,
    stage: Stage,
    filters: Filters,
    now: datetime,
    zone: tzinfo,
    page: int = 1,
    size: int = 20,
) -> Page[Topic]:
    """Published consultations in ``stage``.

    Open ones come by their end, and so do those that await their answer: who
    waits longest stands first. The answered come newest first.
    """
    query = (
        select(Topic)
        .where(_in_stage(stage, now, zone), *_conditions(filters))
        .options(joinedload(Topic.region))
        .order_by(_order(stage), Topic.id.desc())
    )
    return paginate(session, query, page=page, size=size)


def counts(session: Session, *, filters: Filters, now: datetime, zone: tzinfo) -> dict[Stage, int]:
    """How many consultations each stage has under ``filters``; one query."""
    columns = [
        func.count(Topic.id).filter(_in_stage(stage, now, zone)).label(stage) for stage in Stage
    ]
    row = session.execute(select(*columns).where(*_conditions(filters))).one()
    return dict(zip(Stage, row, strict=True))


def agencies(session: Session) -> list[Agency]:
    """The agencies that have published a consultation, by name."""
    asked = select(Topic.agency_id).where(Topic.state != TopicState.DRAFT, CONSULTATION)
    query = select(Agency).where(Agency.id.in_(asked)).order_by(Agency.name)
    return list(session.scalars(query))


def regions(session: Session) -> list[Region]:
    """The regions that a published consultation is for, by code."""
    asked = select(Topic.region_code).where(Topic.state != TopicState.DRAFT, CONSULTATION)
    query = select(Region).where(Region.code.in_(asked)).order_by(Region.code)
    return list(session.scalars(query))


def _in_stage(stage: Stage, now: datetime, zone: tzinfo) -> ColumnElement[bool]:
    match stage:
        case Stage.OPEN:
            return in_state(TopicState.OPEN, now)
        case Stage.SOON:
            ends_soon = Topic.closes_at <= windows.soon(now, zone)
            return and_(in_state(TopicState.OPEN, now), ends_soon)
        case Stage.PLANNED:
            return in_state(TopicState.PLANNED, now)
        case Stage.AWAITING:
            return in_states(TopicState.CLOSED, TopicState.ANALYSING, now=now)
    return in_states(TopicState.REPORTED, TopicState.ENACTED, TopicState.EVALUATED, now=now)


def _order(stage: Stage) -> UnaryExpression[datetime | None] | ColumnElement[datetime]:
    match stage:
        case Stage.OPEN | Stage.SOON | Stage.AWAITING:
            return Topic.closes_at.asc()
        case Stage.PLANNED:
            return Topic.opens_at.asc()
    return func.coalesce(Topic.enacted_at, Topic.reported_at, Topic.closes_at).desc()


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found = [CONSULTATION, *(_contains(word) for word in filters.words.split()[:MOST_WORDS])]
    if filters.kind:
        found.append(Topic.kind == filters.kind)
    if filters.agency:
        root = aliased(Agency)
        path = select(root.path).where(root.slug == filters.agency).scalar_subquery()
        within = select(Agency.id).where(Agency.path.startswith(path))
        found.append(Topic.agency_id.in_(within))
    if filters.region:
        prefix = re.sub(r"(00)+$", "", filters.region)
        found.append(Topic.region_code.startswith(prefix, autoescape=True))
    return found


def _contains(word: str) -> ColumnElement[bool]:
    texts = (Topic.title, Topic.summary, Topic.explanation)
    return or_(*(text.icontains(word, autoescape=True) for text in texts))
