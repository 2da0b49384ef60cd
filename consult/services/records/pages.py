"""Pages of long lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; ``number`` counts from 1, ``total`` counts all rows."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

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
    if total is None:
        counted = select(func.count()).select_from(query.order_by(None).subquery())
        total = session.scalar(counted) or 0
    number = max(1, min(page, max(1, -(-total // size))))
    items = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(items, number, size, total)
