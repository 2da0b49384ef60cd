"""Pages of long lists: what one costs does not grow with the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.base import ExecutableOption

T = TypeVar("T")
U = TypeVar("U")

#: Nobody turns more pages than these; a filter or another order leads to the rest. It bounds what
#: is passed over for the last page, and what is counted.
MOST_PAGES = 500


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; ``number`` counts from 1, ``total`` counts all rows."""

    items: Sequence[T]
    number: int
    size: int
    total: int
    #: There are more than ``total``: nobody counted further.
    more: bool = False

    @property
    def count(self) -> int:
        """How many pages can be turned, at least one."""
        return max(1, min(MOST_PAGES, -(-self.total // self.size)))

    def with_items(self, items: Sequence[U]) -> "Page[U]":
        """The same page, its rows turned into something else."""
        return Page(items, self.number, self.size, self.total, self.more)

    @property
    def has_next(self) -> bool:
        return self.number < self.count

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def paginate(
    session: Session, query: Select[Any], *, page: int = 1, size: int = 20, total: int | None = None
) -> Page[Any]:
    """One page of the first column of ``query``, and the total (counted unless it is known)."""
    total, more = (total, False) if total is not None else _counted(session, query, size)
    number = _number(page, size, total)
    items = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(items, number, size, total, more)


def paginate_wide(
    session: Session,
    query: Select[Any],
    key: InstrumentedAttribute[int],
    *,
    options: Sequence[ExecutableOption] = (),
    page: int = 1,
    size: int = 20,
    total: int | None = None,
) -> Page[Any]:
    """The same for wide rows, told by their ``key``: only those that are shown are read whole.

    What is passed over on the way to a late page is read from the index alone.
    """
    ids = paginate(session, query.with_only_columns(key), page=page, size=size, total=total)
    query = select(key.class_).where(key.in_(ids.items)).options(*options)
    rows = session.scalars(query.execution_options(planned_once=True))
    found = {getattr(row, key.key): row for row in rows.unique()}
    items = [found[one] for one in ids.items if one in found]
    return Page(items, ids.number, ids.size, ids.total, ids.more)


def _counted(session: Session, query: Select[Any], size: int) -> tuple[int, bool]:
    """How many rows, up to what can be shown; and whether there are more."""
    most = MOST_PAGES * size
    bounded = query.order_by(None).limit(most + 1).subquery()
    total = session.scalar(select(func.count()).select_from(bounded)) or 0
    return min(total, most), total > most


def _number(page: int, size: int, total: int) -> int:
    return max(1, min(page, MOST_PAGES, max(1, -(-total // size))))
