"""Tells Flask-Login whose session a cookie names."""

from flask import Flask, g, request
from flask_login import AnonymousUserMixin

from consult.extensions import login
from consult.services.people import sessions
from consult.web import current
from models.person import Person


def register(app: Flask) -> None:
    """Let ``app`` know its visitors by their sessions."""
    # Sessions are ours to end: a changed network address must not end them.
    app.config["SESSION_PROTECTION"] = None
    login.user_loader(whose)


def whose(token: str) -> Person | None:
    """The person of the session named in the cookie, if it stands."""
    find = sessions.person_acting if request.method == "POST" else sessions.person_of
    return find(current.session(), token, now=current.now())


def take_for_nobody() -> None:
    """Answer the rest of this request as if nobody were signed in, without asking the database."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps it


def take_for(person: Person) -> None:
    """Answer the rest of this request as if ``person`` were signed in."""
    g._login_user = person  # noqa: SLF001 - as above
