"""The numbers made public: how much came, how much was answered, in what time and how well.

Figures are read from the sums that a job keeps, and put right by what has changed since, so that
they are true at the moment of asking whatever the job does. Messages that two people left out of
the rates (不合理诉求) are counted among what was received and answered, and told apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from consult.services.supervising import tallying
from consult.services.supervising.facts import COUNTED, MEASURES
from models.agency import Agency
from models.mailbox import Domain
from models.suggestion import SuggestionKind
from models.supervision import CaseDays, CaseTally
from models.topic import Topic

#: Fewer ratings or cases make no rate, and no place in a ranking.
LEAST = 10
#: Cases that changed since the sums were kept are put right up to so many.
MOST_CHANGED = 1_000


class By(StrEnum):
    """What figures are told apart by."""

    ALL = "all"
    UNIT = "unit"
    TOPIC = "topic"
    REGION = "region"
    DOMAIN = "domain"
    KIND = "kind"
    MONTH = "month"


#: By which property of a case, or of a sum; None: all together.
PROPERTY: Mapping[By, str | None] = {
    By.ALL: None,
    By.UNIT: "unit_id",
    By.TOPIC: "topic_id",
    By.REGION: "region_code",
    By.DOMAIN: "domain",
    By.KIND: "kind",
    By.MONTH: "month",
}
READ_AS: Mapping[By, Any] = {By.DOMAIN: Domain, By.KIND: SuggestionKind}
#: Sums are kept by one of these at a time.
DIMENSIONS = (By.DOMAIN, By.KIND, By.REGION)


@dataclass(frozen=True)
class Scope:
    """Which cases count; what is not named counts all. Confidential ones never do."""

    topic_id: int | None = None
    #: Whose mailboxes, with those of agencies below.
    agency: Agency | None = None
    #: Who has the case, with units below, or (``alone``) without them.
    unit: Agency | None = None
    alone: bool = False
    domain: Domain | None = None
    kind: SuggestionKind | None = None
    region_code: str | None = None
    months: Sequence[str] = ()

    def narrowed(self) -> dict[By, str]:
        """What is chosen of the dimensions."""
        chosen = {By.DOMAIN: self.domain, By.KIND: self.kind, By.REGION: self.region_code}
        return {by: str(value) for by, value in chosen.items() if value is not None}

    def of(self, columns: Any) -> list[ColumnElement[bool]]:
        """The conditions on ``columns`` that have the names of a counted case."""
        found = [columns.month.in_(self.months)] if self.months else []
        found += self.places(columns)
        for by, value in self.narrowed().items():
            found.append(getattr(columns, str(PROPERTY[by])) == value)
        return found

    def places(self, columns: Any) -> list[ColumnElement[bool]]:
        """The conditions on topic and unit."""
        found: list[ColumnElement[bool]] = []
        if self.topic_id is not None:
            found.append(columns.topic_id == self.topic_id)
        if self.agency is not None:
            below = select(Topic.id).join(Agency, Agency.id == Topic.agency_id)
            found.append(columns.topic_id.in_(below.where(within(self.agency))))
        if self.unit is not None and self.alone:
            found.append(columns.unit_id == self.unit.id)
        elif self.unit is not None:
            found.append(columns.unit_id.in_(select(Agency.id).where(within(self.unit))))
        return found


def within(agency: Agency) -> ColumnElement[bool]:
    """Agencies that are ``agency`` or lie below it."""
    below = Agency.path.startswith(agency.path, autoescape=True)
    return or_(Agency.id == agency.id, below)


@dataclass
class Figures:
    """One row of numbers. Rates are None where too little is there to speak of one."""

    received: int = 0
    valid: int = 0
    refused: int = 0
    withdrawn: int = 0
    passed_on: int = 0
    accepted: int = 0
    joined: int = 0
    replied: int = 0
    closed: int = 0
    reopened: int = 0
    appeals: int = 0
    returned: int = 0
    excluded: int = 0
    excluded_replied: int = 0
    on_time: int = 0
    transfers: int = 0
    rated: int = 0
    solved: int = 0
    satisfied: int = 0
    asked_for_praise: int = 0
    #: A reply is owed and its time has run out.
    overdue: int = 0
    #: Working days → replies that took so many.
    days: dict[int, int] = field(default_factory=dict)

    @property
    def reply_rate(self) -> float | None:
        """Of what was accepted, how much was answered."""
        return _rate(self.replied - self.excluded_replied, self.accepted - self.excluded)

    @property
    def on_time_rate(self) -> float | None:
        """Of what was answered, or is overdue, how much was in time."""
        return _rate(self.on_time, self.replied - self.excluded_replied + self.overdue)

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
        counted = self.accepted - self.excluded
        return self.transfers / counted if counted >= LEAST else None

    @property
    def median_days(self) -> int | None:
        """The middle of the working days that first replies took."""
        seen, half = 0, (sum(self.days.values()) + 1) // 2
        for days in sorted(self.days):
            seen += self.days[days]
            if seen >= half and self.days[days]:
                return days
        return None

    def add(self, row: Any, sign: int, now: datetime) -> None:
        """Count one case in, or (with -1) out."""
        for name in MEASURES:
            setattr(self, name, getattr(self, name) + sign * row[name])
        if row["due_at"] is not None and row["due_at"] <= now:
            self.overdue += sign
        if row["days"] is not None:
            self.days[row["days"]] = self.days.get(row["days"], 0) + sign


def figures(
    session: Session, scope: Scope, *, by: By = By.ALL, now: datetime
) -> Mapping[Any, Figures]:
    """The numbers of ``scope``, by unit or topic id, region code, domain, kind or month.

    Four queries, and two more while changes wait to be counted.
    """
    found: dict[Any, Figures] = {}
    for key, *numbers in session.execute(_sums(scope, by)):
        row = found.setdefault(_read(by, key), Figures())
        for name, number in zip(MEASURES, numbers, strict=True):
            setattr(row, name, int(number))
    for key, days, count in session.execute(_days(scope, by)):
        found.setdefault(_read(by, key), Figures()).days[days] = int(count)
    for key, count in session.execute(_overdue(scope, by, now)):
        found.setdefault(_read(by, key), Figures()).overdue = count
    for row, sign in _changes(session, scope):
        key = row[PROPERTY[by]] if PROPERTY[by] else 0
        found.setdefault(_read(by, key), Figures()).add(row, sign, now)
    return {key: row for key, row in found.items() if row.received}


def total(session: Session, scope: Scope, *, now: datetime) -> Figures:
    """The numbers of ``scope`` all together."""
    return figures(session, scope, now=now).get(0, Figures())


def _sums(scope: Scope, by: By) -> Select[Any]:
    source, key, conditions = _source(scope, by, CaseTally.__table__.c)
    numbers = [func.sum(source[name]) for name in MEASURES]
    return select(key, *numbers).where(*conditions).group_by(key)


def _days(scope: Scope, by: By) -> Select[Any]:
    source, key, conditions = _source(scope, by, CaseDays.__table__.c)
    amount = func.sum(source["amount"]) if "amount" in source else func.count()
    query = select(key, source["days"], amount).where(source["days"].is_not(None), *conditions)
    return query.group_by(key, source["days"])


def _overdue(scope: Scope, by: By, now: datetime) -> Select[Any]:
    name = PROPERTY[by]
    key: Any = COUNTED.c[name] if name else COUNTED.c.topic_id * 0
    query = select(key, func.count()).where(COUNTED.c.due_at <= now, *scope.of(COUNTED.c))
    return query.group_by(key)


def _source(scope: Scope, by: By, sums: Any) -> tuple[Any, Any, list[ColumnElement[bool]]]:
    """Where to sum up, by what, and of which rows: the sums, or the cases where those do not do."""
    wanted = {*scope.narrowed(), *({by} & set(DIMENSIONS))}
    name = PROPERTY[by]
    if len(wanted) > 1:
        counted = COUNTED.c
        return counted, counted[name] if name else counted.topic_id * 0, scope.of(counted)
    dimension = next(iter(wanted), By.ALL)
    conditions = [sums.dimension == dimension.value, *scope.places(sums), *_level(scope, by, sums)]
    if scope.months:
        conditions.append(sums.month.in_(scope.months))
    if dimension in scope.narrowed():
        conditions.append(sums.key == scope.narrowed()[dimension])
    if by in DIMENSIONS:
        return sums, sums.key, conditions
    return sums, sums[name] if name else sums.topic_id * 0, conditions


def _level(scope: Scope, by: By, sums: Any) -> Iterable[ColumnElement[bool]]:
    """The rows that hold neither more nor less than what is asked."""
    by_unit = scope.unit is not None or by is By.UNIT
    by_topic = by_unit or scope.topic_id is not None or scope.agency is not None or by is By.TOPIC
    yield sums.unit_id != 0 if by_unit else sums.unit_id == 0
    yield sums.topic_id != 0 if by_topic else sums.topic_id == 0


def _changes(session: Session, scope: Scope) -> Iterable[tuple[Any, int]]:
    """What to take away and to add for cases that changed since they were counted."""
    cases = tallying.waiting(session, MOST_CHANGED + 1)
    if not cases or len(cases) > MOST_CHANGED:
        return
    before = select(COUNTED).where(COUNTED.c.case_id.in_(cases), *scope.of(COUNTED.c))
    now = tallying.of_cases(cases).subquery()
    for query, sign in ((before, -1), (select(now).where(*scope.of(now.c)), 1)):
        for row in session.execute(query).mappings():
            yield row, sign


def is_behind(session: Session) -> bool:
    """Say whether so much has changed that figures are those of a few moments ago."""
    return len(tallying.waiting(session, MOST_CHANGED + 1)) > MOST_CHANGED


def _read(by: By, key: Any) -> Any:
    return READ_AS[by](key) if by in READ_AS else key


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole >= LEAST else None
