"""The fixtures that nearly every test needs; the rest lie beside their tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

from consult.app import create_app
from consult.extensions import db, reading
from tests import databases as engines
from tests.city import build_city
from tests.factories import Factory
from tests.pages import Pages
from tests.routes import compile_once

compile_once()
NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)  # noon in Beijing


def pytest_report_header():
    return f"database: {engines.KIND}"


def pytest_collection_modifyitems(config, items):
    """On a server run what touches the database; what is about one kind of it runs there alone."""
    served = engines.KIND != "sqlite"
    kept = [item for item in items if _belongs(item, served=served)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _belongs(item, *, served):
    if served:
        return "databases" in item.fixturenames and item.get_closest_marker("embedded") is None
    return item.get_closest_marker("server") is None


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def settings(folder: Path, database: str) -> dict:
    return {
        "TESTING": True,
        "READER_SECONDS": 0,
        "DATA_DIR": folder,
        "UPLOAD_DIR": folder / "uploads",
        "SQLALCHEMY_DATABASE_URI": database,
        "SECRET_KEY": "a secret for tests",
        "SEALING_KEY": "another secret for tests",
        "ENCODER": "hashing",
        "MAIL_BACKEND": "file",
        "PHONE_BACKEND": "file",
        "EMBEDDED_JOBS": False,
        "RATELIMIT_ENABLED": False,
        "KEPT_PAGES_MB": 0,  # rows made by the factory leave no mark in the ledger
    }


@pytest.fixture(scope="session")
def databases():
    """Makes databases: SQLite, or PostgreSQL if the environment says so."""
    with engines.opened() as found:
        yield found


@pytest.fixture(scope="session")
def migrated(databases, tmp_path_factory):
    """An empty database made by the migrations, once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("migrated")
    database = databases.empty(folder)
    app = create_app(**settings(folder, database))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return database


@pytest.fixture(scope="session")
def templates(tmp_path_factory):
    """Keeps templates compiled from one test's application to the next: half the time of pages."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def database(databases, migrated, tmp_path):
    """The address of the database of one test."""
    address = databases.copy(migrated, tmp_path)
    yield address
    databases.drop(address)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def app(database, tmp_path, clock, templates):
    app = create_app(**settings(tmp_path, database), CLOCK=clock)
    app.jinja_env.bytecode_cache = templates
    with app.app_context():
        event.listen(db.engine, "connect", engines.hurry)
        engines.compile_once(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app):
    """The database, for arranging and for looking; commit what the pages should see."""
    with app.app_context():
        reading.set(False)
        yield db.session()
        db.session.remove()


@pytest.fixture
def make(session, app, clock):
    """Makes rows: ``make.topic(title="…")``; see tests/factories.py."""
    return Factory(session, vault=app.extensions["vault"], now=clock)


@pytest.fixture
def city(session, make, clock):
    """A city with two offices, an inspection, the people of all, and a mailbox with a message."""
    return build_city(session, make, clock)


@pytest.fixture
def now(clock):
    return clock.now


@pytest.fixture
def pages(app, session):
    """A visitor's browser that checks the house rules on every page."""
    return Pages(app, session)
