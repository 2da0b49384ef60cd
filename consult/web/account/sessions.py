"""Where one is signed in, and ending it."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.services.people import sessions as service
from consult.web import current
from consult.web.account.blueprint import bp
from consult.web.account.devices import device
from models.person import UserSession


@dataclass(frozen=True)
class Row:
    """A session as its person knows it."""

    session: UserSession
    device: str
    own: bool


@bp.get("/sessions")
def sessions() -> ResponseReturnValue:
    """The devices on which one is signed in."""
    person = current.somebody()
    rows = [
        Row(found, device(found.device), service.is_own(found, person))
        for found in service.standing(current.session(), person=person, now=current.now())
    ]
    return render_template("account/sessions.html", rows=rows)


@bp.post("/sessions/<int:number>/end")
def end_session(number: int) -> ResponseReturnValue:
    """End one of them."""
    service.end(current.session(), person=current.somebody(), number=number, now=current.now())
    flash(_("That device is signed out."), "success")
    return redirect(url_for(".sessions"))


@bp.post("/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """End all but this one."""
    person = current.somebody()
    service.end_all(current.session(), person=person, now=current.now(), keep=person.session_token)
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for(".sessions"))
