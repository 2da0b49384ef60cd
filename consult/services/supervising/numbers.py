"""The numbers made public: how much came, how much was answered, in what time and how well.

Figures are read from the sums that a job keeps, and put right by what has changed since, so that
they are true at the moment of asking whatever the job does. Messages that two people left out of
the rates (不合理诉求) are counted among what was received and answered, and told apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.services.supervising import figure_queries, tallying
from consult.services.supervising.facts import COUNTED, MEASURES
from consult.services.supervising.figure_queries import Kept
from consult.services.supervising.scopes import By, Scope, within
from models.agency import Agency
from models.mailbox import Domain, Mailbox
from models.suggestion import SuggestionKind
from models.topic import Topic

#: Fewer ratings or cases make no rate, and no place in a ranking.
LEAST = 10
#: Cases that changed since the sums were kept are put right up to so many.
MOST_CHANGED = 500


#: Each case counts one of these.
RECEIVED = MEASURES.index("received")
READ_AS: Mapping[By, Any] = {By.DOMAIN: Domain, By.KIND: SuggestionKind}


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
        return self._within(50)

    @property
    def nearly_all(self) -> int | None:
        """Nine of ten first replies took so many working days or fewer."""
        return self._within(90)

    def _within(self, percent: int) -> int | None:
        """How long so many of a hundred first replies took at most."""
        seen, wanted = 0, -(-sum(self.days.values()) * percent // 100)
        for days in sorted(self.days):
            seen += self.days[days]
            if seen >= wanted and self.days[days]:
                return days
        return None


def figures(
    session: Session, scope: Scope, *, by: By = By.ALL, now: datetime, with_days: bool = True
) -> Mapping[Any, Figures]:
    """The numbers of ``scope``, by unit or topic id, region code, domain, kind or month.

    Five queries at most, and two more while changes wait to be counted. Who shows no median asks
    for them without the days that replies took.
    """
    scope = _without_needless(session, scope)
    kept = figure_queries.kept(scope, by)
    if kept is None:
        found: dict[Any, Figures] = defaultdict(Figures)
        _add(found, session, figure_queries.of_cases(COUNTED.c, scope, by, now), by)
    else:
        found = _of_sums(session, kept, now, with_days=with_days)
    for columns, sign in _changes(session):
        _add(found, session, figure_queries.of_cases(columns, scope, by, now), by, sign)
    return {key: row for key, row in found.items() if row.received}


def total(session: Session, scope: Scope, *, now: datetime) -> Figures:
    """The numbers of ``scope`` all together."""
    return figures(session, scope, now=now).get(0, Figures())


def together(rows: Iterable[Figures]) -> Figures:
    """The same from what they are told apart by: every case is in one row of them, and only one."""
    whole = Figures()
    for row in rows:
        for name in (*MEASURES, "overdue"):
            setattr(whole, name, getattr(whole, name) + getattr(row, name))
        for days, count in row.days.items():
            whole.days[days] = whole.days.get(days, 0) + count
    return whole


def _of_sums(session: Session, kept: Kept, now: datetime, *, with_days: bool) -> dict[Any, Figures]:
    found: dict[Any, Figures] = defaultdict(Figures)
    for key, *numbers in session.execute(kept.sums()):
        row = found[_read(kept.by, kept.read(key))]
        for name, number in zip(MEASURES, numbers, strict=True):
            setattr(row, name, int(number))
    for key, days, count in session.execute(kept.days()) if with_days else ():
        found[_read(kept.by, kept.read(key))].days[days] = int(count)
    for key, count in session.execute(figure_queries.overdue(kept.scope, kept.by, now)):
        found[_read(kept.by, key)].overdue = count
    return found


def _add(
    found: dict[Any, Figures], session: Session, cases: Select[Any], by: By, sign: int = 1
) -> None:
    """Count cases in, or (with -1) out."""
    for key, days, overdue, *numbers in session.execute(cases):
        row = found[_read(by, key)]
        row.overdue += sign * int(overdue)
        for name, number in zip(MEASURES, numbers, strict=True):
            setattr(row, name, getattr(row, name) + sign * int(number))
        if days is not None:
            row.days[days] = row.days.get(days, 0) + sign * int(numbers[RECEIVED])


def _without_needless(session: Session, scope: Scope) -> Scope:
    """Where all mailboxes are within the agency, the sums of all of them are its own."""
    if scope.agency is None:
        return scope
    elsewhere = select(Mailbox.topic_id).join(Topic, Topic.id == Mailbox.topic_id)
    elsewhere = elsewhere.join(Agency, Agency.id == Topic.agency_id).where(~within(scope.agency))
    return scope if session.scalar(elsewhere.limit(1)) else replace(scope, agency=None)


def _changes(session: Session) -> Iterable[tuple[Any, int]]:
    """What to take away and to add for cases that changed since they were counted."""
    cases = tallying.waiting(session, MOST_CHANGED + 1)
    if 0 < len(cases) <= MOST_CHANGED:
        yield select(COUNTED).where(COUNTED.c.case_id.in_(cases)).subquery().c, -1
        yield tallying.of_cases(cases).subquery().c, 1


def is_behind(session: Session) -> bool:
    """Say whether so much has changed that figures are those of a few moments ago."""
    return len(tallying.waiting(session, MOST_CHANGED + 1)) > MOST_CHANGED


def _read(by: By, key: Any) -> Any:
    return READ_AS[by](key) if by in READ_AS else key


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole >= LEAST else None
