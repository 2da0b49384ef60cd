"""Writing many rows of one table: COPY on PostgreSQL, one prepared statement elsewhere.

SQLAlchemy's INSERT of a thousand rows is a text of a thousand parentheses, which the driver
takes apart and the server reads: half of the time of an import went there.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, select, text
from sqlalchemy.orm import Session

from models.base import Base

#: Below, an ordinary INSERT is as quick.
FEWEST = 50


def add(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write ``rows``, all of the same columns; the defaults of other columns are filled in.

    Beside an id, which the database gives, nothing comes back.
    """
    connection, table = session.connection(), model.__table__
    assert isinstance(table, Table)  # noqa: S101 - never a view or a join here
    if connection.dialect.name == "postgresql" and len(rows) >= FEWEST:
        _copy(connection, table, rows)
    elif rows:
        connection.execute(insert(table), list(rows))


def new_ids(session: Session, model: type[Base], count: int) -> list[int]:
    """Ids for ``count`` rows to come, in order; nobody else gets them.

    On SQLite that holds as long as this transaction, the only one that writes.
    """
    table = model.__tablename__
    if session.get_bind().dialect.name == "postgresql":
        drawn = text(
            f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, :n)"  # noqa: S608
        )
        return sorted(session.scalars(drawn, {"n": count}))
    last = session.scalar(select(func.max(model.__table__.c.id))) or 0
    return list(range(last + 1, last + 1 + count))


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = [
        column for column in table.c if column.name in rows[0] or _default(column) is not None
    ]
    takes = [_taker(connection, column) for column in columns]
    names = ", ".join(f'"{column.name}"' for column in columns)
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row([take(row) for take in takes])


def _taker(connection: Connection, column: Column[Any]) -> Callable[[Mapping[str, Any]], Any]:
    """What takes the value of ``column`` out of a row, as the driver wants it."""
    name, default = column.name, _default(column)
    bound = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if bound is None:
        return lambda row: row.get(name, default)
    return lambda row: bound(row.get(name, default))


def _default(column: Column[Any]) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None  # type: ignore[attr-defined]
