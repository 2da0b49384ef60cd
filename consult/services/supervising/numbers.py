"""The numbers made public: how much came, how much was answered, in what time and how well.

Every figure is counted from rows when it is asked for, in four queries whatever there is. Messages
that two people left out of the rates (不合理诉求) are counted among what was received, and told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from models.agency import Agency
from models.case import Case, CaseState, CaseStep, Clock, ClockKind
from models.mailbox import Domain
from models.reply import Rating
from models.suggestion import Suggestion, SuggestionKind

#: From here on a mark counts as satisfied, or as solved.
GOOD = 4
#: Fewer ratings or cases make no rate, and no place in a ranking.
LEAST = 10


class By(StrEnum):
    """What figures are told apart by."""

    ALL = "all"
    UNIT = "unit"
    REGION = "region"
    DOMAIN = "domain"
    KIND = "kind"
    MONTH = "month"


@dataclass(frozen=True)
class Scope:
    """Which cases count; what is not named counts all. Confidential ones never do."""

    topic_id: int | None = None
    unit: Agency | None = None
    domain: Domain | None = None
    kind: SuggestionKind | None = None
    region_code: str | None = None
    months: Sequence[str] = ()


@dataclass
class Figures:
    """One row of numbers. Rates are None where too little is there to speak of one."""

    received: int = 0
    excluded: int = 0
    accepted: int = 0
    replied: int = 0
    on_time: int = 0
    overdue: int = 0
    transfers: int = 0
    returned: int = 0
    rated: int = 0
    solved: int = 0
    satisfied: int = 0
    asked_for_praise: int = 0
    #: Working days → replies that took so many.
    days: dict[int, int] = field(default_factory=dict)

    @property
    def reply_rate(self) -> float | None:
        """Of what was accepted, how much was answered."""
        return _rate(self.replied, self.accepted)

    @property
    def on_time_rate(self) -> float | None:
        """Of what was answered, or is overdue, how much was in time."""
        late = self.replied - self.on_time + self.overdue
        return _rate(self.on_time, self.on_time + late)

    @property
    def solved_rate(self) -> float | None:
        """Of the ratings, how many say that it was solved. Unrated is not solved, nor unsolved."""
        return _rate(self.solved, self.rated)

    @property
    def satisfaction(self) -> float | None:
        """Of the ratings, how many are satisfied; always shown with their number."""
        return _rate(self.satisfied, self.rated)

    @property
    def transfers_each(self) -> float | None:
        """How often a case was passed on, in the mean."""
        return self.transfers / self.accepted if self.accepted >= LEAST else None

    @property
    def median_days(self) -> int | None:
        """The middle of the working days that first replies took."""
        seen, half = 0, (sum(self.days.values()) + 1) // 2
        for days in sorted(self.days):
            seen += self.days[days]
            if seen >= half:
                return days
        return None


def figures(
    session: Session, scope: Scope, *, by: By = By.ALL, now: datetime
) -> Mapping[Any, Figures]:
    """The numbers of ``scope``, by unit id, region code, domain, kind or month."""
    key = KEYS[by]
    found: dict[Any, Figures] = {}
    for number, values in _counts(session, scope, key, now):
        found[number] = row = Figures()
        for name, value in values.items():
            setattr(row, name, value)
    for number, days, count in session.execute(_days(scope, key)):
        found[number].days[days] = count
    for number, count in session.execute(_returned(scope, key)):
        found[number].returned = count
    for number, *marks in session.execute(_ratings(scope, key)):
        row = found[number]
        row.rated, row.solved, row.satisfied, row.asked_for_praise = marks
    return found


def ranking(found: Mapping[Any, Figures], *, least: int = LEAST) -> list[tuple[Any, float]]:
    """Places by the mean of the four rates, of those with ``least`` cases and ratings or more.

    The formula is published beside it: (reply rate + on-time rate + solved rate + satisfaction) / 4.
    """
    scores = []
    for key, row in found.items():
        rates = (row.reply_rate, row.on_time_rate, row.solved_rate, row.satisfaction)
        if row.accepted >= least and row.rated >= least and None not in rates:
            scores.append((key, sum(rate for rate in rates if rate is not None) / len(rates)))
    return sorted(scores, key=lambda pair: (-pair[1], str(pair[0])))


KEYS: Mapping[By, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
    By.ALL: Case.topic_id * 0,
    By.UNIT: Case.unit_id,
    By.REGION: Case.region_code,
    By.DOMAIN: Case.domain,
    By.KIND: Suggestion.kind,
    By.MONTH: Case.month,
}
#: A case that was never accepted, or was taken back, is received and nothing else.
ACCEPTED = Case.accepted_at.is_not(None) & (Case.state != CaseState.WITHDRAWN)


def _counts(
    session: Session, scope: Scope, key: Any, now: datetime
) -> Iterable[tuple[Any, dict[str, int]]]:
    counts_in_rates = and_(ACCEPTED, Case.excluded_at.is_(None))
    replied = and_(counts_in_rates, Case.days_taken.is_not(None))
    late = (
        select(Clock.id)
        .where(
            Clock.case_id == Case.id,
            Clock.kind == ClockKind.REPLY,
            Clock.stopped_at.is_(None),
            Clock.due_at <= now,
        )
        .exists()
    )
    columns = {
        "received": func.count(),
        "excluded": _sum(Case.excluded_at.is_not(None)),
        "accepted": _sum(counts_in_rates),
        "replied": _sum(replied),
        "on_time": _sum(and_(replied, Case.on_time.is_(True))),
        "overdue": _sum(and_(counts_in_rates, Case.days_taken.is_(None), late)),
        "transfers": func.coalesce(func.sum(case((counts_in_rates, Case.transfers), else_=0)), 0),
    }
    query = _within(select(key, *columns.values()).select_from(Case), scope).group_by(key)
    for number, *values in session.execute(query):
        yield number, {name: int(value) for name, value in zip(columns, values, strict=True)}


def _days(scope: Scope, key: Any) -> Any:
    query = select(key, Case.days_taken, func.count()).select_from(Case)
    return (
        _within(query, scope)
        .where(Case.days_taken.is_not(None), Case.excluded_at.is_(None))
        .group_by(key, Case.days_taken)
    )


def _returned(scope: Scope, key: Any) -> Any:
    query = select(key, func.count()).select_from(CaseStep).join(Case)
    return _within(query, scope).where(CaseStep.act == "return_reply").group_by(key)


def _ratings(scope: Scope, key: Any) -> Any:
    """The last round's rating of each case, once its window has closed."""
    is_open = (
        select(Clock.id)
        .where(
            Clock.case_id == Rating.case_id,
            Clock.kind == ClockKind.RATING,
            Clock.turn == Rating.round,
            Clock.stopped_at.is_(None),
        )
        .exists()
    )
    query = (
        select(
            key,
            func.count(),
            _sum(Rating.solved >= GOOD),
            _sum((Rating.solved + Rating.attitude + Rating.speed) >= GOOD * 3),
            _sum(Rating.asked_for_praise.is_(True)),
        )
        .select_from(Rating)
        .join(Case, and_(Case.id == Rating.case_id, Case.round == Rating.round))
    )
    return _within(query, scope).where(~is_open, Case.excluded_at.is_(None)).group_by(key)


def _within(query: Any, scope: Scope) -> Any:
    query = query.join(Suggestion, Suggestion.id == Case.suggestion_id)
    query = query.where(Case.confidential.is_(False))
    wanted = {
        Case.topic_id: scope.topic_id,
        Case.domain: scope.domain,
        Suggestion.kind: scope.kind,
        Case.region_code: scope.region_code,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if scope.unit is not None:
        below = select(Agency.id).where(Agency.path.startswith(scope.unit.path, autoescape=True))
        query = query.where(or_(Case.unit_id == scope.unit.id, Case.unit_id.in_(below)))
    if scope.months:
        query = query.where(Case.month.in_(scope.months))
    return query


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole >= LEAST else None
