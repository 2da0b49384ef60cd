"""Keeps the sums of all cases: each change is marked by the database, counted here by a job.

What a case added before is taken away and what it adds now is put in its place, so that the work
is as large as what changed. Everything can be made again from the rows (:func:`rebuild`), and is
proved by :func:`differences`. Days are those of ``zone``, where the offices are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    delete,
    except_,
    func,
    insert,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import Session

from consult.services.records import many_rows
from consult.services.records.recounting import Difference
from consult.services.supervising.facts import COLUMNS, COUNTED, DATES, MEASURES, dated_facts, facts
from consult.services.supervising.figure_queries import BETWEEN, EVERYTHING
from models.supervision import CaseChange, CaseCount, CaseDays, CaseTally

#: Marks that one step works off.
STEP = 2_000
#: With more of them all sums are made anew at once, which takes about as long.
TOO_MANY = 100_000
#: Letters of a month, and so of that of a day.
MONTH = len("2026-06")
CHANGES: Any = CaseChange.__table__
TALLIES: Any = CaseTally.__table__
DAYS: Any = CaseDays.__table__
#: Dimension → the property it goes by.
SINGLE = {"domain": "domain", "kind": "kind", "region": "region_code"}
#: Dimension → the properties that its key holds, one after the other.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    EVERYTHING: (),
    **{one: (name,) for one, name in SINGLE.items()},
}
PAIRS = {" ".join(two): tuple(SINGLE[one] for one in two) for two in combinations(SINGLE, 2)}
#: Dimension → the day that its key is. Only of whole mailboxes, which tell of their last 90 days.
DAILY = {"received": "received_on", "replied": "replied_on"}
BY_DAY = {dimension: (name,) for dimension, name in DAILY.items()}
PLACE = ("month", "topic_id", "unit_id", "dimension", "key")
#: Which of topic and unit are told apart, the others summed up as 0; and by which dimensions. What
#: two of them make is kept of everything alone: of single places there would be a sum for each case.
LEVELS = {
    (True, True): DIMENSIONS,
    (True, False): DIMENSIONS | BY_DAY,
    (False, True): DIMENSIONS,
    (False, False): DIMENSIONS | PAIRS,
}


def work_off(session: Session, *, zone: ZoneInfo) -> int:
    """Count the next cases that changed, and say how many marks that took; 0: none is left.

    What a release before wrote that knows no days, while both ran, is made anew with all the rest.
    """
    _take_turn(session)
    if _marks(session, TOO_MANY + 1) > TOO_MANY or _some_undated(session):
        return rebuild(session, zone=zone)
    rows = session.execute(
        select(CaseChange.id, CaseChange.case_id).order_by(CaseChange.id).limit(STEP)
    ).all()
    if not rows:
        return 0
    cases = sorted({row.case_id for row in rows})
    before = session.execute(select(COUNTED).where(COUNTED.c.case_id.in_(cases))).mappings().all()
    after = session.execute(dated(cases, zone=zone)).mappings().all()
    _add(session, [*((row, -1) for row in before), *((row, 1) for row in after)])
    session.execute(delete(COUNTED).where(COUNTED.c.case_id.in_(cases)))
    many_rows.add(session, CaseCount, [dict(row) for row in after])
    session.execute(delete(CHANGES).where(CaseChange.id.in_([row.id for row in rows])))
    return len(rows)


def of_cases(cases: Sequence[int]) -> Select[Any]:
    """What these cases add now, without its days."""
    return _only(facts(), cases)


def dated(cases: Sequence[int], *, zone: ZoneInfo) -> Select[Any]:
    """What these cases add now, and on which days."""
    return _only(dated_facts(zone), cases)


def rebuild(session: Session, *, zone: ZoneInfo) -> int:
    """Make every count and sum anew from the rows, and return how many cases there are."""
    _take_turn(session)
    # First: what is marked from here on may be missed below, so that its mark has to stay.
    session.execute(delete(CHANGES))
    for table in (COUNTED, TALLIES, DAYS):
        session.execute(delete(table))
    session.execute(insert(COUNTED).from_select([*COLUMNS, *DATES], dated_facts(zone)))
    for source in _sums():
        session.execute(insert(TALLIES).from_select([*PLACE, *MEASURES], source))
    for source in _days():
        session.execute(insert(DAYS).from_select([*PLACE, "days", "amount"], source))
    return session.scalar(select(func.count()).select_from(CaseCount)) or 0


def waiting(session: Session, most: int) -> list[int]:
    """Cases that changed and are not counted yet; at most ``most``."""
    return list(session.scalars(select(CaseChange.case_id).distinct().limit(most)))


def differences(session: Session, *, zone: ZoneInfo) -> list[Difference]:
    """Count all cases again and name what differs; those that are marked are on their way."""
    return [*_wrong_counts(session, zone), *_wrong_sums(session)]


def _only(found: Select[Any], cases: Sequence[int]) -> Select[Any]:
    return found.where(found.selected_columns.case_id.in_(cases))


def _wrong_counts(session: Session, zone: ZoneInfo) -> Iterator[Difference]:
    true, marked = dated_facts(zone).subquery(), select(CaseChange.case_id)
    names = (*COLUMNS, *DATES)
    truth = select(*(true.c[name] for name in names)).where(true.c.case_id.not_in(marked))
    kept = select(*(COUNTED.c[name] for name in names)).where(COUNTED.c.case_id.not_in(marked))
    for query, here in ((except_(truth, kept), 0), (except_(kept, truth), 1)):
        for row in session.execute(query):
            yield Difference("case_count", f"case {row.case_id}", here, 1 - here)


def _wrong_sums(session: Session) -> Iterator[Difference]:
    """Against what is counted of each case: both are written in one step."""
    for model, names, sources in (
        (CaseTally, MEASURES, _sums()),
        (CaseDays, ("amount",), _days()),
    ):
        place = (*PLACE, "days") if model is CaseDays else PLACE
        columns = [model.__table__.c[name] for name in (*place, *names)]
        kept = _by_place(session.execute(select(*columns)), len(place))
        true = _by_place((row for one in sources for row in session.execute(one)), len(place))
        for where in sorted(kept.keys() | true.keys(), key=str):
            here, there = kept.get(where, ()), true.get(where, ())
            for name, one, other in zip(names, here or there, there or here, strict=True):
                if (one if here else 0) != (other if there else 0):
                    spot = " ".join(map(str, where))
                    yield Difference(name, spot, one if here else 0, other if there else 0)


def _by_place(rows: Iterable[Any], size: int) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """Place → numbers; a place in which nothing is left is none."""
    found = ((tuple(row[:size]), tuple(int(value) for value in row[size:])) for row in rows)
    return {place: numbers for place, numbers in found if any(numbers)}


def _sums() -> Iterator[Any]:
    measures = [func.sum(COUNTED.c[name]).label(name) for name in MEASURES]
    for place, there, grouped in _places():
        yield select(*place, *measures).where(*there).group_by(*grouped)


def _days() -> Iterator[Any]:
    amount = func.count().label("amount")
    for place, there, grouped in _places():
        query = select(*place, COUNTED.c.days, amount).where(COUNTED.c.days.is_not(None), *there)
        yield query.group_by(*grouped, COUNTED.c.days)


def _places() -> Iterator[tuple[list[Any], list[ColumnElement[bool]], list[Any]]]:
    """The columns of :data:`PLACE` for each level and dimension, which cases, and grouped by what."""
    cases = COUNTED.c
    for (by_topic, by_unit), dimensions in LEVELS.items():
        topic = [cases.topic_id] if by_topic else []
        unit = [cases.unit_id] if by_unit else []
        for dimension, names in dimensions.items():
            day = cases[DAILY[dimension]] if dimension in DAILY else None
            place = [
                cases.month if day is None else func.substr(day, 1, MONTH).label("month"),
                *(topic or [literal(0).label("topic_id")]),
                *(unit or [literal(0).label("unit_id")]),
                literal(dimension).label("dimension"),
                _key(names).label("key"),
            ]
            month = [cases.month] if day is None else []
            there = [] if day is None else [day.is_not(None)]
            yield place, there, [*month, *topic, *unit, *(cases[name] for name in names)]


def _key(names: Sequence[str]) -> Any:
    parts: list[Any] = [type_coerce(COUNTED.c[name], String) for name in names]
    return reduce(lambda one, other: one + BETWEEN + other, parts) if parts else literal("")


def _add(session: Session, rows: Iterable[tuple[Any, int]]) -> None:
    """Add to the sums what cases add now (+1), and take away what they added before (-1)."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(MEASURES))
    days: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0])
    for row, sign in rows:
        numbers = [sign * row[name] for name in MEASURES]
        for place in _places_of(row):
            sums[place] = [a + b for a, b in zip(sums[place], numbers, strict=True)]
            if row["days"] is not None:
                days[*place, row["days"]][0] += sign
    _write(session, CaseTally, PLACE, MEASURES, sums)
    _write(session, CaseDays, (*PLACE, "days"), ("amount",), days)


