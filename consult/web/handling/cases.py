"""The queues, and one case with all that is known of it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid
from consult.extensions import vault
from consult.services.caseload import case_pages, queues
from consult.services.caseload.case_pages import OwnCase
from consult.services.caseload.queues import Queue
from consult.services.handling import triage
from consult.services.suggesting import contacts
from consult.services.suggesting.contacts import RevealReason
from consult.web import current
from consult.web.casework import calendar, times
from consult.web.handling import wanted
from consult.web.handling.batch_acts import of_queue
from consult.web.handling.blueprint import bp
from consult.web.handling.case_page import shown
from consult.web.handling.wording import called
from consult.web.side import case_counts
from consult.web.time_left import time_left
from models.mailbox import Urgency


@bp.context_processor
def words() -> dict[str, Any]:
    """What the pages of cases call things."""
    return {"called": called, "time_left": time_left}


@bp.get("/cases", endpoint="queues")
def list_queue() -> ResponseReturnValue:
    """What waits for me, by what is to be done; searched and narrowed down."""
    session, person = current.session(), current.somebody()
    desk = queues.desk(person, calendar=calendar(), now=current.now())
    known = queues.of_person(person)
    queue = asked_queue(known)
    page = max(1, request.args.get("page", 1, type=int))
    looked_for, around = wanted.look(request.args)
    return render_template(
        "handling/queues.html",
        queue=queue,
        queues=known,
        tasks=queues.TASKS,
        counts=case_counts(),
        found=queues.listed(session, desk, queue, wanted=looked_for, page=page),
        batch=of_queue(queue),
        narrowed=wanted.chips(around, queue),
        **around,
    )


@bp.get("/cases/<int:case_id>")
def case(case_id: int) -> ResponseReturnValue:
    """The message, its seven steps, its clocks, and what I may do now."""
    try:
        found = case_pages.for_staff(current.session(), case_id, current.somebody())
    except OwnCase as own:
        return redirect(url_for("mailboxes.progress", no=own.params["no"]))
    return render_template("handling/case.html", **shown(found))


@bp.post("/cases/<int:case_id>/urgency")
def confirm_urgency(case_id: int) -> ResponseReturnValue:
    """Say how urgent it is; the words only proposed it."""
    found = case_pages.for_staff(current.session(), case_id, current.somebody())
    asked = request.form.get("urgency", "")
    if asked not in set(Urgency):
        raise Invalid(N_("Choose how urgent it is."))
    triage.confirm(
        current.session(),
        case=found,
        urgency=Urgency(asked),
        times=times(found),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("The urgency is confirmed."), "success")
    return redirect(url_for(".case", case_id=case_id))


@bp.post("/cases/<int:case_id>/contact")
def contact(case_id: int) -> ResponseReturnValue:
    """Open the contact of the author, for a reason that they will read."""
    found = case_pages.for_staff(current.session(), case_id, current.somebody())
    reason = request.form.get("reason", "")
    if reason not in set(RevealReason):
        raise Invalid(N_("Say why you need the contact: its author will be shown the reason."))
    details = contacts.reveal(
        current.session(),
        suggestion=found.suggestion,
        reason=RevealReason(reason),
        actor=current.somebody(),
        vault=vault(),
        now=current.now(),
    )
    return render_template("handling/case_contact.html", case=found, details=details)


def asked_queue(known: list[Queue]) -> Queue:
    """The queue that the address names, or the first that this person has."""
    asked = request.args.get("queue", "")
    return Queue(asked) if asked in known else next(iter(known), Queue.ALL)
