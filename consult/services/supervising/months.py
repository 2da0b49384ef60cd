"""Months as the offices count them, and 月清月结: what of each month is settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from consult.services.supervising.numbers import Figures, figures, together
from consult.services.supervising.scopes import By, Scope

#: No longer time is asked for at once.
MOST = 36
#: Nobody asks for an earlier one.
FIRST_YEAR = 2000


def month_of(moment: datetime, zone: ZoneInfo) -> str:
    """The month of ``moment``, such as ``2026-06``."""
    return f"{moment.astimezone(zone):%Y-%m}"


def earlier(month: str, count: int) -> str:
    """The month ``count`` months before."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def is_month(text: str) -> bool:
    """Say whether ``text`` is a month of a year that can be meant."""
    year, dash, month = text.partition("-")
    whole = len(text) == len("2026-06") and dash == "-" and year.isdecimal() and month.isdecimal()
    return whole and text.isascii() and int(year) >= FIRST_YEAR and int(month) in range(1, 13)


def between(first: str, last: str) -> list[str]:
    """The months from ``first`` to ``last``, both among them; the last ``MOST`` of more."""
    first, last = min(first, last), max(first, last)
    found = [last]
    while found[-1] > first and len(found) < MOST:
        found.append(earlier(found[-1], 1))
    return found[::-1]


@dataclass(frozen=True)
class MonthRow:
    """What one unit has to settle of a month, and what is left of the months before."""

    #: What came in the month.
    of_month: Figures
    #: What came before it and is not answered yet.
    left_over: int
    overdue_before: int

    @property
    def open(self) -> int:
        """Of the month, what still needs an answer."""
        return self.of_month.accepted - self.of_month.replied

    @property
    def is_clear(self) -> bool:
        """月清: nothing of the month, or before it, waits for an answer."""
        return not self.open and not self.left_over


@dataclass(frozen=True)
class Board:
    """A month, unit by unit, and all of them together."""

    rows: Mapping[int, MonthRow]
    whole: MonthRow


def board(session: Session, scope: Scope, *, month: str, now: datetime) -> Board:
    """月清月结: by unit id, how far the cases of ``month`` and those left over are settled."""

    def by_unit(months: Sequence[str]) -> Mapping[int, Figures]:
        return figures(session, _of(scope, months), by=By.UNIT, now=now, with_days=False)

    of_month, before = by_unit([month]), by_unit(_before(month))
    rows = {
        unit: _row(of_month.get(unit, Figures()), before.get(unit, Figures()))
        for unit in of_month.keys() | before.keys()
        if unit in of_month or _open(before[unit])
    }
    return Board(rows, _row(together(of_month.values()), together(before.values())))


def run_of_months(
    session: Session, scope: Scope, *, last: str, count: int, now: datetime
) -> Mapping[str, Figures]:
    """Month → figures, for each of the ``count`` months up to ``last``; without a median."""
    months = between(earlier(last, count - 1), last)
    found = figures(session, _of(scope, months), by=By.MONTH, now=now, with_days=False)
    return {month: found.get(month, Figures()) for month in months}


def _row(of_month: Figures, before: Figures) -> MonthRow:
    return MonthRow(of_month, _open(before), before.overdue)


def _open(row: Figures) -> int:
    return row.accepted - row.replied


def _before(month: str) -> list[str]:
    """The months before in which something may still be left."""
    return between(earlier(month, MOST), earlier(month, 1))


def _of(scope: Scope, months: Sequence[str]) -> Scope:
    return replace(scope, months=tuple(months))
