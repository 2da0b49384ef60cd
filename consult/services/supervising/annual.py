"""The report of a year, in the four blocks of art. 41 of the 信访工作条例."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, NotFound, StaleVersion
from consult.permissions import Permission, require
from consult.services.records import ledger
from consult.services.supervising import naming
from consult.services.supervising.numbers import Figures, figures, together, total
from consult.services.supervising.scopes import By, Scope, within
from consult.text.normalise import tidy
from models.agency import Agency
from models.decision import Decision, DecisionState, Outcome
from models.mailbox import Domain
from models.person import Person
from models.suggestion import SuggestionKind
from models.supervision import AnnualWords, Digest
from models.topic import Topic

#: Before it nobody had a message board.
FIRST_YEAR = 2000
#: Units named in a table.
MOST_UNITS = 15
MOST_WORDS = 20_000


@dataclass(frozen=True)
class UnitRow:
    """A unit in a table of the report."""

    unit: Agency
    figures: Figures


@dataclass(frozen=True)
class AnnualReport:
    """Everything a year's report says, counted when it is asked for."""

    agency: Agency
    year: int
    total: Figures
    #: The year before, to compare with.
    before: Figures
    domains: Mapping[Domain, Figures]
    kinds: Mapping[SuggestionKind, Figures]
    months: Mapping[str, Figures]
    #: Who was complained about most, and who had most to answer.
    complained_about: Sequence[UnitRow]
    units: Sequence[UnitRow]
    digests: int
    #: What became of suggestions in consultations, by number of decisions.
    outcomes: Mapping[Outcome, int]
    words: AnnualWords
    #: The year is not over yet.
    is_running: bool


def of_year(
    session: Session, agency: Agency, year: int, *, zone: ZoneInfo, now: datetime
) -> AnnualReport:
    """Count the year of ``agency``: the messages to its mailboxes that came in it.

    :raises NotFound: for a year that nobody can report on.
    """
    if not FIRST_YEAR <= year <= now.year + 1:
        raise NotFound
    scope = Scope(agency=agency, months=_months(year))
    complaints = Scope(agency=agency, months=_months(year), kind=SuggestionKind.COMPLAINT)
    months = figures(session, scope, by=By.MONTH, now=now)
    return AnnualReport(
        agency=agency,
        year=year,
        total=together(months.values()),
        before=total(session, Scope(agency=agency, months=_months(year - 1)), now=now),
        domains=_sorted(figures(session, scope, by=By.DOMAIN, now=now)),
        kinds=_sorted(figures(session, scope, by=By.KIND, now=now)),
        months=months,
        complained_about=_units(session, complaints, now),
        units=_units(session, scope, now),
        digests=_digests(session, agency, _year(year, zone)),
        outcomes=_outcomes(session, agency, _year(year, zone)),
        words=words_of(session, agency, year),
        is_running=now.year <= year,
    )


def words_of(session: Session, agency: Agency, year: int) -> AnnualWords:
    """What was written for the year; an empty row that is not stored yet, if nothing was."""
    return session.get(AnnualWords, (agency.id, year)) or AnnualWords(
        agency_id=agency.id, year=year, proposals="", other="", version=0
    )


def write(
    session: Session,
    *,
    agency: Agency,
    year: int,
    proposals: str,
    other: str,
    version: int,
    actor: Person,
    now: datetime,
) -> AnnualWords:
    """Keep the words of the report.

    :raises StaleVersion: if somebody else wrote meanwhile.
    :raises Conflict: once it is released: it is taken back first.
    """
    require(actor, Permission.SUPERVISION_SET, agency)
    row = _current(session, agency, year, version)
    if row.released_at is not None:
        raise Conflict(N_("The report is released. Take it back before you change it."))
    row.proposals, row.other = tidy(proposals)[:MOST_WORDS], tidy(other)[:MOST_WORDS]
    row.changed_by_id, row.changed_at = actor.id, now
    ledger.record(session, "annual.written", agency, actor=actor, now=now, year=year)
    return row


def release(
    session: Session,
    *,
    agency: Agency,
    year: int,
    released: bool,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """Let everybody read the report of a year, or take it back.

    :raises Conflict: for a year that is not over.
    """
    require(actor, Permission.SUPERVISION_SET, agency)
    row = _current(session, agency, year, version)
    if released and now.year <= year:
        raise Conflict(N_("The year is not over: its report cannot be released yet."))
    row.released_at = now if released else None
    row.changed_by_id, row.changed_at = actor.id, now
    ledger.record(
        session, "annual.released", agency, actor=actor, now=now, year=year, released=released
    )


def released(session: Session, slug: str, year: int) -> Agency:
    """The agency whose report of a year everybody may read.

    :raises NotFound: if there is none, or it is not released.
    """
    query = (
        select(Agency)
        .join(AnnualWords, AnnualWords.agency_id == Agency.id)
        .where(Agency.slug == slug, AnnualWords.year == year, AnnualWords.released_at.is_not(None))
    )
    agency = session.scalar(query)
    if agency is None:
        raise NotFound
    return agency


def all_released(session: Session) -> Sequence[AnnualWords]:
    """Every report that everybody may read, the newest first."""
    query = (
        select(AnnualWords)
        .where(AnnualWords.released_at.is_not(None))
        .options(joinedload(AnnualWords.agency))
    )
    return session.scalars(
        query.order_by(AnnualWords.year.desc(), AnnualWords.agency_id).limit(100)
    ).all()


def _current(session: Session, agency: Agency, year: int, version: int) -> AnnualWords:
    if year < FIRST_YEAR:
        raise NotFound
    row = session.get(AnnualWords, (agency.id, year))
    if (row.version if row else 0) != version:
        raise StaleVersion
    if row is None:
        row = AnnualWords(agency_id=agency.id, year=year, proposals="", other="")
        session.add(row)
    return row


def _months(year: int) -> list[str]:
    return [f"{year}-{month:02d}" for month in range(1, 13)]


def _sorted(found: Mapping[Any, Figures]) -> dict[Any, Figures]:
    return dict(sorted(found.items(), key=lambda one: (-one[1].received, str(one[0]))))


def _units(session: Session, scope: Scope, now: datetime) -> list[UnitRow]:
    found = _sorted(figures(session, scope, by=By.UNIT, now=now))
    keys = list(found)[:MOST_UNITS]
    units = naming.things(session, By.UNIT, keys)
    return [UnitRow(units[key], found[key]) for key in keys if key in units]


def _year(year: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first, last = (
        datetime.combine(date(one, 1, 1), time(), zone).astimezone(UTC) for one in (year, year + 1)
    )
    return first, last


def _digests(session: Session, agency: Agency, times: tuple[datetime, datetime]) -> int:
    first, last = times
    query = select(func.count()).select_from(Digest)
    mine = Digest.agency_id == agency.id, Digest.until >= first, Digest.until < last
    return session.scalar(query.where(*mine)) or 0


def _outcomes(
    session: Session, agency: Agency, times: tuple[datetime, datetime]
) -> dict[Outcome, int]:
    """Decisions that were published in the year, on suggestions to consultations of the agency."""
    first, last = times
    query = (
        select(Decision.outcome, func.count())
        .join(Topic, Topic.id == Decision.topic_id)
        .join(Agency, Agency.id == Topic.agency_id)
        .where(
            within(agency),
            Decision.state == DecisionState.PUBLISHED,
            Decision.published_at >= first,
            Decision.published_at < last,
        )
        .group_by(Decision.outcome)
    )
    return {row[0]: row[1] for row in session.execute(query)}
