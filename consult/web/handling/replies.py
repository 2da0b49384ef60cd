"""The reply: written beside the question, looked at, kept, and put before the unit's leader."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from consult.exceptions import Invalid, Refusal, StaleVersion
from consult.services.handling import replying
from consult.services.handling.moves import CaseAct
from consult.services.handling.replying import Outcome
from consult.web import casework, current
from consult.web.handling.blueprint import bp
from consult.web.handling.reply_forms import ReplyForm
from consult.web.handling.reply_page import (
    around,
    case_in_hand,
    editor,
    filled,
    look,
    written,
)
from consult.web.numbers import number
from models.case import Case, CaseState


@bp.route("/cases/<int:case_id>/reply", methods=["GET", "POST"])
def reply(case_id: int) -> ResponseReturnValue:
    """Write the reply beside the question; look at it, keep it, or send it to be reviewed."""
    case = case_in_hand(case_id)
    if request.method == "GET" and CaseAct.DRAFT not in around(case)["acts"]:
        return redirect(url_for(".review", case_id=case_id))
    standing = replying.current(current.session(), case)
    form = ReplyForm(data=written(case, standing))
    if request.method == "GET" or not form.validate():
        return editor(case, form, typed_lines=_lines(form)), form.status
    act = request.form.get("act", "")
    if act == "template":
        return _begun(case, form)
    if act not in {"keep", "send"}:
        looked = look(case, form.text.data or "", form.mail_text.data or "", form.lines)
        return editor(case, form, typed_lines=form.lines, looked=looked)
    try:
        return _keep(case, form) if act == "keep" else _send(case, form)
    except Refusal as refusal:
        return _refused(case_id, form, refusal)


def _lines(form: ReplyForm) -> dict[int, str] | None:
    return dict(form.lines) if request.method == "POST" else None


def _begun(case: Case, form: ReplyForm) -> ResponseReturnValue:
    """Put the chosen template behind what stands there already."""
    found = filled(case, CaseState.REPLIED, form.template.data)
    if found is None:
        form.template.errors = [_("Choose a template.")]
        return editor(case, form, typed_lines=form.lines), form.status
    form.text.data = _joined(form.text.data, found.page_text)
    form.mail_text.data = _joined(form.mail_text.data, found.mail_text)
    return editor(case, form, typed_lines=form.lines)


def _joined(before: str | None, after: str) -> str:
    return "\n\n".join(filter(None, ((before or "").strip(), after)))


def _keep(case: Case, form: ReplyForm) -> ResponseReturnValue:
    replying.keep(
        current.session(),
        case=case,
        version=number(form.version.data),
        text=form.text.data or "",
        outcome=_outcome(form),
        mail_text=form.mail_text.data or "",
        lines=form.lines,
        seen=number(form.seen.data),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Kept. Nobody is asked to review it yet."), "success")
    return redirect(url_for(".reply", case_id=case.id))


def _send(case: Case, form: ReplyForm) -> ResponseReturnValue:
    outcome = _outcome(form)
    if form.lacks_something() or outcome is None:
        return editor(case, form, typed_lines=form.lines), form.status
    replying.draft(
        current.session(),
        case=case,
        version=number(form.version.data),
        text=form.text.data or "",
        outcome=outcome,
        mail_text=form.mail_text.data or "",
        lines=form.lines,
        seen=number(form.seen.data),
        times=casework.times(case),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Sent to the unit's leader for review."), "success")
    found = look(case, form.text.data or "", form.mail_text.data or "", form.lines).findings
    if found:
        told = ngettext(
            "The reviewer sees %(num)d reason to look at it again.",
            "The reviewer sees %(num)d reasons to look at it again.",
            len(found),
        )
        flash(told, "info")
    return redirect(url_for(".review", case_id=case.id))


def _outcome(form: ReplyForm) -> Outcome | None:
    chosen = form.outcome.data or ""
    return Outcome(chosen) if chosen in set(Outcome) else None


def _refused(case_id: int, form: ReplyForm, refusal: Refusal) -> ResponseReturnValue:
    """The page again with all that was typed, whatever stood in the way."""
    lines = dict(form.lines)
    current.session().rollback()
    case = case_in_hand(case_id)
    if isinstance(refusal, Invalid):
        form.blame(refusal)
        return editor(case, form, typed_lines=lines), form.status
    standing = replying.current(current.session(), case)
    form.version.data = str(case.version)
    form.seen.data = str(standing.version if standing else 0)
    if isinstance(refusal, StaleVersion):
        return editor(case, form, typed_lines=lines, clash=refusal), refusal.status
    return editor(case, form, typed_lines=lines, refusal=refusal), refusal.status
