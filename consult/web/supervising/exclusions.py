"""不合理诉求: proposing to leave a case out of the rates, and the second person's answer."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import N_, Invalid, NotFound, Refusal
from consult.services.supervising import exclusions as left_out
from consult.services.supervising import places
from consult.web import current
from consult.web.figure_choice import page
from consult.web.labels import choices
from consult.web.numbers import number
from consult.web.refusals import translated
from consult.web.supervising.blueprint import bp
from models.case import Case
from models.supervision import Exclusion, ExclusionReason


@bp.get("/exclusions")
def exclusions() -> ResponseReturnValue:
    """What waits for a second person, or what was decided."""
    place = places.chosen(current.somebody(), request.args.get("place", ""))
    waiting = request.args.get("tab") != "decided"
    return render_template(
        "supervising/exclusions.html",
        place=place,
        waiting=waiting,
        found=left_out.listed(
            current.session(), place, reader=current.somebody(), waiting=waiting, page=page()
        ),
    )


@bp.get("/cases/<int:case_id>/exclusion")
def exclusion(case_id: int) -> ResponseReturnValue:
    """Whether this case is in the rates, and what was said about it."""
    return _page(_case(case_id))


@bp.post("/cases/<int:case_id>/exclusion")
def exclude(case_id: int) -> ResponseReturnValue:
    """Propose it, decide as the second person, or take it back."""
    act, case = request.form.get("act", ""), _case(case_id)
    try:
        said = ACTS.get(act, _unknown)(case)
        current.session().flush()
    except Refusal as refusal:
        current.session().rollback()
        return _page(_case(case_id), refusal), refusal.status
    flash(said, "success")
    return redirect(url_for(".exclusion", case_id=case_id))


def _propose(case: Case) -> str:
    reason = request.form.get("reason", "")
    if reason not in set(ExclusionReason):
        raise Invalid(N_("Choose a reason from the list."), field="reason")
    left_out.propose(
        current.session(),
        case=case,
        reason=ExclusionReason(reason),
        words=request.form.get("words", ""),
        actor=current.somebody(),
        now=current.now(),
    )
    return str(_("Proposed. A second person decides."))


def _decide(case: Case) -> str:
    approved = request.form.get("act") == "approve"
    left_out.decide(current.session(), found=_current(case), approved=approved, **_said(), **_who())
    return str(_("It is left out of the rates.") if approved else _("It stays in the rates."))


def _take_back(case: Case) -> str:
    left_out.take_back(current.session(), found=_current(case), **_said(), **_who())
    return str(_("It counts in the rates again."))


def _unknown(case: Case) -> str:
    raise Invalid(N_("Choose what is to be done."))


ACTS: dict[str, Callable[[Case], str]] = {
    "propose": _propose,
    "approve": _decide,
    "refuse": _decide,
    "take_back": _take_back,
}


def _said() -> dict[str, Any]:
    return {
        "words": request.form.get("words", ""),
        "version": number(request.form.get("version")),
    }


def _who() -> dict[str, Any]:
    return {"actor": current.somebody(), "now": current.now()}


def _current(case: Case) -> Exclusion:
    found = left_out.current(current.session(), case)
    if found is None:
        raise NotFound
    return found


def _case(case_id: int) -> Case:
    return left_out.visible_case(current.session(), case_id, reader=current.somebody())


def _page(case: Case, refusal: Refusal | None = None) -> str:
    """The page; what was typed is kept when something was refused."""
    person, found = current.somebody(), left_out.current(current.session(), case)
    return render_template(
        "supervising/exclusion.html",
        case=case,
        found=found,
        history=left_out.history(current.session(), case),
        reasons=choices(ExclusionReason),
        may_propose=found is None and left_out.may_propose(case, person),
        may_decide=found is not None
        and found.approved is None
        and left_out.may_decide(found, person),
        may_take_back=found is not None and left_out.may_take_back(found, person),
        refusal=translated(refusal) if refusal else "",
        field=getattr(refusal, "field", ""),
        typed=request.form if refusal else {},
    )
