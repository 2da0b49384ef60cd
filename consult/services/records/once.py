"""Inserting what may be there already."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.base import Base


def once(session: Session, model: type[Base], row: dict[str, Any], **alike: Any) -> Any:
    """An INSERT that does nothing if such a row stands: what it returns says which it was.

    ``alike`` names the index that says so (``index_elements``, ``index_where``); else any does.

    Unlike an error that is caught, it costs no savepoint; and it waits for a transaction that
    is just inserting the same.
    """
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    return insert(model).values(row).on_conflict_do_nothing(**alike)
