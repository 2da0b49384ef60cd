"""Several cases of a queue at once: chosen, looked at with what is proposed for each, then done."""

from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.exceptions import N_, Invalid, NotFound
from consult.services.caseload import batch_pages, units
from consult.services.handling import assigning, batches, dispatch_learning, reception
from consult.services.handling.moves import CaseAct
from consult.services.records.versions import expect_version
from consult.web import current, labels
from consult.web.casework import times
from consult.web.handling import batch_results
from consult.web.handling.batch_acts import BATCHES
from consult.web.handling.blueprint import bp
from consult.web.handling.wording import called
from consult.web.numbers import number, numbers
from models.case import Case
from models.mailbox import Domain

ACTS = {act for acts in BATCHES.values() for act in acts}


@bp.post("/cases/batch")
def batch() -> ResponseReturnValue:
    """Show what is proposed for each chosen case; nothing is done yet."""
    act, cases = _act(request.form.get("act", "")), _chosen()
    return render_template(
        "handling/batch.html",
        act=act,
        title=called(act),
        cases=cases,
        queue=request.args.get("queue"),
        **_offered(act, cases),
    )


@bp.post("/cases/batch/<act>")
def do_batch(act: str) -> ResponseReturnValue:
    """Do it to each; one that is refused leaves the others. Then lead to what came of it."""
    deed = _act(act)
    results = batches.each(current.session(), _chosen(), lambda case: _do(deed, case))
    of, queue = batch_results.sealed(deed, results), request.args.get("queue")
    return redirect(
        url_for(".batch_result", act=deed.value, of=of, queue=queue), HTTPStatus.SEE_OTHER
    )


@bp.get("/cases/batch/<act>/result")
def batch_result(act: str) -> ResponseReturnValue:
    """What came of each; loading it again does nothing."""
    if act not in ACTS:
        raise NotFound
    lines = batch_results.opened(CaseAct(act), request.args.get("of", ""))
    return render_template(
        "handling/batch_done.html",
        title=called(CaseAct(act)),
        queue=request.args.get("queue"),
        lines=lines,
        refused=sum(1 for line in lines if line.why),
    )


def _act(name: str) -> CaseAct:
    if name not in ACTS:
        raise Invalid(N_("Choose what is to be done."))
    return CaseAct(name)


def _chosen() -> list[Case]:
    ids = numbers(request.form.getlist("id"))
    found = batch_pages.chosen(current.session(), ids, reader=current.somebody())
    if not found:
        raise Invalid(N_("Choose at least one case."))
    return list(found)


def _offered(act: CaseAct, cases: list[Case]) -> dict[str, Any]:
    """What can be chosen for each case, and what is proposed."""
    if act is not CaseAct.ASSIGN:
        return {"domains": labels.choices(Domain), "units": [], "proposals": {}}
    found = dispatch_learning.propose_many(current.session(), cases)
    return {
        "domains": [],
        "units": [(one.id, labels.named(one)) for one in units.choosable(current.session())],
        "proposals": {case_id: spoken[0] for case_id, spoken in found.items() if spoken},
    }


def _do(act: CaseAct, case: Case) -> None:
    session, form = current.session(), request.form
    expect_version(case, number(form.get(f"version-{case.id}")))
    common: dict[str, Any] = {
        "case": case,
        "version": case.version,
        "times": times(case),
        "actor": current.somebody(),
        "now": current.now(),
    }
    if act is CaseAct.ASSIGN:
        unit = units.to_assign(session, case, number(form.get(f"unit-{case.id}")))
        assigning.assign(session, unit=unit, **common)
    elif act is CaseAct.TAKE_UP:
        assigning.take_up(session, **common)
    else:
        domain = form.get(f"domain-{case.id}", "")
        chosen = Domain(domain) if domain in set(Domain) else None
        reception.accept(session, domain=chosen, **common)
