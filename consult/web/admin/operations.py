"""How the background work is doing, and starting it again."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.services.overview import job_reports, queue_state, workers
from consult.services.overview import operations as service
from consult.services.people import letters
from consult.web import current
from consult.web.admin.blueprint import bp


@bp.get("/operations")
def operations() -> ResponseReturnValue:
    """Jobs, workers, letters and runs, with what failed first to see."""
    session, now = current.session(), current.now()
    return render_template(
        "admin/operations.html",
        now=now,
        lines=service.job_lines(session, now=now),
        checks=service.readiness(session, now=now),
        troubles=service.trouble_lines(session),
        workers=[(one, workers.is_alive(one, now)) for one in workers.recent(session)],
        lanes=queue_state.lane_states(session),
        stalled=queue_state.stalled(session, now=now),
        letters=letters.given_up(session),
        letters_given_up=letters.count_given_up(session),
        runs=service.failed_runs(session),
    )


@bp.post("/operations/jobs/<name>")
def operations_run_again(name: str) -> ResponseReturnValue:
    """Have a job take its turn next."""
    job_reports.run_again(current.session(), name=name, actor=current.somebody(), now=current.now())
    flash(_("It takes its turn next; that is a matter of seconds."), "success")
    return redirect(url_for(".operations"))


@bp.post("/operations/jobs/<name>/<int:part>")
def operations_try_again(name: str, part: int) -> ResponseReturnValue:
    """Have one part of a job that failed tried again, without waiting for its pause."""
    actor, now = current.somebody(), current.now()
    job_reports.try_again(current.session(), name=name, part=part, actor=actor, now=now)
    flash(_("It takes its turn next; that is a matter of seconds."), "success")
    return redirect(url_for(".operations"))


@bp.post("/operations/letters/<int:number>")
def operations_send_again(number: int) -> ResponseReturnValue:
    """Try a letter anew that was given up."""
    letter = letters.send_again(
        current.session(), number=number, actor=current.somebody(), now=current.now()
    )
    flash(_("The letter to %(address)s is tried again.", address=letter.to_masked), "success")
    return redirect(url_for(".operations"))
