"""What an author does about a message: adds, takes back, objects, rates, asks for a review."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from consult.exceptions import Invalid, Refusal
from consult.services.caseload import message_pages
from consult.services.handling import appeals, judging_replies, reception
from consult.services.handling.moves import CaseAct
from consult.services.suggesting import suggestions
from consult.web import casework, current, refusals, uploads
from consult.web.forms import Form
from consult.web.mailboxes.author_forms import (
    RateForm,
    SupplementForm,
    WithdrawForm,
    WordsForm,
)
from consult.web.mailboxes.author_page import page
from consult.web.mailboxes.blueprint import bp
from consult.web.refusals import translated
from models.case import Case


class ConsentForm(Form):
    publish_text = BooleanField()
    publish_name = BooleanField()


@bp.post("/messages/<no>/<any(supplement,withdraw,contest,rate,appeal):act>")
def act(no: str, act: str) -> ResponseReturnValue:
    """Do one of the acts that are the author's; what was typed is never lost."""
    case = message_pages.own(current.session(), no, person=current.person())
    form = FORMS[act]()
    chosen = _chosen(case, act)
    if not form.validate():
        return page(case, act=chosen, form=form), form.status
    try:
        ACTS[act](case, form)
    except Refusal as refusal:
        if isinstance(refusal, Invalid):
            form.blame(refusal)
        told = page(case, act=chosen, form=form, refused=translated(refusal))
        return told, refusal.status
    flash(DONE[act], "success")
    return redirect(url_for(".progress", no=no))


@bp.post("/messages/<no>/consents")
def consents(no: str) -> ResponseReturnValue:
    """Change what the public sees of one's message."""
    case, form = message_pages.own(current.session(), no, person=current.person()), ConsentForm()
    suggestions.set_consents(
        current.session(),
        suggestion=case.suggestion,
        publish_text=form.publish_text.data,
        publish_name=form.publish_name.data,
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Noted: from now on the public sees what you agreed to."), "success")
    return redirect(url_for(".progress", no=no))


def keep_what_was_typed() -> ResponseReturnValue:
    """The answer to an act from a page that is stale: its words, and how to go on."""
    values = request.view_args or {}
    try:
        case = message_pages.own(current.session(), values["no"], person=current.person())
    except Refusal as refusal:
        return refusals.explain(refusal)
    form = FORMS[values["act"]]()
    told = page(case, act=_chosen(case, values["act"]), form=form, stale=True)
    return told, HTTPStatus.BAD_REQUEST


def _chosen(case: Case, act: str) -> CaseAct:
    """The second time a review is asked for, it is the final one."""
    return CaseAct.APPEAL_AGAIN if act == "appeal" and case.appeals else CaseAct(act)


def _said(service: Callable[..., Any]) -> Callable[[Case, Any], None]:
    def do(case: Case, form: Any) -> None:
        service(
            current.session(),
            case=case,
            words=form.words.data or "",
            times=casework.times(case),
            actor=current.somebody(),
            now=current.now(),
        )

    return do


def _supplement(case: Case, form: SupplementForm) -> None:
    """The words, and the files with them; a file that is not taken holds up both."""
    files, wrong, _status = uploads.received()
    if wrong:
        raise Invalid(" ".join(wrong), field="files")
    _said(reception.supplement)(case, form)
    uploads.attach(case.suggestion, files)


def _rate(case: Case, form: RateForm) -> None:
    judging_replies.rate(
        current.session(),
        case=case,
        stars=form.stars,
        words=form.words.data or "",
        asked_for_praise=form.asked_for_praise.data,
        times=casework.times(case),
        actor=current.somebody(),
        now=current.now(),
    )


FORMS: dict[str, type[Any]] = {
    "supplement": SupplementForm,
    "withdraw": WithdrawForm,
    "contest": WordsForm,
    "rate": RateForm,
    "appeal": WordsForm,
}
ACTS: dict[str, Callable[[Case, Any], None]] = {
    "supplement": _supplement,
    "withdraw": _said(reception.withdraw),
    "contest": _said(reception.contest),
    "rate": _rate,
    "appeal": _said(appeals.ask),
}
DONE = {
    "supplement": _l("What you added is in. The review goes on."),
    "withdraw": _l("Your message was taken back. Its number is kept."),
    "contest": _l("Your objection is in. Somebody else reviews the message."),
    "rate": _l("Thank you. Your rating is in."),
    "appeal": _l("A review is asked for. You are told the answer with its grounds."),
}
