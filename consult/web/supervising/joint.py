"""联合处置: the messages behind an alarm answered by one case, with several units at it."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import Refusal
from consult.services.grouping import clusters
from consult.services.handling import joining_groups
from consult.services.handling.joining_groups import Offer
from consult.services.supervising import surge_pages, surges
from consult.web import current, joint_form
from consult.web.refusals import translated
from consult.web.supervising.blueprint import bp
from consult.web.supervising.surge_wording import names
from models.cluster import Cluster
from models.surge import SurgeAbout, SurgeAlarm


@bp.get("/surges/<int:alarm_id>/joint")
def joint(alarm_id: int) -> ResponseReturnValue:
    """Offer to answer the messages behind an alarm together."""
    return _page(alarm_id), HTTPStatus.OK


@bp.post("/surges/<int:alarm_id>/joint")
def open_joint(alarm_id: int) -> ResponseReturnValue:
    """Join what was chosen, and note the case with the alarm; after a refusal the choice stays."""
    alarm = surges.by_id(current.session(), alarm_id, reader=current.somebody())
    try:
        lead = joint_form.carry_out(_offer(alarm), _group(alarm))
        surges.joined(
            current.session(),
            alarm=alarm,
            case=lead,
            actor=current.somebody(),
            now=current.now(),
        )
    except Refusal as refusal:
        current.session().rollback()
        return _page(alarm_id, refusal), refusal.status
    flash(_("A joint case is open. It answers the messages that you chose."), "success")
    return redirect(url_for(".surge", alarm_id=alarm_id))


def _offer(alarm: SurgeAlarm) -> Offer:
    session = current.session()
    conditions = surge_pages.behind(session, alarm)
    return joining_groups.of_messages(session, alarm.mailbox, conditions, actor=current.somebody())


def _group(alarm: SurgeAlarm) -> Cluster | None:
    if alarm.about is not SurgeAbout.GROUP:
        return None
    return clusters.by_id(current.session(), int(alarm.key))


def _page(alarm_id: int, refusal: Refusal | None = None) -> str:
    alarm = surges.by_id(current.session(), alarm_id, reader=current.somebody())
    carrying = surge_pages.carrying(current.session(), alarm)
    offer = _offer(alarm)
    return render_template(
        "supervising/surge_joint.html",
        alarm=alarm,
        names=names([alarm]),
        carrying=carrying,
        **joint_form.choices(offer, carrying.groups[0][0] if carrying.groups else None),
        refusal=translated(refusal) if refusal else "",
        blamed=getattr(refusal, "field", ""),
        typed=request.form if refusal else {},
    )
