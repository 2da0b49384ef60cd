"""The Flask extensions, bound to an application in :mod:`consult.app`."""

import sqlite3
from contextvars import ContextVar
from typing import Any

from flask import Flask, current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event

from consult.post import Post
from consult.sealing import Vault
from consult.services.grouping.similarity import TopicIndexes
from consult.storage import Storage
from models.base import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
csrf = CSRFProtect()
login = LoginManager()
babel = Babel()
limiter = Limiter(get_remote_address)

#: True while a request that only reads is answered: SQLite then takes no write lock.
reading: ContextVar[bool] = ContextVar("reading", default=False)

BUSY_TIMEOUT_MS = 20_000


def vault() -> Vault:
    """What seals personal data in this application."""
    found: Vault = current_app.extensions["vault"]
    return found


def storage() -> Storage:
    """Where uploads lie in this application."""
    found: Storage = current_app.extensions["storage"]
    return found


def post() -> Post:
    """What carries letters in this application."""
    found: Post = current_app.extensions["post"]
    return found


def indexes() -> TopicIndexes:
    """The similarity indexes of this process; the model is loaded on first use."""
    found: TopicIndexes = current_app.extensions["indexes"]
    return found


def tune_sqlite(app: Flask) -> None:
    """Make SQLite keep its promises: WAL, foreign keys, and a lock taken before a write begins.

    A transaction that begins as a reader and then writes fails at once when
    another wrote in between; ``BEGIN IMMEDIATE`` makes it wait instead.
    """
    with app.app_context():
        engine: Engine = db.engine
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")
