"""Whether this process should be sent requests now."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from consult import ending
from consult.health import databases, machine, work
from consult.health.findings import Finding, failure, well
from consult.services.overview import operations

#: Without these no page can be answered here. A queue that is late is no reason to send readers
#: away from every server there is.
FOR_PAGES = frozenset({"serving", "database", "migrations"})


def parts(app: Flask, session: Session, *, now: datetime) -> list[Finding]:
    """Every part that must be well: a handful of quick looks, no secrets."""
    return [
        _serving(),
        machine.disk(Path(app.config["DATA_DIR"]), least=app.config["DISK_LEAST_MB"]),
        work.model(app.extensions["indexes"]),
        *_database(session, str(app.extensions["migrate"].directory), now),
    ]


def _serving() -> Finding:
    if ending.is_near():
        return failure("serving", "draining", "Ask another server; this one is about to end.")
    return well("serving", "takes requests")


def _database(session: Session, migrations: str, now: datetime) -> Iterator[Finding]:
    try:
        connection = session.connection()
        yield databases.schema(connection, migrations)
        yield databases.extension(connection)
        for check in operations.readiness(session, now=now):
            if check.ok:
                yield well(check.name, check.detail)
            else:
                yield failure(check.name, check.detail, "See Administration → operations.")
    except SQLAlchemyError as error:
        session.rollback()
        yield failure("database", type(error).__name__, "consult doctor says more.")
