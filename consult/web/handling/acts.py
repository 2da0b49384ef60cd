"""One page for all acts that have none of their own: what it means, the form, and what came of it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.exceptions import Invalid, NotFound, Refusal
from consult.services.caseload import case_pages, units
from consult.services.handling import dispatch_learning
from consult.services.handling.parties import may_see, require_party
from consult.web import current, labels
from consult.web.handling.act_forms import AcceptForm, ActForm, AssignForm
from consult.web.handling.blueprint import bp
from consult.web.handling.deeds import Deed, deed_of, do
from consult.web.handling.wording import called
from consult.web.refusals import translated
from models.case import Case
from models.mailbox import Track


@bp.route("/cases/<int:case_id>/acts/<act>", methods=["GET", "POST"])
def act(case_id: int, act: str) -> ResponseReturnValue:
    """Do something to a case; refused, the page comes back with all that was typed."""
    session, person = current.session(), current.somebody()
    case, deed = case_pages.for_staff(session, case_id, person), deed_of(act)
    if request.method == "GET":
        require_party(case, deed.act, person)
    form, refusal = _form(deed, case), None
    if form.validate_on_submit():
        try:
            do(deed, case, form)
            session.flush()  # a change by somebody else shows now, not after the page
        except NotFound:
            raise
        except Refusal as refused:
            session.rollback()
            refusal = refused
        else:
            return _done(deed, case)
    return _page(deed, case_id, form, refusal)


def _done(deed: Deed, case: Case) -> ResponseReturnValue:
    flash(str(deed.done), "success")
    if may_see(case, current.somebody()):
        return redirect(url_for(".case", case_id=case.id))
    return redirect(url_for(".queues"))


def _page(deed: Deed, case_id: int, form: ActForm, refusal: Refusal | None) -> ResponseReturnValue:
    """The form, with what was refused beside the field at fault, on the case as it stands now."""
    case = case_pages.for_staff(current.session(), case_id, current.somebody())
    told = ""
    if isinstance(refusal, Invalid) and refusal.field in form:
        form.blame(refusal)
    elif refusal is not None:
        told = translated(refusal)
        form.version.data = str(case.version)  # to look at, and send again
    page = render_template(
        "handling/act.html",
        case=case,
        deed=deed,
        form=form,
        title=called(deed.act),
        told=told,
        **_beside(case, form),
    )
    return page, refusal.status if refusal else form.status


def _form(deed: Deed, case: Case) -> ActForm:
    form = deed.form()
    if not form.is_submitted():
        form.version.data = str(case.version)
    if isinstance(form, AcceptForm) and not form.is_submitted():
        form.domain.data = case.domain.value
        form.track.data = (Track.INVESTIGATION if case.confidential else Track.ORDINARY).value
    if isinstance(form, AssignForm):
        _offer_units(form, case)
    return form


def _offer_units(form: AssignForm, case: Case) -> None:
    found = [(str(one.id), labels.named(one)) for one in units.choosable(current.session(), case)]
    form.unit.choices = [("", "–"), *found]
    form.co_units.choices = found
    if not form.is_submitted():
        proposals = dispatch_learning.propose(current.session(), case)
        first = next((str(one.unit.id) for one in proposals), "")
        form.unit.data = first if first in dict(found) else ""
        form.co_units.data = []


def _beside(case: Case, form: ActForm) -> dict[str, Any]:
    """For an assignment, the units that are proposed, and why."""
    if not isinstance(form, AssignForm):
        return {"proposals": []}
    return {"proposals": dispatch_learning.propose(current.session(), case)}
