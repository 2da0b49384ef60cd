"""What all the ways in end with: a new session, and a cookie that names it."""

from datetime import timedelta

from flask import current_app, request, session
from flask_login import login_user

from consult.services.people import sessions
from consult.web import current
from models.person import Person

#: Without "stay signed in": until the browser is closed, and no longer than a working day.
SHORT = timedelta(hours=12)


def enter(person: Person, *, lifetime: timedelta = SHORT, lasting: bool = False) -> None:
    """Sign ``person`` in. Whatever was in the cookie before is dropped with its old session."""
    leave()
    sessions.open_session(
        current.session(),
        person=person,
        device=request.user_agent.string,
        lifetime=lifetime,
        now=current.now(),
    )
    session.permanent = lasting
    login_user(person)


def long_lifetime() -> timedelta:
    """How long one stays signed in who asks for it."""
    lifetime: timedelta = current_app.config["SESSION_LIFETIME"]
    return lifetime


def leave() -> None:
    """End the session of this browser, here and in the database, and empty the cookie."""
    if token := session.get("_user_id"):
        sessions.end_token(current.session(), token=token, now=current.now())
    session.clear()
