"""What is particular to each database: how it is reached, and how it keeps transactions apart."""

import select as sockets
import sqlite3
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

from consult.extensions import reading

#: How long one transaction waits for another before it gives up.
BUSY_TIMEOUT_MS = 20_000
#: Seconds after which a server that does not answer counts as away.
CONNECT_TIMEOUT = 5
#: Seconds of silence after which a kept connection is asked whether it still stands: a firewall
#: between may have forgotten it without a word.
ASK_AFTER = 30
#: psycopg's IsolationLevel.REPEATABLE_READ; the driver need not be loaded where there is SQLite.
REPEATABLE_READ = 3
#: Its TransactionStatus.INTRANS.
IN_TRANSACTION = 2


def engine_options(address: str) -> dict[str, Any]:
    """How SQLAlchemy reaches the database."""
    if make_url(address).get_backend_name() != "postgresql":
        return {}
    return {
        "connect_args": {
            "connect_timeout": CONNECT_TIMEOUT,
            "options": f"-c lock_timeout={BUSY_TIMEOUT_MS} -c timezone=UTC",
        },
    }


def tune(engine: Engine) -> None:
    """Make the database keep the promises that the services rely on."""
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    else:
        event.listen(engine, "begin", _keep_what_is_read)
        _replace_the_dead(engine)
        _plan_once(engine)


def _tune_sqlite(engine: Engine) -> None:
    """Take WAL, foreign keys, and a lock before a write begins.

    A transaction that begins as a reader and then writes fails at once when
    another wrote in between; ``BEGIN IMMEDIATE`` makes it wait instead.
    """

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.create_function("local_day", 2, _local_day, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")


def _local_day(moment: str | None, zone: str) -> str | None:
    """The day of a moment in a zone; PostgreSQL has a function of this name in the database."""
    if moment is None:
        return None
    known = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return known.astimezone(ZoneInfo(zone)).date().isoformat()


def _keep_what_is_read(connection: Connection) -> None:
    """Let a page that only reads see one moment, so that its totals add up.

    Who writes sees what others committed, row locks keep them apart (see
    consult/services/grouping/turns.py).
    """
    # Said in the BEGIN that the driver sends with the first statement, which costs no journey.
    driver: Any = connection.connection.dbapi_connection
    wanted = REPEATABLE_READ if reading.get() else None
    if driver.isolation_level != wanted:
        driver.isolation_level = wanted


def _replace_the_dead(engine: Engine) -> None:
    """Replace connections that died while idle, without a journey to the server for each request.

    A server that stops closes its connections, which this machine knows at once: only one
    on which something came unasked, or that was long silent, is asked.
    """

    @event.listens_for(engine, "checkin")
    def note(connection: Any, record: Any) -> None:
        record.info["left"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: Any) -> None:
        left = record.info.get("left")
        if left is None or (time.monotonic() - left < ASK_AFTER and _is_quiet(connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    @event.listens_for(engine, "connect")
    def begin(connection: Any, record: Any) -> None:
        record.info.pop("left", None)  # those of the one before it


def _is_quiet(connection: Any) -> bool:
    """Whether nothing came from the server since it was last asked, not even its good-bye."""
    if connection.closed:
        return False
    waiting = sockets.poll()
    waiting.register(connection.fileno(), sockets.POLLIN)
    return not waiting.poll(0)


def _plan_once(engine: Engine) -> None:
    """Keep the plans of statements with the execution option ``planned_once`` for a connection.

    To plan one that joins six tables takes the server longer than to carry it out. Only what is
    found by its key says so: of the rows of a topic there are ten or a million, and each wants a
    plan of its own. The driver forgets all plans at a ROLLBACK, so what only read ends in a COMMIT.
    """

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.info.pop("wrote", None)

    @event.listens_for(engine, "before_cursor_execute")
    def choose(
        connection: Connection, cursor: Any, _text: str, _values: Any, context: Any, _many: Any
    ) -> None:
        once = context.execution_options.get("planned_once", False)
        cursor.connection.prepare_threshold = 0 if once else None
        compiled = context.compiled
        if compiled is None or not getattr(compiled.statement, "is_select", False):
            connection.info["wrote"] = True  # or may have, nobody can tell

    @event.listens_for(engine, "rollback")
    def end(connection: Connection) -> None:
        if connection.invalidated or not reading.get() or "wrote" in connection.info:
            return
        driver: Any = connection.connection.dbapi_connection
        if driver.info.transaction_status == IN_TRANSACTION:  # and nothing in it failed
            driver.commit()


class ServerLock:
    """A lock that PostgreSQL keeps for a connection: one holder, on however many machines.

    It goes with the connection, so ask again before each piece of work: after a restart
    of the server another may have it.
    """

    def __init__(self, engine: Engine, number: int) -> None:
        self.engine, self.number = engine, number
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Take it if it is free, and say whether it is held."""
        if self._connection is None:
            self._connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection.detach()  # never handed to others, who would hold the lock unaware
        try:
            taken = self._connection.scalar(select(func.pg_try_advisory_lock(self.number)))
        except DBAPIError:
            self.leave()
            raise
        return bool(taken)

    def leave(self) -> None:
        """Let another have it: at once, the server may take its time to see a connection go."""
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.execute(select(func.pg_advisory_unlock_all()))
            self._connection.close()
            self._connection = None