def _places_of(row: Any) -> Iterator[tuple[Any, ...]]:
    for (by_topic, by_unit), dimensions in LEVELS.items():
        for dimension, names in dimensions.items():
            month = row[DAILY[dimension]] if dimension in DAILY else row["month"]
            if month is None:  # not answered
                continue
            yield (
                month[:MONTH],
                row["topic_id"] if by_topic else 0,
                row["unit_id"] if by_unit else 0,
                dimension,
                BETWEEN.join(str(row[name]) for name in names),
            )


def _write(
    session: Session,
    model: type[CaseTally] | type[CaseDays],
    place: Sequence[str],
    names: Sequence[str],
    changes: dict[tuple[Any, ...], list[int]],
) -> None:
    """Add to what stands, and begin what does not; only the turn holder writes here."""
    rows = [
        dict(zip((*place, *names), (*where, *numbers), strict=True))
        for where, numbers in changes.items()
        if any(numbers)
    ]
    if not rows:
        return
    table = model.__tablename__
    columns = ", ".join((*place, *names))
    values = ", ".join(f":{name}" for name in (*place, *names))
    more = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)
    session.execute(
        text(
            f"INSERT INTO {table} ({columns}) VALUES ({values}) "  # noqa: S608 - names of our own
            f"ON CONFLICT ({', '.join(place)}) DO UPDATE SET {more}"
        ),
        rows,
    )


def _marks(session: Session, most: int) -> int:
    found = select(CaseChange.id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _some_undated(session: Session) -> bool:
    """Say whether a case is counted without the day on which it came."""
    undated = select(CaseCount.case_id).where(CaseCount.received_on.is_(None)).limit(1)
    return session.scalar(undated) is not None


def _take_turn(session: Session) -> None:
    """One writer of sums at a time; readers and those who act on cases go on."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE case_count IN SHARE ROW EXCLUSIVE MODE"))
