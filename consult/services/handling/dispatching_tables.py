"""The catalogue as a table: out as a file, and in again, checked line by line before anything is done.

What a file says is compared with what holds: rows are new, changed or the same. Nothing is written
while one line is wrong, and what people see before they confirm is what is done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Invalid, StaleVersion
from consult.permissions import Permission, require
from consult.services.handling import dispatching, dispatching_lists
from consult.services.handling.dispatching import EVERYWHERE, MOST_NOTE
from consult.services.records import ledger
from consult.tables import BadRow, Row, Table, defuse, map_columns
from consult.text.normalise import clip, tidy_line
from models.agency import Agency, Region
from models.mailbox import DispatchRule, Domain, Mailbox
from models.person import Person

#: Fourteen domains in some three thousand counties; more is another kind of file.
MOST_LINES = 50_000
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "domain": ("领域", "类别", "分类", "事项类别", "一级分类"),
    "region": ("地区代码", "区划代码", "行政区划代码", "地区", "区域", "区划", "region code"),
    "unit_slug": ("单位简称", "简称", "单位代码", "short name", "slug"),
    "unit": (
        "承办单位",
        "主办单位",
        "处理单位",
        "责任单位",
        "单位",
        "部门",
        "unit that answers",
        "agency",
        "department",
    ),
    "note": ("备注", "说明", "事项", "依据", "remark", "matter"),
}
#: What the domains are called in the catalogues of hotlines.
DOMAINS: Mapping[str, Domain] = {
    **{domain.value: domain for domain in Domain},
    "城建": Domain.URBAN,
    "三农": Domain.RURAL,
    "交通": Domain.TRANSPORT,
    "环保": Domain.ENVIRONMENT,
    "教育": Domain.EDUCATION,
    "医疗": Domain.HEALTH,
    "就业": Domain.EMPLOYMENT,
    "治安": Domain.SECURITY,
    "政务": Domain.GOVERNMENT,
    "企业": Domain.BUSINESS,
    "旅游": Domain.TOURISM,
    "金融": Domain.FINANCE,
    "文娱": Domain.CULTURE,
    "其他": Domain.OTHER,
}
ALL_REGIONS = frozenset({"", "*", "全部", "全市", "全省", "所有地区", "everywhere", "all"})


@dataclass(frozen=True)
class Line:
    """A line that can be done."""

    line: int
    domain: Domain
    region: Region | None
    unit: Agency
    note: str
    #: What holds there now.
    before: DispatchRule | None = None


@dataclass(frozen=True)
class Fault:
    """A line that cannot, and why."""

    line: int
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What a file would do to the catalogue."""

    new: list[Line]
    changed: list[Line]
    same: int
    #: What holds and is not in the file; ended only if that was asked for.
    missing: list[DispatchRule]
    faults: list[Fault]
    #: Of the catalogue that it was compared with.
    stamp: str


def plan(session: Session, *, mailbox: Mailbox, table: Table, names: Mapping[str, Domain]) -> Plan:
    """Compare a table with the catalogue; ``names`` are the domains as the reader calls them.

    :raises Invalid: if the table has no column for the domain or the unit, or is too long.
    """
    columns = map_columns(table.columns, SYNONYMS)
    if "domain" not in columns or not {"unit", "unit_slug"} & set(columns):
        raise Invalid(
            N_(
                "The table needs a column for the domain (领域) and one for the unit that answers (主办单位)."
            ),
            field="file",
        )
    reader = _Reader(session, columns, names)
    standing = {
        (rule.domain, rule.region_code): rule for rule in dispatching.catalogue(session, mailbox)
    }
    found = Plan([], [], 0, [], [], dispatching.stamp(session, mailbox))
    same, seen = 0, dict[tuple[Domain, str], int]()
    for row in _rows(table):
        if isinstance(row, BadRow):
            found.faults.append(Fault(row.line, row.message, row.params))
            continue
        try:
            line = reader.read(row, seen)
        except Invalid as refusal:
            found.faults.append(Fault(row.line, refusal.message, refusal.params))
            continue
        before = standing.pop((line.domain, _code(line)), None)
        if before is None:
            found.new.append(line)
        elif before.unit_id != line.unit.id or before.note != line.note:
            found.changed.append(
                Line(line.line, line.domain, line.region, line.unit, line.note, before)
            )
        else:
            same += 1
    return Plan(found.new, found.changed, same, list(standing.values()), found.faults, found.stamp)


