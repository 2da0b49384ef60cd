"""Publishing a consultation and changing its window: each asks once more, with the reason."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import InputRequired

from consult.exceptions import Invalid
from consult.permissions import Permission
from consult.services.consultations import topics, windows
from consult.web import current
from consult.web.brief_form import MOMENT, in_our_time, moment_of
from consult.web.forms import Form
from consult.web.office.blueprint import bp
from consult.web.zone import zone
from models.topic import Topic


class ReasonForm(Form):
    """Why; everybody can read it."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("Everybody can read it on the page of the consultation."),
        validators=[InputRequired(_l("Give the reason; it is shown to the public."))],
    )


class ExtendForm(ReasonForm):
    """Until when, and why."""

    closes_at = DateTimeLocalField(
        _l("New closing time"),
        format=MOMENT,
        validators=[InputRequired(_l("Say when it closes.")), in_our_time],
    )


@bp.route("/topics/<slug>/publish", methods=["GET", "POST"])
def publish(slug: str) -> ResponseReturnValue:
    """Put a draft before the public."""
    topic, form = _topic(slug), Form()
    now = current.now()
    if form.validate_on_submit():
        try:
            topics.publish(
                current.session(), topic=topic, actor=current.somebody(), now=now, zone=zone()
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("It is published."), "success")
            return redirect(url_for(".topic", slug=slug))
    return render_template(
        "office/topic_publish.html",
        topic=topic,
        form=form,
        missing=topics.missing(topic, now=now, zone=zone()),
        days_open=windows.days_open(max(topic.opens_at, now), topic.closes_at, zone()),
    ), form.status


@bp.route("/topics/<slug>/extend", methods=["GET", "POST"])
def extend(slug: str) -> ResponseReturnValue:
    """Close later than announced."""
    topic, form = _topic(slug), ExtendForm()
    if form.validate_on_submit():
        try:
            topics.extend(
                current.session(),
                topic=topic,
                closes_at=moment_of(form.closes_at),
                reason=form.reason.data or "",
                actor=current.somebody(),
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("The window is extended."), "success")
            return redirect(url_for(".topic", slug=slug))
    return render_template("office/topic_extend.html", topic=topic, form=form), form.status


@bp.route("/topics/<slug>/close", methods=["GET", "POST"])
def close_early(slug: str) -> ResponseReturnValue:
    """Close before the announced time."""
    topic, form = _topic(slug), ReasonForm()
    if form.validate_on_submit():
        try:
            topics.close_early(
                current.session(),
                topic=topic,
                reason=form.reason.data or "",
                actor=current.somebody(),
                now=current.now(),
            )
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("It is closed."), "success")
            return redirect(url_for(".topic", slug=slug))
    return render_template("office/topic_close.html", topic=topic, form=form), form.status


@bp.route("/topics/<slug>/analysis", methods=["GET", "POST"])
def start_analysis(slug: str) -> ResponseReturnValue:
    """Take a closed consultation into analysis."""
    topic, form = _topic(slug), Form()
    if form.validate_on_submit():
        topics.start_analysis(
            current.session(), topic=topic, actor=current.somebody(), now=current.now()
        )
        flash(_("The analysis has begun."), "success")
        return redirect(url_for(".topic", slug=slug))
    return render_template("office/topic_analysis.html", topic=topic, form=form), form.status


def _topic(slug: str) -> Topic:
    return topics.consultation_in_hand(
        current.session(), slug, person=current.somebody(), permission=Permission.TOPIC_PUBLISH
    )
