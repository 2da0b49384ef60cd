"""The Flask extensions, bound to an application in :mod:`consult.app`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from flask import current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from consult.post import Post
from consult.sealing import Vault
from consult.services.exchange.carrying import Means
from consult.services.grouping.similarity import TopicIndexes
from consult.storage import Storage
from models.base import Base

db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
login = LoginManager()
babel = Babel()
limiter = Limiter(get_remote_address)

#: True while a request that only reads is answered: no write lock, and one moment on every page.
reading: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def apart(*, reads: bool = False) -> Iterator[Session]:
    """A session beside the one in use, committed at its end; one that only ``reads`` sees one moment."""
    before = reading.set(reads)
    try:
        with Session(db.engine) as session:
            yield session
            session.commit()
    finally:
        reading.reset(before)


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


def means(keep: Callable[[], object]) -> Means:
    """What carries out a piece of a transfer in this application; ``keep`` commits its session."""
    return Means(
        storage=storage(),
        clock=current_app.config["CLOCK"],
        keep=keep,
        moment=partial(apart, reads=True),
        apart=apart,
    )
