"""值班告警: what cannot wait, and who has it in hand."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import Refusal
from consult.services.handling import duty as service
from consult.web import current
from consult.web.handling.blueprint import bp
from consult.web.refusals import translated


@bp.get("/duty")
def duty() -> str:
    """What waits for somebody to take it in hand; ``?tab=settled`` what was."""
    return _page(settled=request.args.get("tab") == "settled")


@bp.post("/duty/<int:number>")
def acknowledge(number: int) -> ResponseReturnValue:
    """Say that one has it in hand, and what is being done."""
    try:
        service.acknowledge(
            current.session(),
            number=number,
            note=request.form.get("note", ""),
            actor=current.somebody(),
            now=current.now(),
        )
    except Refusal as refusal:
        if refusal.status == refusal.status.NOT_FOUND:
            raise
        current.session().rollback()
        typed = {number: request.form.get("note", "")}
        return _page(refusal=translated(refusal), typed=typed), refusal.status
    flash(_("You have it in hand. Nobody else is called about it."), "success")
    return redirect(url_for(".duty"))


def _page(*, settled: bool = False, refusal: str = "", typed: dict[int, str] | None = None) -> str:
    reader = current.somebody()
    found = service.listed(
        current.session(),
        reader=reader,
        settled=settled,
        page=max(1, request.args.get("page", 1, type=int)),
    )
    return render_template(
        "handling/duty.html",
        found=found,
        settled=settled,
        refusal=refusal,
        typed=typed or {},
        openable={rung.id for rung in found.items if service.knows(rung, reader)},
        levels={rung.id: service.level(rung) for rung in found.items},
    )
