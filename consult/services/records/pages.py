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
#: is passed over for the last page.
MOST_PAGES = 500
#: So many rows beyond the page are counted; of more a list says that there are more.
COUNTED = 1_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; ``number`` counts from 1, ``total`` counts the rows."""

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


def paginate(
    session: Session, query: Select[Any], *, page: int = 1, size: int = 20, total: int | None = None
) -> Page[Any]:
    """One page of the first column of ``query``, and the total (counted unless it is known)."""
    total, more = (total, False) if total is not None else _counted(session, query, page, size)
    number = _number(page, size, total)
    items = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(items, number, size, total, more)


def paginate_ids(
    session: Session, query: Select[Any], *, page: int = 1, size: int = 20
) -> Page[int]:
    """The same where ``query`` lists ids alone: those to be counted are read with the page's own.

    One query, where the rows are hard to find; a second one only beyond the last page.
    """
    number = max(1, min(page, MOST_PAGES))
    passed, most = (number - 1) * size, _most(page, size)
    ids = session.scalars(query.offset(passed).limit(most + 1 - passed)).all()
    if not ids and number > 1:
        return paginate(session, query, page=page, size=size)
    total = passed + len(ids)
    return Page(ids[:size], number, size, min(total, most), total > most)


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
    narrow = query.with_only_columns(key)
    if total is None:
        ids = paginate_ids(session, narrow, page=page, size=size)
    else:
        ids = paginate(session, narrow, page=page, size=size, total=total)
    return widened(session, key, ids, options=options)


def widened(
    session: Session,
    key: InstrumentedAttribute[int],
    ids: Page[int],
    *,
    options: Sequence[ExecutableOption] = (),
) -> Page[Any]:
    """The rows of a page of their keys ``ids``; what is gone meanwhile is left out."""
    query = select(key.class_).where(key.in_(ids.items)).options(*options)
    rows = session.scalars(query.execution_options(planned_once=True))
    found = {getattr(row, key.key): row for row in rows.unique()}
    items = [found[one] for one in ids.items if one in found]
    return Page(items, ids.number, ids.size, ids.total, ids.more)


def _counted(session: Session, query: Select[Any], page: int, size: int) -> tuple[int, bool]:
    """How many rows, up to :data:`COUNTED` beyond the page; and whether there are more."""
    most = _most(page, size)
    bounded = query.order_by(None).limit(most + 1).subquery()
    total = session.scalar(select(func.count()).select_from(bounded)) or 0
    return min(total, most), total > most


def _most(page: int, size: int) -> int:
    """How many rows are counted at most, for this page of a list."""
    return min(MOST_PAGES * size, max(1, page) * size + COUNTED)


def _number(page: int, size: int, total: int) -> int:
    return max(1, min(page, MOST_PAGES, max(1, -(-total // size))))
