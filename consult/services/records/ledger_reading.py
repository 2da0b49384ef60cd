"""Reading the ledger: for auditors, page by page or whole.

What was done about a report is left out for those who may not know of it; the numbers of the entries
show that something is. Whether the chain holds is worked out over all of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from consult.permissions import Permission, require
from consult.services.handling.sight import hidden_from
from consult.services.records.pages import Page, paginate
from models.case import Case
from models.ledger import LedgerEntry
from models.person import Person
from models.suggestion import Suggestion
from models.topic import Topic

SIZE = 50
#: Entries read at once where all are wanted.
BATCH = 1000
#: Entries of an act among which one is looked for first that may be told of.
FEW = 50


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted; what is empty does not matter."""

    #: A whole act such as ``topic.published``, or its beginning such as ``topic``.
    act: str = ""
    actor_id: int | None = None
    topic_id: int | None = None

    def apply(self, query: Select[LedgerEntry]) -> Select[LedgerEntry]:
        """Narrow ``query`` to what is wanted."""
        if self.act:
            query = query.where(LedgerEntry.act.startswith(self.act, autoescape=True))
        if self.actor_id is not None:
            query = query.where(LedgerEntry.actor_id == self.actor_id)
        if self.topic_id is not None:
            query = query.where(LedgerEntry.topic_id == self.topic_id)
        return query


def page(session: Session, *, reader: Person, wanted: Filter, page: int) -> Page[LedgerEntry]:
    """A page of the ledger, newest first, with who acted."""
    require(reader, Permission.LEDGER_READ)
    query = wanted.apply(_told(reader)).options(joinedload(LedgerEntry.actor))
    return paginate(session, query.order_by(LedgerEntry.id.desc()), page=page, size=SIZE)


def topics(session: Session, entries: Sequence[LedgerEntry]) -> dict[int, Topic]:
    """The consultations and mailboxes that ``entries`` are about, by their ids."""
    wanted = {one.subject_id for one in entries if one.subject_type == Topic.__tablename__}
    query = select(Topic).where(Topic.id.in_(wanted))
    return {topic.id: topic for topic in session.scalars(query)} if wanted else {}


def rows(session: Session, *, reader: Person, wanted: Filter) -> Iterator[LedgerEntry]:
    """All that is wanted in the order of the chain, read a batch at a time."""
    require(reader, Permission.LEDGER_READ)
    return _in_order(session, wanted.apply(_told(reader)).order_by(LedgerEntry.id))


def _in_order(session: Session, query: Select[LedgerEntry]) -> Iterator[LedgerEntry]:
    """Batches, each a query of its own: a page is streamed after its transaction has ended."""
    last = 0
    while batch := session.scalars(query.where(LedgerEntry.id > last).limit(BATCH)).all():
        last = batch[-1].id
        yield from batch


def kinds_of_acts(session: Session, *, reader: Person) -> Sequence[str]:
    """The acts that occur, for choosing."""
    require(reader, Permission.LEDGER_READ)
    found = _acts()
    of_act = select(LedgerEntry).where(LedgerEntry.act == found.c.act).correlate(found)
    # Of most acts the first entry will do; to find out who hides what costs more than to look.
    first = aliased(LedgerEntry, of_act.limit(FEW).subquery())
    at_once = select(first.id).where(*_told_of(reader, first)).limit(1)
    at_all = of_act.with_only_columns(LedgerEntry.id).where(*_told_of(reader, LedgerEntry)).limit(1)
    one = func.coalesce(
        at_once.correlate(found).scalar_subquery(), at_all.correlate(found).scalar_subquery()
    )
    query = select(found.c.act).where(found.c.act.is_not(None), one.is_not(None))
    return session.scalars(query.order_by(found.c.act)).all()


def _told(reader: Person) -> Select[LedgerEntry]:
    """Every entry but those about reports that ``reader`` may not know of."""
    return select(LedgerEntry).where(*_told_of(reader, LedgerEntry))


def _told_of(reader: Person, entry: type[LedgerEntry]) -> list[ColumnElement[bool]]:
    hidden = hidden_from(reader)
    return [
        (entry.subject_type != name) | entry.subject_id.not_in(ids.where(hidden))
        for name, ids in _about_cases().items()
    ]


def _about_cases() -> dict[str, Select[Any]]:
    """Kinds of things that hang on a case, each with the ids of those whose case is in the query."""
    hanging = {
        table.name: select(table.c.id).join(Case, table.c.case_id == Case.id)
        for table in Case.metadata.tables.values()
        if {"id", "case_id"} <= set(table.c.keys())
    }
    return {
        **hanging,
        Case.__tablename__: select(Case.id),
        Suggestion.__tablename__: select(Case.suggestion_id),
    }


def _acts() -> CTE:
    """Every act that occurs, from one to the next by the index: there are some dozens among millions."""
    first = select(func.min(LedgerEntry.act).label("act")).cte("acts", recursive=True)
    beyond = select(func.min(LedgerEntry.act)).where(LedgerEntry.act > first.c.act)
    later = select(beyond.scalar_subquery()).where(first.c.act.is_not(None))
    return first.union_all(later)


def count(session: Session) -> int:
    """How many entries the chain has."""
    return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
