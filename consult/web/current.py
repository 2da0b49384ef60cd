"""What a view asks of the request it answers."""

from datetime import datetime

from flask import current_app, request
from flask_login import current_user
from sqlalchemy.orm import Session

from consult.exceptions import NotSignedIn
from consult.extensions import db
from models.person import Person


def session() -> Session:
    """The database session of this request; committed once, after the view."""
    return db.session()


def now() -> datetime:
    """The moment, by the application's clock (a test may set another)."""
    moment: datetime = current_app.config["CLOCK"]()
    return moment


def person() -> Person | None:
    """Who is signed in, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001


def somebody() -> Person:
    """Who is signed in.

    :raises NotSignedIn: if nobody is.
    """
    found = person()
    if found is None:
        raise NotSignedIn
    return found


def client() -> str:
    """The network address that the request came from; only ever digested or counted."""
    return request.remote_addr or ""


def let_go() -> None:
    """Give the database back while something long arrives: nobody waits for us to write."""
    db.session.rollback()


def keep() -> None:
    """Commit what was done so far, though the answer will be a refusal: a wrong guess counts."""
    db.session.commit()
