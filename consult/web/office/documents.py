"""The draft document of a consultation: pasted or uploaded, looked at in clauses, saved."""

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from consult.exceptions import N_, Invalid, StaleVersion
from consult.services.consultations import documents, topics
from consult.text.clauses import split_into_clauses
from consult.text.passage import Passage, PassageKind
from consult.web import current
from consult.web.forms import Form
from consult.web.office.blueprint import bp
from consult.web.office.topic_form import version_seen
from consult.web.office.topic_overview import may_edit
from models.document import Document, DocumentKind
from models.topic import Topic

KINDS = {
    PassageKind.TITLE: _l("Title"),
    PassageKind.PREAMBLE: _l("Preamble"),
    PassageKind.CONTENTS: _l("Contents"),
    PassageKind.HEADING: _l("Heading"),
    PassageKind.ARTICLE: _l("Article"),
    PassageKind.PARAGRAPH: _l("Paragraph"),
    PassageKind.ANNEX: _l("Annex"),
}


class DocumentForm(Form):
    """The words; a chosen file takes the place of what stands in the field."""

    version = HiddenField()
    title = StringField(
        _l("Title of the document"),
        description=_l("Left empty, it is that of the consultation."),
        validators=[Length(max=200, message=_l("Keep this under %(max)d characters."))],
    )
    file = FileField(
        _l("From a file"),
        description=_l(
            "DOCX, TXT or MD. Its words replace those below; look at the clauses, then save."
        ),
    )
    text = TextAreaField(
        _l("Text"),
        description=_l(
            "It is split at articles (第一条, Article 1), headings and numbered paragraphs. "
            "Each clause gets its own address, so that people can speak to it."
        ),
    )


@bp.route("/topics/<slug>/document", methods=["GET", "POST"])
def document(slug: str) -> ResponseReturnValue:
    """The draft: look at how it falls into clauses, then save; later it can only be read."""
    topic = topics.consultation_in_hand(current.session(), slug, person=current.somebody())
    present = documents.of_topic(current.session(), topic, DocumentKind.DRAFT)
    form, stale = _form(topic, present), None
    if form.validate_on_submit():
        try:
            uploaded = take_upload(form)
            if not uploaded and request.form.get("act") == "save":
                _save(topic, form)
                flash(_("The draft text is saved."), "success")
                return redirect(url_for(".topic", slug=slug))
        except Invalid as refusal:
            form.blame(refusal)
        except StaleVersion as refusal:
            stale, form.version.data = refusal, str(topic.version)
    page = render_template(
        "office/document.html",
        topic=topic,
        form=form,
        passages=passages_of(form),
        kinds=KINDS,
        may_edit=may_edit(topic),
        stale=stale,
    )
    return page, stale.status if stale else form.status


def _form(topic: Topic, present: Document | None) -> DocumentForm:
    return DocumentForm(
        version=topic.version,
        title=present.title if present else "",
        text=present.source if present else "",
    )


def passages_of(form: DocumentForm) -> Sequence[Passage]:
    """How the words in the field fall into clauses."""
    text = form.text.data or ""
    return split_into_clauses(text) if text.strip() else []


def take_upload(form: DocumentForm) -> bool:
    """Put the words of a chosen file into the field, and say whether there was one."""
    upload = form.file.data
    if not upload:
        return False
    content, most = upload.read(), current_app.config["ATTACHMENT_MAX_BYTES"]
    if len(content) > most:
        message = N_("The file is larger than %(megabytes)d MB.")
        raise Invalid(message, field="file", megabytes=most // 1024 // 1024)
    form.text.data = documents.text_of_upload(upload.filename or "", content)
    return True


def _save(topic: Topic, form: DocumentForm) -> None:
    documents.set_text(
        current.session(),
        topic=topic,
        kind=DocumentKind.DRAFT,
        title=form.title.data or "",
        text=form.text.data or "",
        version=version_seen(form.version),
        actor=current.somebody(),
        now=current.now(),
    )
