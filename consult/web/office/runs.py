"""Runs: every regrouping of a consultation, regrouping now, going back, comparing two."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, HiddenField
from wtforms.validators import InputRequired, NumberRange

from consult.exceptions import Invalid
from consult.extensions import indexes
from consult.permissions import Permission, can
from consult.services.consultations.phases import TopicAct, allows
from consult.services.grouping import boards, rollbacks, run_lists, runs, thresholds
from consult.services.grouping.similarity import threshold_of
from consult.web import current
from consult.web.forms import Form
from consult.web.numbers import is_number, number
from consult.web.office import calibration
from consult.web.office.blueprint import bp
from consult.web.office.board import in_hand
from models.run import Run, RunState
from models.topic import Topic

#: What a large run is doing, by the stage that it notes.
STAGES = {
    "reading": _l("reading the suggestions"),
    "encoding": _l("reading the suggestions"),
    "arranging": _l("finding neighbours"),
    "searching": _l("finding neighbours"),
    "comparing": _l("comparing"),
    "merging": _l("forming groups"),
    "planning": _l("forming groups"),
    "publishing": _l("publishing the groups; those that changed already are shown as they will be"),
    "themes": _l("publishing the groups; those that changed already are shown as they will be"),
    "describing": _l("describing the groups"),
    "keeping": _l("keeping what it did"),
    "tidying": _l("keeping what it did"),
}
#: Up to so many suggestions a run is done while the person waits; beyond, a job does it.
AT_ONCE = 2000


class ThresholdForm(Form):
    """How alike two suggestions must be."""

    version = HiddenField()
    threshold = DecimalField(
        _l("How alike two suggestions must be"),
        description=_l(
            "From 0.01 to 0.9999. 0.5: as likely as not that they ask the same. "
            "Higher gives more, smaller and surer groups; lower gives fewer and larger ones."
        ),
        places=4,
        validators=[
            InputRequired(_l("Give a number.")),
            NumberRange(
                thresholds.LOWEST, thresholds.HIGHEST, _l("Give a number from 0.01 to 0.9999.")
            ),
        ],
    )


@bp.get("/topics/<slug>/runs", endpoint="runs")
def runs_page(slug: str) -> ResponseReturnValue:
    """Show the runs of a consultation."""
    topic = in_hand(slug)
    return _page(topic, _threshold_form(topic))


@bp.post("/topics/<slug>/runs")
def regroup(slug: str) -> ResponseReturnValue:
    """Regroup now, or soon where there are many."""
    topic, session = in_hand(slug), current.session()
    actor, now = current.somebody(), current.now()
    large = boards.totals(session, topic).suggestions > AT_ONCE
    if large or not current_app.config["WORK_AT_ONCE"]:
        runs.ask(session, topic=topic, actor=actor, now=now)
        flash(_("The run is asked for; it begins within seconds and takes about a minute."), "info")
        return redirect(url_for(".runs", slug=slug))
    run = runs.regroup(
        session,
        topic=topic,
        indexes=indexes(),
        actor=actor,
        now=now,
        kept=current_app.config["KEPT_RUNS"],
    )
    _tell(run)
    return redirect(url_for(".run", slug=slug, number=run.number))


@bp.post("/topics/<slug>/runs/threshold")
def set_threshold(slug: str) -> ResponseReturnValue:
    """Set how alike two suggestions must be, for the next run and all that arrive."""
    topic, form = in_hand(slug), ThresholdForm()
    if form.validate_on_submit():
        try:
            thresholds.set_threshold(
                current.session(),
                topic=topic,
                threshold=float(form.threshold.data or 0),
                version=number(form.version.data),
                actor=current.somebody(),
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("Set. It takes effect with the next run; nothing has moved yet."), "success")
            return redirect(url_for(".runs", slug=slug))
    return _page(topic, form)


@bp.get("/topics/<slug>/runs/<int:number>")
def run(slug: str, number: int) -> ResponseReturnValue:
    """Show one run, what it changed, and what moved against another."""
    session, topic = current.session(), in_hand(slug)
    found = run_lists.by_number(session, topic, number)
    against = _against(topic, found)
    return render_template(
        "office/run.html",
        topic=topic,
        run=found,
        steps=run_lists.steps(session, found),
        others=run_lists.of_topic(session, topic, reader=current.somebody()).items,
        against=against,
        moved=run_lists.moved_between(session, against, found, page=_number("page", 1))
        if against
        else None,
        returnable=bool(run_lists.returnable(session, [found])),
        **_may(topic),
    )


@bp.post("/topics/<slug>/runs/<int:number>/stop")
def stop_run(slug: str, number: int) -> ResponseReturnValue:
    """End a run that waits or is computed."""
    topic, session = in_hand(slug), current.session()
    found = run_lists.by_number(session, topic, number)
    runs.stop(session, run=found, actor=current.somebody(), now=current.now())
    flash(
        _("Stopped. What it had published already stays; the next run goes on from there."), "info"
    )
    return redirect(url_for(".runs", slug=slug))


@bp.post("/topics/<slug>/runs/<int:number>/restore")
def roll_back(slug: str, number: int) -> ResponseReturnValue:
    """Put everything where that run had it."""
    topic = in_hand(slug)
    made = rollbacks.roll_back(
        current.session(),
        run=run_lists.by_number(current.session(), topic, number),
        indexes=indexes(),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(
        _(
            "Back at run %(number)s: %(moved)s suggestions moved.",
            number=number,
            moved=made.difference["moved"],
        ),
        "success",
    )
    return redirect(url_for(".run", slug=slug, number=made.number))


def _page(topic: Topic, form: ThresholdForm) -> ResponseReturnValue:
    session = current.session()
    found = run_lists.of_topic(
        session, topic, reader=current.somebody(), page=max(1, _number("page", 1))
    )
    page = render_template(
        "office/runs.html",
        topic=topic,
        found=found,
        returnable=run_lists.returnable(session, found.items),
        under_way=(under_way := run_lists.under_way(session, topic)),
        stage=STAGES.get((under_way.settings.get("stage") if under_way else None) or ""),
        totals=boards.totals(session, topic),
        form=form,
        threshold=threshold_of(topic),
        calibration=calibration.shown(topic),
        **_may(topic),
    )
    return page, form.status


def _may(topic: Topic) -> dict[str, Any]:
    allowed = allows(topic, TopicAct.GROUP, current.now())
    return {"may_regroup": allowed and can(current.person(), Permission.CLUSTER_REGROUP, topic)}


def _threshold_form(topic: Topic) -> ThresholdForm:
    return ThresholdForm(formdata=None, version=str(topic.version), threshold=threshold_of(topic))


def _against(topic: Topic, found: Run) -> Run | None:
    """The run to compare with: the one asked for, else the one before."""
    wanted = _number("against", found.number - 1)
    if wanted < 1 or wanted == found.number or found.state is not RunState.FINISHED:
        return None
    return run_lists.by_number(current.session(), topic, wanted)


def _number(name: str, default: int) -> int:
    wanted = request.args.get(name, "")
    return number(wanted) if is_number(wanted) else default


def _tell(run: Run) -> None:
    if run.state is RunState.FAILED:
        flash(_("The run failed, and nothing was changed: %(error)s", error=run.error), "error")
        return
    flash(
        _(
            "Regrouped: %(suggestions)s suggestions in %(groups)s groups.",
            suggestions=run.suggestion_count,
            groups=run.cluster_count,
        ),
        "success",
    )
