"""Messages that seem urgent and wait for a person to say so: one by one, or several at once."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from consult.exceptions import N_, Invalid, Refusal
from consult.services.caseload import case_pages
from consult.services.handling import triage, triage_rules, triage_trying
from consult.web import casework, current
from consult.web.handling.blueprint import bp
from consult.web.handling.mailbox_pages import in_care
from consult.web.handling.triage_forms import CLASSES, house_name
from consult.web.numbers import numbers
from consult.web.refusals import translated
from models.mailbox import Mailbox, Urgency

#: As many as a page shows.
MOST_AT_ONCE = 20


@bp.get("/mailboxes/<slug>/triage/waiting")
def triage_waiting(slug: str) -> ResponseReturnValue:
    """What seems urgent, with the words that say so."""
    return _page(in_care(slug), [])


@bp.post("/mailboxes/<slug>/triage/waiting")
def confirm_triage(slug: str) -> ResponseReturnValue:
    """Say of each chosen message how urgent it is; one that cannot be done leaves the others."""
    found, chosen = in_care(slug), numbers(request.form.getlist("case"))[:MOST_AT_ONCE]
    if not chosen:
        refusal = Invalid(N_("Choose the messages that you have looked at."))
        return _page(found, [translated(refusal)]), refusal.status
    troubles = [trouble for case_id in chosen if (trouble := _confirm(case_id))]
    done = len(chosen) - len(troubles)
    if done:
        flash(
            ngettext("%(num)s message confirmed.", "%(num)s messages confirmed.", done), "success"
        )
    if troubles and not done:
        return _page(found, troubles), Refusal.status
    for trouble in troubles:
        flash(trouble, "warning")
    return redirect(url_for(".triage_waiting", slug=slug))


def _confirm(case_id: int) -> str:
    """Empty: it is done; else why not."""
    session, person = current.session(), current.somebody()
    said = request.form.get(f"urgency-{case_id}", "")
    try:
        case = case_pages.for_staff(session, case_id, person)
        if said not in set(Urgency):
            raise Invalid(N_("Choose how urgent it is."))
        triage.confirm(
            session,
            case=case,
            urgency=Urgency(said),
            times=casework.times(case),
            actor=person,
            now=current.now(),
        )
    except Refusal as refusal:
        return str(_("No. %(no)s: %(why)s", no=case_id, why=translated(refusal)))
    return ""


def _page(mailbox: Mailbox, troubles: list[str]) -> str:
    session = current.session()
    found = triage_trying.waiting(
        session,
        mailbox=mailbox,
        judge=triage_rules.judge_of(session, mailbox),
        person=current.somebody(),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "handling/triage_waiting.html",
        mailbox=mailbox,
        found=found,
        classes=CLASSES,
        troubles=troubles,
        house_name=house_name,
    )
