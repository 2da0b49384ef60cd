"""Why a case is brought before a supervising office: 重点线索, each reason a question to the database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from consult.services.handling.steps import OVER
from consult.services.supervising.scopes import within
from models.agency import Agency
from models.case import Case, CaseState, CaseStep, Clock, ClockKind
from models.cluster import Cluster, Membership
from models.mailbox import Urgency
from models.reply import Appeal, Rating
from models.suggestion import Suggestion
from models.topic import Topic

#: Looked at for each reason, the gravest.
MOST = 60
#: From here on.
TRANSFERS, RETURNS, VOICES = 2, 2, 10


class KeyReason(StrEnum):
    """What makes a case one to look at, the gravest first."""

    URGENT = "urgent"
    APPEALED = "appealed"
    OVERDUE = "overdue"
    LOW_RATING = "low_rating"
    PASSED_AROUND = "passed_around"
    RETURNED = "returned"
    MANY_VOICES = "many_voices"
    ASKED_FOR_PRAISE = "asked_for_praise"


#: How heavily each weighs when there is not room for all.
WEIGHTS: Mapping[KeyReason, int] = {
    KeyReason.URGENT: 8,
    KeyReason.APPEALED: 5,
    KeyReason.OVERDUE: 4,
    KeyReason.LOW_RATING: 3,
    KeyReason.PASSED_AROUND: 3,
    KeyReason.RETURNED: 2,
    KeyReason.MANY_VOICES: 3,
    KeyReason.ASKED_FOR_PRAISE: 4,
}

Question = Callable[[datetime, datetime], Any]


def found(
    session: Session, agency: Agency, *, since: datetime, now: datetime
) -> Mapping[int, list[tuple[KeyReason, int]]]:
    """Case id → reasons with their numbers, the gravest first; one query a reason.

    Confidential cases are in none: who reads a digest need not be allowed to know of them.
    """
    reasons: dict[int, list[tuple[KeyReason, int]]] = {}
    topics = select(Topic.id).join(Agency, Agency.id == Topic.agency_id).where(within(agency))
    for reason, question in QUESTIONS.items():
        query = question(since, now).where(Case.confidential.is_(False), Case.topic_id.in_(topics))
        for case_id, number in session.execute(query.limit(MOST)):
            reasons.setdefault(case_id, []).append((reason, _plain(number, now)))
    return reasons


def weight(reasons: Iterable[tuple[KeyReason, int]]) -> int:
    """How much there is to look at."""
    return sum(WEIGHTS[reason] for reason, _number in reasons)


def gravity(reasons: Sequence[tuple[KeyReason, int]]) -> tuple[int, int]:
    """Sorts the gravest first; of equal weight, those that have waited longest."""
    return -weight(reasons), -sum(number for _reason, number in reasons)


def _plain(number: object, now: datetime) -> int:
    """A count; of a moment that is past, the days since then, from 1."""
    if isinstance(number, datetime):
        return max(1, -((number - now) // timedelta(days=1)))
    return int(number)  # type: ignore[call-overload, no-any-return]


OPEN: ColumnElement[bool] = Case.state.not_in((*OVER, CaseState.MERGED))


def _urgent(since: datetime, now: datetime) -> Any:
    late = and_(Case.created_at > since, Case.created_at <= now)
    return (
        select(Case.id, Case.created_at)
        .where(
            Case.urgency.in_((Urgency.DANGER, Urgency.SUPPLY)),
            or_(late, and_(Case.replied_at.is_(None), OPEN)),
        )
        .order_by(Case.created_at.desc())
    )


def _appealed(since: datetime, now: datetime) -> Any:
    return (
        select(Case.id, func.count(Appeal.id))
        .join(Appeal, Appeal.case_id == Case.id)
        .where(or_(Appeal.created_at > since, Appeal.answered_at.is_(None)))
        .group_by(Case.id)
        .order_by(func.count(Appeal.id).desc())
    )


def _overdue(since: datetime, now: datetime) -> Any:
    return (
        select(Case.id, Clock.due_at)
        .join(Clock, Clock.case_id == Case.id)
        .where(
            Clock.kind == ClockKind.REPLY,
            Clock.stopped_at.is_(None),
            Clock.due_at <= now,
            Case.state != CaseState.MERGED,
        )
        .order_by(Clock.due_at)
    )


def _low_rating(since: datetime, now: datetime) -> Any:
    """Low marks whose window has closed: while it is open nobody in office knows them."""
    return (
        select(Case.id, Rating.solved)
        .join(Rating, and_(Rating.case_id == Case.id, Rating.round == Case.round))
        .join(
            Clock,
            and_(
                Clock.case_id == Case.id,
                Clock.kind == ClockKind.RATING,
                Clock.turn == Rating.round,
            ),
        )
        .where(
            Clock.stopped_at > since,
            or_(Rating.solved <= Rating.LOW, Rating.attitude <= Rating.LOW),
        )
        .order_by(Rating.solved)
    )


def _asked_for_praise(since: datetime, now: datetime) -> Any:
    return (
        select(Case.id, Rating.round)
        .join(Rating, Rating.case_id == Case.id)
        .join(
            Clock,
            and_(
                Clock.case_id == Case.id,
                Clock.kind == ClockKind.RATING,
                Clock.turn == Rating.round,
            ),
        )
        .where(Clock.stopped_at > since, Rating.asked_for_praise.is_(True))
        .order_by(Case.id.desc())
    )


def _passed_around(since: datetime, now: datetime) -> Any:
    return (
        select(Case.id, Case.transfers)
        .where(Case.transfers >= TRANSFERS, Case.replied_at.is_(None), OPEN)
        .order_by(Case.transfers.desc(), Case.id)
    )


def _returned(since: datetime, now: datetime) -> Any:
    times = func.count(CaseStep.id)
    return (
        select(Case.id, times)
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(CaseStep.act == "return_reply", CaseStep.created_at > since)
        .group_by(Case.id)
        .having(times >= RETURNS)
        .order_by(times.desc())
    )


def _many_voices(since: datetime, now: datetime) -> Any:
    """The one that stands for a group of people who want the same."""
    return (
        select(Case.id, Cluster.people_count)
        .join(Suggestion, Suggestion.id == Case.suggestion_id)
        .join(Membership, Membership.suggestion_id == Suggestion.id)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(
            Cluster.representative_id == Suggestion.id,
            Cluster.retired_at.is_(None),
            Cluster.people_count >= VOICES,
            or_(Cluster.newest_at > since, Case.replied_at.is_(None)),
            OPEN,
        )
        .order_by(Cluster.people_count.desc())
    )


QUESTIONS: Mapping[KeyReason, Question] = {
    KeyReason.URGENT: _urgent,
    KeyReason.APPEALED: _appealed,
    KeyReason.OVERDUE: _overdue,
    KeyReason.LOW_RATING: _low_rating,
    KeyReason.PASSED_AROUND: _passed_around,
    KeyReason.RETURNED: _returned,
    KeyReason.MANY_VOICES: _many_voices,
    KeyReason.ASKED_FOR_PRAISE: _asked_for_praise,
}
