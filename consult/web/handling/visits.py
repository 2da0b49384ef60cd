"""两访: the handler and the assigner ask the author about the reply, and keep what they heard."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, Refusal
from consult.services.caseload import reply_pages
from consult.services.handling import visits as calls
from consult.services.handling.visits import Visitor, VisitResult
from consult.web import current, labels
from consult.web.handling.blueprint import bp
from consult.web.handling.reply_forms import VisitForm
from consult.web.handling.reply_page import around, case_in_hand
from consult.web.refusals import translated
from models.case import Case

SATISFIED = {"yes": True, "no": False}


@bp.route("/cases/<int:case_id>/visits", methods=["GET", "POST"])
def visits(case_id: int) -> ResponseReturnValue:
    """The calls about a reply, whose is yet to come, and a form for another."""
    case = case_in_hand(case_id)
    held = calls.visitors(case, current.somebody())
    form = VisitForm(visitor=held[0].value if held else "")
    form.visitor.choices = [(one.value, labels.label(one)) for one in held]
    if request.method == "GET" or not form.validate():
        return _page(case, form), form.status
    try:
        _record(case, form)
    except Refusal as refusal:
        return _again(case, form, refusal)
    flash(_("Recorded."), "success")
    return redirect(url_for(".visits", case_id=case_id))


def _record(case: Case, form: VisitForm) -> None:
    if (form.visitor.data or "") not in set(Visitor):
        raise Invalid(N_("Say for whom you call."), field="visitor")
    if (form.result.data or "") not in set(VisitResult):
        raise Invalid(N_("Say whether the author was reached."), field="result")
    calls.record(
        current.session(),
        case=case,
        visitor=Visitor(form.visitor.data),
        result=VisitResult(form.result.data),
        satisfied=SATISFIED.get(form.satisfied.data or ""),
        note=form.note.data or "",
        actor=current.somebody(),
        now=current.now(),
    )


def _again(case: Case, form: VisitForm, refusal: Refusal) -> ResponseReturnValue:
    said = ""
    if isinstance(refusal, Invalid) and refusal.field:
        form.blame(refusal)
    else:
        said = translated(refusal)
    return _page(case, form, refusal=said), refusal.status


def _page(case: Case, form: VisitForm, *, refusal: str = "") -> str:
    session = current.session()
    made, replies = calls.of_case(session, case), reply_pages.replies(session, case)
    return render_template(
        "handling/reply_visits.html",
        form=form,
        visits=[(one, calls.visitor_of(one), VisitResult(one.result)) for one in made],
        missing=calls.missing(case, made),
        may_record=bool(form.visitor.choices) and case.state in calls.ANSWERED,
        standing=next((one for one in replies if one.published_at), None),
        refusal=refusal,
        **around(case),
    )
