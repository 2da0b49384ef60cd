"""Where the numbers of a scope are summed up: from kept sums, or from counted cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select

from consult.services.supervising.facts import COUNTED, MEASURES
from consult.services.supervising.scopes import DIMENSIONS, PROPERTY, By, Scope
from models.supervision import CaseDays, CaseTally

#: Between the two of which a sum holds what is of both.
BETWEEN = "|"
#: The dimension of sums over everything.
EVERYTHING = "all"
#: So that the index of the sums without units is found, whatever is asked for with them.
NO_UNIT: Any = literal_column("0")


@dataclass(frozen=True)
class Kept:
    """Which of the kept sums hold neither more nor less than a scope."""

    scope: Scope
    by: By
    #: Of :data:`DIMENSIONS`, what is chosen and what is told apart by.
    dimensions: Sequence[By]

    def sums(self) -> Select[Any]:
        """Key and the sum of each measure."""
        columns = CaseTally.__table__.c
        numbers = [func.sum(columns[name]) for name in MEASURES]
        return self._grouped(columns, [], numbers)

    def days(self) -> Select[Any]:
        """Key, working days, and how many first replies took so many."""
        columns = CaseDays.__table__.c
        return self._grouped(columns, [columns.days], [func.sum(columns.amount)])

    def read(self, key: Any) -> Any:
        """What rows are told apart by, from the key of a sum; that may hold two."""
        if self.by not in self.dimensions:
            return key
        return key.split(BETWEEN)[self.dimensions.index(self.by)]

    def _grouped(self, columns: Any, more: list[Any], numbers: list[Any]) -> Select[Any]:
        key = columns.key if self.by in self.dimensions else _key(columns, self.by)
        conditions = [*self._place(columns), *self._keys(columns)]
        return select(key, *more, *numbers).where(*conditions).group_by(key, *more)

    def _place(self, columns: Any) -> list[ColumnElement[bool]]:
        by_topic, by_unit = _level(self.scope, self.by)
        name = " ".join(one.value for one in self.dimensions) or EVERYTHING
        found = [
            columns.dimension == name,
            columns.topic_id > 0 if by_topic else columns.topic_id == 0,
            columns.unit_id > 0 if by_unit else columns.unit_id == NO_UNIT,
            *self.scope.places(columns),
        ]
        if self.scope.months:
            found.append(columns.month.in_(self.scope.months))
        return found

    def _keys(self, columns: Any) -> list[ColumnElement[bool]]:
        """What is chosen of the dimensions."""
        chosen = self.scope.narrowed()
        known = [chosen.get(one) for one in self.dimensions]
        if all(one is not None for one in known):
            return [columns.key == BETWEEN.join(map(str, known))] if known else []
        first, last = known[0], known[-1]
        if first is not None:
            return [columns.key.startswith(first + BETWEEN, autoescape=True)]
        return [] if last is None else [columns.key.endswith(BETWEEN + last, autoescape=True)]


def kept(scope: Scope, by: By) -> Kept | None:
    """The sums that are kept of ``scope``; None where they are kept of less than it asks."""
    chosen = scope.narrowed()
    dimensions = tuple(one for one in DIMENSIONS if one in chosen or one is by)
    most = 1 if any(_level(scope, by)) else 2
    return Kept(scope, by, dimensions) if len(dimensions) <= most else None


def of_cases(columns: Any, scope: Scope, by: By, now: datetime) -> Select[Any]:
    """Key, working days, how many are overdue, and the sum of each measure; each case read once.

    ``columns`` have the names of a counted case.
    """
    key = _key(columns, by)
    late = func.sum(case((columns.due_at <= now, 1), else_=0))
    numbers = [func.sum(columns[name]) for name in MEASURES]
    query = select(key, columns.days, late, *numbers).where(*scope.of(columns))
    return query.group_by(key, columns.days)


def overdue(scope: Scope, by: By, now: datetime) -> Select[Any]:
    """Key and how many are overdue, which time alone makes: no sum can hold it."""
    columns, key = COUNTED.c, _key(COUNTED.c, by)
    query = select(key, func.count()).where(columns.due_at <= now, *scope.of(columns))
    return query.group_by(key)


def _key(columns: Any, by: By) -> Any:
    name = PROPERTY[by]
    return columns[name] if name else columns.topic_id * 0


def _level(scope: Scope, by: By) -> tuple[bool, bool]:
    """Whether single mailboxes are needed, and whether single units are."""
    named = scope.topic_id is not None or scope.topics or scope.agency is not None
    by_topic = bool(named) or by is By.TOPIC
    return by_topic, scope.unit is not None or by is By.UNIT
