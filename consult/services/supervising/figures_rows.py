"""The rows behind a figure: the same counted cases, told apart by what somebody may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all
from sqlalchemy.orm import Session, contains_eager, joinedload

from consult.exceptions import N_, Conflict
from consult.services.caseload import public_states, sight
from consult.services.records.pages import Page, paginate_ids
from consult.services.supervising import tallying
from consult.services.supervising.facts import COUNTED, MEASURES
from consult.services.supervising.numbers import MOST_CHANGED
from consult.services.supervising.scopes import Scope
from models.case import Case
from models.person import Person
from models.suggestion import Suggestion

SIZE = 30
#: Rows that one file may have.
MOST_IN_FILE = 20_000
CHUNK = 500
#: Counted in public, but which messages they are is between their authors and the office.
NOT_PUBLIC = frozenset({"excluded", "excluded_replied", "asked_for_praise"})


class Derived(StrEnum):
    """Figures that are no sum, and what is between two of them."""

    OVERDUE = "overdue"
    #: Accepted and not answered yet.
    OPEN = "open"
    LATE = "late"
    UNSOLVED = "unsolved"
    UNSATISFIED = "unsatisfied"
    #: What the median is the middle of.
    TIMED = "timed"


@dataclass(frozen=True)
class Behind:
    """Which rows are asked for; ``reader`` None: whoever looks."""

    scope: Scope
    measure: str
    reader: Person | None


def is_measure(name: str, *, public: bool = False) -> bool:
    """Say whether there are rows behind a figure of this name."""
    known = name in MEASURES or name in set(Derived)
    return known and not (public and name in NOT_PUBLIC)


def rows(session: Session, behind: Behind, *, now: datetime, page: int = 1) -> Page[Case]:
    """One page of the cases that a figure counts, the newest first, as far as they may be seen."""
    ids = _ids(session, behind, now)
    found = paginate_ids(session, ids, page=page, size=SIZE)
    return found.with_items(_cases(session, found.items))


def all_rows(session: Session, behind: Behind, *, now: datetime) -> Iterator[Case]:
    """All of them, for a file.

    :raises Conflict: if they are more than a file may have.
    """
    ids = session.scalars(_ids(session, behind, now).limit(MOST_IN_FILE + 1)).all()
    if len(ids) > MOST_IN_FILE:
        raise Conflict(
            N_("These are more than %(most)d rows: choose a shorter time or a single unit."),
            most=MOST_IN_FILE,
        )
    return _in_pieces(session, ids)


def _in_pieces(session: Session, ids: Sequence[int]) -> Iterator[Case]:
    for start in range(0, len(ids), CHUNK):
        yield from _cases(session, ids[start : start + CHUNK])


def _cases(session: Session, ids: Sequence[int]) -> list[Case]:
    """In the order of ``ids``; one query."""
    query = (
        select(Case)
        .join(Case.suggestion)
        .where(Case.id.in_(ids))
        .options(contains_eager(Case.suggestion), joinedload(Case.unit), joinedload(Case.topic))
    )
    found = {case.id: case for case in session.scalars(query)}
    return [found[one] for one in ids if one in found]


def _ids(session: Session, behind: Behind, now: datetime) -> Select[Any]:
    changed = tallying.waiting(session, MOST_CHANGED + 1)
    if changed and len(changed) <= MOST_CHANGED:
        fresh = tallying.of_cases(changed).subquery()
        kept = _counted(COUNTED.c, behind, now).where(COUNTED.c.case_id.not_in(changed))
        parts = union_all(kept, _counted(fresh.c, behind, now)).subquery()
        number: Any = parts.c.case_id
    else:
        number = _counted(COUNTED.c, behind, now).subquery().c.case_id
    query = (
        select(number)
        .join(Case, Case.id == number)
        .join(Suggestion, Suggestion.id == Case.suggestion_id)
        .where(_seen(behind.reader))
    )
    return query.order_by(number.desc())


def _counted(columns: Any, behind: Behind, now: datetime) -> Select[Any]:
    return select(columns.case_id).where(
        *behind.scope.of(columns), *_conditions(columns, behind.measure, now)
    )


def _conditions(columns: Any, measure: str, now: datetime) -> list[ColumnElement[bool]]:
    derived: dict[str, list[ColumnElement[bool]]] = {
        Derived.OVERDUE: [columns.due_at <= now],
        Derived.OPEN: [columns.accepted == 1, columns.replied == 0],
        Derived.LATE: [columns.replied == 1, columns.excluded == 0, columns.on_time == 0],
        Derived.UNSOLVED: [columns.rated == 1, columns.solved == 0],
        Derived.UNSATISFIED: [columns.rated == 1, columns.satisfied == 0],
        Derived.TIMED: [columns.days.is_not(None)],
    }
    return derived.get(measure) or [columns[measure] > 0]


def _seen(reader: Person | None) -> ColumnElement[bool]:
    """What the public may read; of staff what they may see."""
    return public_states.shown() if reader is None else sight.visible(reader)
