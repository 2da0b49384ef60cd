"""Reading the ledger: for auditors, page by page or whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from consult.permissions import Permission, require
from consult.services.records.pages import Page, paginate
from models.ledger import LedgerEntry
from models.person import Person

SIZE = 50
#: Entries read at once where all are wanted.
BATCH = 1000


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
    query = wanted.apply(select(LedgerEntry)).options(joinedload(LedgerEntry.actor))
    return paginate(session, query.order_by(LedgerEntry.id.desc()), page=page, size=SIZE)


def rows(session: Session, *, reader: Person, wanted: Filter) -> Iterator[LedgerEntry]:
    """All that is wanted in the order of the chain, read a batch at a time."""
    require(reader, Permission.LEDGER_READ)
    return _in_order(session, wanted)


def _in_order(session: Session, wanted: Filter) -> Iterator[LedgerEntry]:
    """Batches, each a query of its own: a page is streamed after its transaction has ended."""
    query, last = wanted.apply(select(LedgerEntry)).order_by(LedgerEntry.id), 0
    while batch := session.scalars(query.where(LedgerEntry.id > last).limit(BATCH)).all():
        last = batch[-1].id
        yield from batch


def kinds_of_acts(session: Session, *, reader: Person) -> Sequence[str]:
    """The acts that occur, for choosing."""
    require(reader, Permission.LEDGER_READ)
    return session.scalars(select(LedgerEntry.act).distinct().order_by(LedgerEntry.act)).all()


def count(session: Session) -> int:
    """How many entries the chain has."""
    return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
