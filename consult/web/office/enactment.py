"""The policy comes into being: its final text, where each change stands in it, and telling everyone."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from consult.exceptions import Invalid, StaleVersion
from consult.permissions import Permission
from consult.services.answering import enactment, telling
from consult.services.consultations import documents, topics
from consult.services.consultations.phases import TopicAct, allows, require_phase
from consult.web import current
from consult.web.forms import Form
from consult.web.numbers import is_number, number
from consult.web.office.blueprint import bp
from consult.web.office.documents import DocumentForm, passages_of, take_upload
from models.document import Document, DocumentKind
from models.topic import Topic

PLACE = "place-"


class EnactForm(Form):
    """How the final text was issued."""

    number = StringField(
        _l("Document number"),
        validators=[Length(max=100, message=_l("Keep this under %(max)d characters."))],
    )
    issued_on = DateField(
        _l("Day of issue"), validators=[InputRequired(_l("Say on which day it was issued."))]
    )
    url = StringField(
        _l("Address of the official publication"),
        validators=[Length(max=500, message=_l("Keep this under %(max)d characters."))],
    )


@bp.route("/topics/<slug>/enact", methods=["GET", "POST"])
def enact(slug: str) -> ResponseReturnValue:
    """The final text and its clauses; POST writes the text."""
    topic = _topic(slug)
    final = documents.of_topic(current.session(), topic, DocumentKind.FINAL)
    form = _text_form(topic, final)
    if not form.is_submitted():
        return _page(topic, form)
    require_phase(topic, TopicAct.ENACT, current.now())
    if form.validate():
        try:
            if not take_upload(form) and request.form.get("act") == "save":
                _save(topic, form)
                flash(
                    _("The final text is saved. Now look where each change stands in it."),
                    "success",
                )
                return redirect(url_for(".enact", slug=slug, _anchor="places"))
        except Invalid as refusal:
            form.blame(refusal)
        except StaleVersion as refusal:
            form.version.data = str(topic.version)
            return _page(topic, form, stale=refusal, editing=True)
    return _page(topic, form, editing=True)


@bp.post("/topics/<slug>/enact/publish")
def publish_final(slug: str) -> ResponseReturnValue:
    """Tie the changes to the final text; with the last button, enact it and tell everyone."""
    topic, form, places = _topic(slug), EnactForm(), _places()
    try:
        if request.form.get("act") != "enact":
            enactment.place(
                current.session(),
                topic=topic,
                places=places,
                actor=current.somebody(),
                now=current.now(),
            )
            flash(_("Saved."), "success")
            return redirect(url_for(".enact", slug=slug, _anchor="places"))
        if form.validate():
            told = _enact(topic, form, places)
            flash(
                _("The policy is enacted, and %(count)s notices were written.", count=told),
                "success",
            )
            return redirect(url_for("public.final", slug=slug))
    except Invalid as refusal:
        form.blame(refusal)
    return _page(topic, enacting=form, places=places)


@bp.post("/topics/<slug>/evaluate")
def evaluate(slug: str) -> ResponseReturnValue:
    """Record that the policy was looked at again."""
    enactment.evaluate(
        current.session(), topic=_topic(slug), actor=current.somebody(), now=current.now()
    )
    flash(_("Recorded: the policy was evaluated."), "success")
    return redirect(url_for(".enact", slug=slug))


def _topic(slug: str) -> Topic:
    return topics.consultation_in_hand(
        current.session(), slug, person=current.somebody(), permission=Permission.TOPIC_REPORT
    )


def _text_form(topic: Topic, final: Document | None) -> DocumentForm:
    return DocumentForm(
        version=topic.version,
        title=final.title if final else "",
        text=final.source if final else "",
    )


def _save(topic: Topic, form: DocumentForm) -> None:
    enactment.set_final(
        current.session(),
        topic=topic,
        title=form.title.data or "",
        text=form.text.data or "",
        version=number(form.version.data),
        actor=current.somebody(),
        now=current.now(),
    )


def _enact(topic: Topic, form: EnactForm, places: dict[int, str]) -> int:
    day: date = form.issued_on.data  # type: ignore[assignment] # the form requires it
    return enactment.enact(
        current.session(),
        topic=topic,
        number=form.number.data or "",
        issued_on=day,
        url=form.url.data or "",
        places=places,
        actor=current.somebody(),
        now=current.now(),
    )


def _places() -> dict[int, str]:
    """Which change stands in which clause, as the table says."""
    return {
        number(name.removeprefix(PLACE)): anchor
        for name, anchor in request.form.items()
        if name.startswith(PLACE) and is_number(name.removeprefix(PLACE))
    }


def _page(
    topic: Topic,
    form: DocumentForm | None = None,
    *,
    enacting: EnactForm | None = None,
    places: dict[int, str] | None = None,
    stale: StaleVersion | None = None,
    editing: bool = False,
) -> ResponseReturnValue:
    session = current.session()
    final = documents.of_topic(session, topic, DocumentKind.FINAL)
    form = form or _text_form(topic, final)
    enacting = enacting or EnactForm(formdata=None, **_issued(final))
    page = render_template(
        "office/enact.html",
        topic=topic,
        form=form,
        final=final,
        enacting=enacting,
        rows=_rows(topic, final, places),
        passages=passages_of(form) if editing else [],
        editing=editing,
        stale=stale,
        to_be_told=telling.to_be_told(session, topic),
        may_enact=allows(topic, TopicAct.ENACT, current.now()),
        may_evaluate=allows(topic, TopicAct.EVALUATE, current.now()),
    )
    return page, stale.status if stale else max(form.status, enacting.status)


def _issued(final: Document | None) -> dict[str, Any]:
    if final is None:
        return {}
    return {"number": final.number, "issued_on": final.issued_on, "url": final.url}


def _rows(topic: Topic, final: Document | None, places: dict[int, str] | None) -> list[Any]:
    """Each change with the clause that it is tied to, was chosen for it, or seems to fit."""
    wanted = enactment.changes(current.session(), topic)
    if final is None:
        return [(change, None) for change in wanted]
    by_anchor = {clause.anchor: clause for clause in final.clauses}
    guesses = enactment.propose_places(final, wanted)
    chosen = {number_: by_anchor.get(anchor) for number_, anchor in (places or {}).items()}
    return [
        (change, chosen.get(change.id, change.final_clause or guesses[change.id]))
        for change in wanted
    ]
