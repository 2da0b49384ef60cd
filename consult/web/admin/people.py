"""People and their roles."""

from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid
from consult.extensions import vault
from consult.services.people import agencies, appointments
from consult.services.people import people as service
from consult.services.people.appointments import BlockReason
from consult.web import current
from consult.web.admin.blueprint import bp
from consult.web.admin.forms import AppointForm, BlockForm
from models.person import Role

Member = TypeVar("Member", bound=StrEnum)


@bp.get("/people")
def people() -> ResponseReturnValue:
    """Find a person by name, or by the whole address."""
    words = request.args.get("q", "").strip()
    staff_only = request.args.get("who", "staff") == "staff" and not words
    page = service.search(
        current.session(),
        vault=vault(),
        reader=current.somebody(),
        words=words,
        staff_only=staff_only,
        page=request.args.get("page", 1, type=int),
    )
    return render_template("admin/people.html", page=page, words=words, staff_only=staff_only)


@bp.get("/people/<int:number>")
def people_person(number: int) -> ResponseReturnValue:
    """One person: their roles, and whether they are blocked."""
    found = service.by_id(current.session(), number=number, reader=current.somebody())
    form = AppointForm()
    form.agency.choices = [
        (agency.slug, "\N{IDEOGRAPHIC SPACE}" * depth + agency.name)
        for agency, depth in agencies.tree(current.session())
    ]
    return render_template("admin/person.html", person=found, form=form, block=BlockForm())


@bp.post("/people/<int:number>/roles")
def appoint(number: int) -> ResponseReturnValue:
    """Give a role."""
    session, actor = current.session(), current.somebody()
    found = service.by_id(session, number=number, reader=actor)
    appointments.appoint(
        session,
        person=found,
        role=_member(Role, request.form.get("role", "")),
        agency=agencies.by_slug(session, request.form.get("agency", "")),
        actor=actor,
        now=current.now(),
    )
    flash(_("The role is assigned and takes effect at once."), "success")
    return redirect(url_for(".people_person", number=number))


@bp.post("/roles/<int:number>/end")
def dismiss(number: int) -> ResponseReturnValue:
    """Take a role away."""
    person = appointments.dismiss(
        current.session(), number=number, actor=current.somebody(), now=current.now()
    )
    flash(_("The role is removed."), "success")
    return redirect(url_for(".people_person", number=person.id))


@bp.post("/people/<int:number>/block")
def block(number: int) -> ResponseReturnValue:
    """Shut a person out."""
    session, actor = current.session(), current.somebody()
    found = service.by_id(session, number=number, reader=actor)
    reason = _member(BlockReason, request.form.get("reason", ""))
    appointments.block(session, person=found, reason=reason, actor=actor, now=current.now())
    flash(_("The person is blocked and signed out everywhere."), "success")
    return redirect(url_for(".people_person", number=number))


@bp.post("/people/<int:number>/unblock")
def unblock(number: int) -> ResponseReturnValue:
    """Let a person in again."""
    session, actor = current.session(), current.somebody()
    found = service.by_id(session, number=number, reader=actor)
    appointments.unblock(session, person=found, actor=actor, now=current.now())
    flash(_("The person can sign in again."), "success")
    return redirect(url_for(".people_person", number=number))


def _member(members: type[Member], value: str) -> Member:
    """The member of an enumeration that a form names."""
    try:
        return members(value)
    except ValueError:
        raise Invalid(N_("Choose one of the entries of the list.")) from None
