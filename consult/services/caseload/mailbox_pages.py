"""What a mailbox says of itself: who reads it, what may be written, how long answers really take."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from consult.services.caseload.public_states import codes_within
from consult.services.records.pages import Page, paginate
from consult.services.supervising.numbers import LEAST
from consult.text.normalise import tidy_line
from models.agency import Agency, Region
from models.case import Case, CaseState, Clock, ClockKind
from models.mailbox import Mailbox
from models.reply import Rating
from models.topic import Topic

#: The days that the figures of a mailbox tell of.
SPAN = timedelta(days=90)
#: From this mark on somebody is satisfied.
GOOD = 4
#: Regions that a form offers at most.
MOST_REGIONS = 400


@dataclass
class Pace:
    """How a mailbox answered in the last 90 days; reports of wrongdoing are not in it."""

    received: int = 0
    #: Working days → first replies that took so many.
    days: dict[int, int] = field(default_factory=dict)
    on_time: int = 0
    rated: int = 0
    satisfied: int = 0

    @property
    def replied(self) -> int:
        """How many were answered."""
        return sum(self.days.values())

    @property
    def median_days(self) -> int | None:
        """Half of the answers took so many working days or fewer."""
        return self._within(0.5)

    @property
    def nearly_all(self) -> int | None:
        """Nine of ten answers took so many working days or fewer."""
        return self._within(0.9)

    @property
    def on_time_rate(self) -> float | None:
        """Of the answers, how many came within their time."""
        return self.on_time / self.replied if self.replied else None

    @property
    def satisfaction(self) -> float | None:
        """Of the ratings, how many are good; None where too few are there to say."""
        return self.satisfied / self.rated if self.rated >= LEAST else None

    def _within(self, share: float) -> int | None:
        seen, wanted = 0, share * self.replied
        for days in sorted(self.days):
            seen += self.days[days]
            if seen >= wanted:
                return days
        return None


def every(session: Session, *, words: str = "", page: int = 1, size: int = 24) -> Page[Mailbox]:
    """One page of the mailboxes that take messages, by name or addressee; by agency."""
    query = (
        select(Mailbox)
        .join(Mailbox.topic)
        .join(Topic.agency)
        .where(Mailbox.closed_at.is_(None))
        .options(joinedload(Mailbox.topic).joinedload(Topic.region))
        .order_by(Agency.path, Topic.id)
    )
    for word in tidy_line(words).split()[:5]:
        query = query.where(
            or_(
                Topic.title.contains(word, autoescape=True),
                Mailbox.addressee.contains(word, autoescape=True),
                Agency.name.contains(word, autoescape=True),
            )
        )
    return paginate(session, query, page=page, size=size)


def paces(session: Session, topic_ids: Collection[int], *, now: datetime) -> Mapping[int, Pace]:
    """How each of some mailboxes answered; four queries, whatever there is."""
    found = {one: Pace() for one in topic_ids}
    if not found:
        return found
    since = now - SPAN
    for topic_id, count in session.execute(_received(found, since)):
        found[topic_id].received += count
    # Counted apart, so that the many are counted from an index that says nothing of reports.
    for topic_id, count in session.execute(_received(found, since).where(Case.confidential)):
        found[topic_id].received -= count
    for topic_id, days, on_time, count in session.execute(_replied(found, since)):
        pace = found[topic_id]
        if days is not None:  # asked for in the query
            pace.days[days] = pace.days.get(days, 0) + count
        pace.on_time += count if on_time else 0
    for topic_id, rated, satisfied in session.execute(_ratings(found, since)):
        found[topic_id].rated, found[topic_id].satisfied = rated, int(satisfied or 0)
    return found


def regions_of(session: Session, mailbox: Mailbox) -> Sequence[Region]:
    """Where a message to ``mailbox`` may be about: its region and those below it.

    A mailbox without a region offers the divisions of the first level.
    """
    code = mailbox.topic.region_code
    query = select(Region).order_by(Region.code).limit(MOST_REGIONS)
    if code is None:
        return session.scalars(query.where(Region.parent_code.is_(None))).all()
    return session.scalars(query.where(Region.code.between(*codes_within(code)))).all()


def _of(topic_ids: Iterable[int]) -> ColumnElement[bool]:
    return and_(Case.topic_id.in_(list(topic_ids)), Case.confidential.is_(False))


def _received(topic_ids: Iterable[int], since: datetime) -> Select[int, int]:
    return (
        select(Case.topic_id, func.count())
        .where(Case.topic_id.in_(list(topic_ids)), Case.created_at >= since)
        .group_by(Case.topic_id)
    )


def _replied(
    topic_ids: Iterable[int], since: datetime
) -> Select[int, int | None, bool | None, int]:
    """By the moment of the last reply; what took how long is told of the first."""
    return (
        select(Case.topic_id, Case.days_taken, Case.on_time, func.count())
        .where(
            _of(topic_ids),
            Case.replied_at >= since,
            Case.excluded_at.is_(None),
            Case.days_taken.is_not(None),
        )
        .group_by(Case.topic_id, Case.days_taken, Case.on_time)
    )


def _ratings(topic_ids: Iterable[int], since: datetime) -> Select[int, int, Any]:
    """Only those whose window has closed: before, nobody in office may know."""
    is_open = exists().where(
        Clock.case_id == Rating.case_id,
        Clock.kind == ClockKind.RATING,
        Clock.turn == Rating.round,
        Clock.stopped_at.is_(None),
    )
    # While it runs the case is at one of two stages: of the others no clock has to be looked up.
    is_closed = or_(Case.state.not_in((CaseState.REPLIED, CaseState.RATED)), ~is_open)
    total = Rating.solved + Rating.attitude + Rating.speed
    return (
        select(Case.topic_id, func.count(), func.sum(case((total >= GOOD * 3, 1), else_=0)))
        .select_from(Case)
        .join(Rating, and_(Rating.case_id == Case.id, Rating.round == Case.round))
        .where(_of(topic_ids), Case.replied_at >= since, Case.excluded_at.is_(None), is_closed)
        .group_by(Case.topic_id)
    )
