"""Learning from what staff judged: the acts, and what the page of runs shows of it."""

from dataclasses import dataclass

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.extensions import indexes
from consult.services.grouping import calibrating
from consult.services.grouping.similarity import threshold_of
from consult.services.grouping.weights import Standing, standing
from consult.web import current
from consult.web.office.blueprint import bp
from consult.web.office.board import in_hand
from models.topic import Topic


@dataclass(frozen=True)
class CurveRow:
    """What a threshold gives on the judged pairs, and whether it is the one that holds, or the best."""

    threshold: float
    precision: float
    recall: float
    holds: bool
    best: bool


@dataclass(frozen=True)
class Shown:
    """What the page tells of the calibration of a topic."""

    pairs: int
    same: int
    enough: bool
    stored: dict[str, object] | None
    standing: Standing
    rows: list[CurveRow]


@bp.post("/topics/<slug>/runs/calibration")
def calibrate(slug: str) -> ResponseReturnValue:
    """Learn from what staff judged, for the next run and all that arrive; or have a worker do it."""
    topic = in_hand(slug)
    if current_app.config["WORK_AT_ONCE"]:
        _learn(topic)
    else:
        calibrating.ask(current.session(), topic=topic, actor=current.somebody(), now=current.now())
        flash(
            _("Asked for: it is learnt within a minute. Then this page shows what came of it."),
            "info",
        )
    return redirect(url_for(".runs", slug=slug, _anchor="likeness"))


def _learn(topic: Topic) -> None:
    found = calibrating.calibrate(
        current.session(),
        topic=topic,
        encoder=indexes().encoder,
        actor=current.somebody(),
        now=current.now(),
    )
    if found.improved:
        flash(
            _(
                "Learnt from %(pairs)s pairs. It takes effect with the next run; nothing has moved yet.",
                pairs=found.pairs,
            ),
            "success",
        )
    else:
        flash(_("These pairs teach nothing new: what held before holds on."), "info")


@bp.post("/topics/<slug>/runs/calibration/reset")
def reset_calibration(slug: str) -> ResponseReturnValue:
    """Let the shipped weights hold again."""
    calibrating.reset(
        current.session(), topic=in_hand(slug), actor=current.somebody(), now=current.now()
    )
    flash(_("The shipped weights hold again from the next run on."), "success")
    return redirect(url_for(".runs", slug=slug, _anchor="likeness"))


def shown(topic: Topic) -> Shown:
    """What there is to learn from, what was learnt, and what each threshold gives."""
    pairs = calibrating.judged(current.session(), topic)
    return Shown(
        pairs=len(pairs.answers),
        same=pairs.same,
        enough=pairs.enough,
        stored=calibrating.learnt(topic),
        standing=standing(topic, indexes().at_hand(current.session(), topic).fingerprint),
        rows=_rows(topic),
    )


def _rows(topic: Topic) -> list[CurveRow]:
    """Every second threshold of the curve, the best one, and the nearest to the one that holds."""
    stored = calibrating.learnt(topic)
    if not stored:
        return []
    curve, best = stored["curve"], stored["threshold"]
    holds = min((point[0] for point in curve), key=lambda at: abs(at - threshold_of(topic)))
    return [
        CurveRow(at, precision, recall, holds=at == holds, best=at == best)
        for number, (at, precision, recall) in enumerate(curve)
        if number % 2 or at in {best, holds}
    ]