def carry_out(
    session: Session,
    *,
    mailbox: Mailbox,
    plan: Plan,
    stamp: str,
    end_missing: bool,
    actor: Person,
    now: datetime,
) -> int:
    """Do what a plan says; how many rows it began or ended. It is done whole or not at all.

    :raises Invalid: if a line is wrong.
    :raises StaleVersion: if the catalogue is no longer the one that was shown.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    if plan.faults:
        raise Invalid(
            N_("%(count)d lines are wrong. Mend them in the file and choose it again."),
            field="file",
            count=len(plan.faults),
        )
    if plan.stamp != stamp:
        raise StaleVersion
    gone = [line.before for line in plan.changed if line.before is not None]
    gone += plan.missing if end_missing else []
    for rule in gone:
        rule.ended_at, rule.ended_by_id = now, actor.id
    session.flush()  # one row holds at a time: the old ones must end first
    begun = [*plan.new, *plan.changed]
    session.add_all(
        DispatchRule(
            mailbox_id=mailbox.topic_id,
            domain=line.domain,
            region_code=_code(line),
            unit_id=line.unit.id,
            note=line.note,
            made_by_id=actor.id,
            created_at=now,
        )
        for line in begun
    )
    ledger.record(
        session,
        "mailbox.dispatch_imported",
        mailbox.topic,
        actor=actor,
        now=now,
        begun=len(begun),
        ended=len(gone),
    )
    return len(begun) + (len(plan.missing) if end_missing else 0)


def exported(session: Session, mailbox: Mailbox) -> Iterator[tuple[DispatchRule, Region | None]]:
    """What holds now, in the order of the page; two queries."""
    rules = dispatching.catalogue(session, mailbox)
    regions = dispatching_lists.regions(session, {rule.region_code for rule in rules})
    for rule in rules:
        yield rule, regions.get(rule.region_code)


class _Reader:
    """Reads lines: domains, regions and units by whatever they may be called."""

    def __init__(
        self, session: Session, columns: Mapping[str, str], names: Mapping[str, Domain]
    ) -> None:
        self.columns = columns
        self.domains = {**{name.casefold(): one for name, one in names.items()}, **DOMAINS}
        self.regions: dict[str, list[Region]] = {}
        for region in session.scalars(select(Region)):
            for name in {region.code, region.name, region.name_en.casefold()} - {""}:
                self.regions.setdefault(name, []).append(region)
        self.units: dict[str, list[Agency]] = {}
        self.slugs: dict[str, Agency] = {}
        for agency in session.scalars(select(Agency)):
            self.slugs[agency.slug] = agency
            for name in {agency.name, agency.name_en.casefold()} - {""}:
                self.units.setdefault(name, []).append(agency)

    def read(self, row: Row, seen: dict[tuple[Domain, str], int]) -> Line:
        """Check a line.

        :raises Invalid: with a sentence that says what is wrong with it.
        """
        said, note = self._cell(row, "domain"), self._cell(row, "note")
        domain = self.domains.get(said.casefold())
        if domain is None:
            raise Invalid(N_("There is no domain “%(name)s”."), name=clip(said, 30))
        region, unit = self._region(self._cell(row, "region")), self._unit(row)
        if len(note) > MOST_NOTE:
            raise Invalid(N_("The note is longer than %(most)s characters."), most=MOST_NOTE)
        line = Line(row.line, domain, region, unit, note)
        earlier = seen.setdefault((domain, _code(line)), row.line)
        if earlier != row.line:
            raise Invalid(
                N_("Line %(line)d says it of the same domain and region already."), line=earlier
            )
        return line

    def _cell(self, row: Row, name: str) -> str:
        column = self.columns.get(name)
        said = tidy_line(row.values.get(column, "")) if column else ""
        # What our own CSV writes before a text that a spreadsheet would run is not part of it.
        return said[1:] if said[:1] == "'" and defuse(said[1:]) == said else said

    def _region(self, said: str) -> Region | None:
        if said.casefold() in ALL_REGIONS:
            return None
        found = self.regions.get(said) or self.regions.get(said.casefold(), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise Invalid(
                N_("Several regions are called “%(name)s”; give the code."), name=clip(said, 30)
            )
        raise Invalid(N_("There is no region “%(name)s”."), name=clip(said, 30))

    def _unit(self, row: Row) -> Agency:
        slug, said = self._cell(row, "unit_slug"), self._cell(row, "unit")
        if slug:
            if slug not in self.slugs:
                raise Invalid(
                    N_("There is no agency with the short name “%(name)s”."), name=clip(slug, 30)
                )
            return self.slugs[slug]
        found = self.units.get(said) or self.units.get(said.casefold(), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise Invalid(
                N_("Several agencies are called “%(name)s”; give the short name."),
                name=clip(said, 30),
            )
        if not said:
            raise Invalid(N_("No unit is named."))
        raise Invalid(N_("There is no agency “%(name)s”."), name=clip(said, 30))


def _rows(table: Table) -> Iterator[Row | BadRow]:
    rows = islice(table, MOST_LINES + 1)
    for number, row in enumerate(rows, start=1):
        if number > MOST_LINES:
            raise Invalid(
                N_("A catalogue has up to %(most)d lines."), field="file", most=MOST_LINES
            )
        yield row


def _code(line: Line) -> str:
    return line.region.code if line.region else EVERYWHERE
