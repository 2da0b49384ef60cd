"""The files of a consultation."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from consult.exceptions import Conflict, Invalid, NotFound, TooLarge
from consult.extensions import storage
from consult.services.consultations import attachments as files
from consult.services.consultations import topics
from consult.web import current
from consult.web.forms import Form
from consult.web.office.blueprint import bp
from consult.web.office.topic_overview import may_edit
from consult.web.refusals import translated
from models.topic import Topic


class AttachmentForm(Form):
    """One file."""

    file = FileField(
        _l("File"),
        description=_l("PDF, DOCX, XLSX, PPTX, PNG, JPG, TXT or CSV, up to 10 MB."),
        validators=[FileRequired(_l("Choose a file."))],
    )


@bp.route("/topics/<slug>/files", methods=["GET", "POST"])
def attachments(slug: str) -> ResponseReturnValue:
    """The files of a consultation; a draft takes more."""
    topic = topics.consultation_in_hand(current.session(), slug, person=current.somebody())
    form = AttachmentForm()
    status = None
    if form.validate_on_submit():
        try:
            _attach(topic, form)
        except (Invalid, TooLarge, Conflict) as refusal:
            form.file.errors = [translated(refusal)]
            status = refusal.status
        else:
            flash(_("The file is attached."), "success")
            return redirect(url_for(".attachments", slug=slug))
    return render_template(
        "office/attachments.html",
        topic=topic,
        form=form,
        attachments=files.of_owner(current.session(), topic),
        may_edit=may_edit(topic),
    ), status or form.status


@bp.post("/topics/<slug>/files/<int:number>/remove")
def remove_attachment(slug: str, number: int) -> ResponseReturnValue:
    """Take a file off a draft."""
    person = current.somebody()
    found = files.readable(current.session(), number=number, reader=person)
    if found.topic is None or found.topic.slug != slug:
        raise NotFound
    files.remove(current.session(), attachment=found, actor=person, now=current.now())
    flash(_("The file is removed."), "success")
    return redirect(url_for(".attachments", slug=slug))


def _attach(topic: Topic, form: AttachmentForm) -> None:
    upload = form.file.data
    files.add(
        current.session(),
        storage=storage(),
        owner=topic,
        filename=upload.filename or "",
        content=upload.read(),
        actor=current.somebody(),
        now=current.now(),
        max_bytes=current_app.config["ATTACHMENT_MAX_BYTES"],
    )
