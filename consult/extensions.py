"""The Flask extensions, bound to an application in :mod:`consult.app`."""

from contextvars import ContextVar

from flask import current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

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

#: True while a request that only reads is answered: no write lock, and one moment on every page.
reading: ContextVar[bool] = ContextVar("reading", default=False)


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
