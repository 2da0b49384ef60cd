"""One page for all acts that have none of their own: what it means, the form, and what came of it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.exceptions import Invalid, NotFound, Refusal
from consult.services.caseload import case_pages, units
from consult.services.handling import appeals, dispatch_learning, judging_replies, replying
from consult.services.handling.dispatching import Proposal
from consult.services.handling.moves import CaseAct
from consult.services.handling.parties import lead, may_see, require_party
from consult.web import current, labels
from consult.web.handling.act_forms import AcceptForm, ActForm, AssignForm, ReassignForm
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
        **_beside(deed, case, form),
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
    known = units.choosable(current.session(), case)
    found = [(str(one.id), labels.named(one)) for one in known if not _has_it(form, case, one.id)]
    form.unit.choices = [("", "–"), *found]
    form.co_units.choices = [(str(one.id), labels.named(one)) for one in known]
    if not form.is_submitted():
        first = next((str(one.unit.id) for one in _proposals(form, case)), "")
        form.unit.data = first if first in dict(found) else ""
        form.co_units.data = []


def _proposals(form: ActForm, case: Case) -> list[Proposal]:
    """For an assignment, the units that are proposed, but not the one that has the case."""
    if not isinstance(form, AssignForm):
        return []
    found = dispatch_learning.propose(current.session(), case)
    return [one for one in found if not _has_it(form, case, one.unit.id)]


def _has_it(form: AssignForm, case: Case, unit_id: int) -> bool:
    return isinstance(form, ReassignForm) and case.unit_id == unit_id


def _beside(deed: Deed, case: Case, form: ActForm) -> dict[str, Any]:
    """What somebody must have read to decide: the objection, the rating, what a review is asked for."""
    session, standing = current.session(), lead(case)
    answers = deed.act in {CaseAct.CLOSE, CaseAct.REOPEN, CaseAct.DISMISS, CaseAct.GRANT}
    ratings = judging_replies.shown_to_staff(session, case) if answers else []
    rules = deed.act in {CaseAct.UPHOLD, CaseAct.REASSIGN}
    return {
        "proposals": _proposals(form, case),
        "objection": standing if rules and standing and standing.objection else None,
        "appeal": appeals.pending(case) if answers else None,
        "rating": ratings[-1] if ratings else None,
        "reply": replying.current(session, case) if answers else None,
    }
