"""How single mailboxes did in the last 90 days: what came in them, and the replies given in them.

Read from the sums by single days and put right by what has changed since, up to as many cases as
other figures are (:mod:`consult.services.supervising.numbers`); beyond that they are those of some
seconds ago.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from consult.services.supervising import tallying
from consult.services.supervising.facts import COUNTED
from consult.services.supervising.figure_queries import NO_UNIT
from consult.services.supervising.numbers import MOST_CHANGED, Figures
from consult.services.supervising.tallying import DAYS, MONTH, TALLIES

#: Today is the last of them.
SPAN = timedelta(days=90)
#: What is told of the cases that were answered; of those that came only how many.
OF_REPLIES = ("replied", "excluded_replied", "on_time", "rated", "solved", "satisfied")


def figures(
    session: Session, topic_ids: Collection[int], *, zone: ZoneInfo, now: datetime
) -> Mapping[int, Figures]:
    """The figures of each mailbox that is asked for; a case counts on the day of its last reply.

    What is not among :data:`OF_REPLIES` and is not ``received`` or ``days`` stays 0. Four queries,
    and four more while changes wait to be counted.
    """
    found = {one: Figures() for one in topic_ids}
    if not found:
        return found
    first = (now.astimezone(zone) - SPAN + timedelta(days=1)).date().isoformat()
    _add_sums(found, session, first)
    for columns, sign in _changes(session, zone):
        _add_cases(found, session, columns, first, sign)
    return found


def _add_sums(found: Mapping[int, Figures], session: Session, first: str) -> None:
    received = _kept(TALLIES, "received", found, first)
    for topic_id, count in session.execute(_summed(received, [received.topic_id], ["received"])):
        found[topic_id].received += int(count)
    replied = _kept(TALLIES, "replied", found, first)
    for topic_id, *numbers in session.execute(_summed(replied, [replied.topic_id], OF_REPLIES)):
        _add(found[topic_id], numbers)
    timed = _kept(DAYS, "replied", found, first)
    for topic_id, days, count in session.execute(
        _summed(timed, [timed.topic_id, timed.days], ["amount"])
    ):
        found[topic_id].days[days] = int(count)


def _add_cases(
    found: Mapping[int, Figures], session: Session, columns: Any, first: str, sign: int
) -> None:
    """Count cases in, or (with -1) out."""
    ours = columns.topic_id.in_(list(found))
    came = _summed(columns, [columns.topic_id], ["received"])
    for topic_id, count in session.execute(came.where(ours, columns.received_on >= first)):
        found[topic_id].received += sign * int(count)
    told = _summed(columns, [columns.topic_id, columns.days], ["received", *OF_REPLIES])
    for topic_id, days, count, *numbers in session.execute(
        told.where(ours, columns.replied_on >= first)
    ):
        row = found[topic_id]
        _add(row, [sign * number for number in numbers])
        if days is not None:
            row.days[days] = row.days.get(days, 0) + sign * int(count)


def _add(row: Figures, numbers: Iterable[int]) -> None:
    for name, number in zip(OF_REPLIES, numbers, strict=True):
        setattr(row, name, getattr(row, name) + int(number))


def _kept(table: Any, dimension: str, topic_ids: Iterable[int], first: str) -> Any:
    """The columns of the sums by day; the month, which is that of the day, is in the index."""
    columns = table.c
    return (
        select(table)
        .where(
            columns.dimension == dimension,
            columns.unit_id == NO_UNIT,
            columns.topic_id.in_(list(topic_ids)),
            columns.month >= first[:MONTH],
            columns.key >= first,
        )
        .subquery()
        .c
    )


def _summed(columns: Any, by: list[Any], names: Iterable[str]) -> Select[Any]:
    return select(*by, *(func.sum(columns[name]) for name in names)).group_by(*by)


def _changes(session: Session, zone: ZoneInfo) -> Iterable[tuple[Any, int]]:
    """What to take away and to add for cases that changed since they were counted."""
    cases = tallying.waiting(session, MOST_CHANGED + 1)
    if 0 < len(cases) <= MOST_CHANGED:
        yield select(COUNTED).where(COUNTED.c.case_id.in_(cases)).subquery().c, -1
        yield tallying.dated(cases, zone=zone).subquery().c, 1
