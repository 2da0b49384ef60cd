"""What an author does with a suggestion afterwards: edit, withdraw, change the consents."""

from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from consult.exceptions import Invalid, Refusal
from consult.permissions import Permission, require
from consult.services.suggesting import suggestion_pages, suggestions, wording
from consult.web import current
from consult.web.editing import what_may_change
from consult.web.forms import Form
from consult.web.public.blueprint import bp
from consult.web.refusals import translated
from consult.web.words_form import WordsForm
from models.suggestion import Suggestion


class EditForm(WordsForm):
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class WithdrawForm(Form):
    reason = StringField(validators=[Length(max=500)])


class ConsentForm(Form):
    publish_text = BooleanField()
    publish_name = BooleanField()


@bp.route("/suggestions/<int:id>/edit", methods=["GET", "POST"])
def edit_suggestion(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Change the words; the words before are kept."""
    suggestion = _own(id)
    form = EditForm(obj=suggestion)
    if request.method == "GET" and what_may_change(suggestion).edit_until is None:
        flash(_("The words can no longer be edited."), "info")
        return redirect(url_for(".journey", code=suggestion.query_code))
    if not form.validate_on_submit():
        return _edit_page(suggestion, form, form.status)
    findings = wording.personal_data(form.words)
    if findings and request.form.get("go") != "masked":
        return _edit_page(suggestion, form, HTTPStatus.OK, findings=findings)
    try:
        _edit(suggestion, form)
    except Refusal as refusal:
        if isinstance(refusal, Invalid):
            form.blame(refusal)
        # Sending once more, with the newer words in view, replaces them knowingly.
        form.version.data = suggestion.version
        return _edit_page(
            suggestion, form, refusal.status, refused=translated(refusal), stands=suggestion
        )
    flash(_("Your changes are in. The words before are kept with it."), "success")
    return redirect(url_for(".journey", code=suggestion.query_code))


def keep_the_edit() -> ResponseReturnValue:
    """The answer to an edit from a page that is stale: its words, and how to go on.

    Only its author is shown the form; anybody else who sent one gets back what they sent.
    """
    form = EditForm()
    try:
        suggestion = _own((request.view_args or {})["id"])
    except Refusal:
        return render_template("public/words_kept.html", words=form.words), HTTPStatus.UNAUTHORIZED
    refused = _('This page had been open for too long. Press "Save" once more.')
    return _edit_page(suggestion, form, HTTPStatus.BAD_REQUEST, refused=refused)


def _edit(suggestion: Suggestion, form: EditForm) -> None:
    words = form.words
    suggestions.edit(
        current.session(),
        suggestion=suggestion,
        title=words.title,
        facts=words.facts,
        proposal=words.proposal,
        place=words.place,
        version=form.version.data or 0,
        window=current_app.config["EDIT_WINDOW"],
        actor=current.somebody(),
        now=current.now(),
    )


def _edit_page(
    suggestion: Suggestion, form: EditForm, status: HTTPStatus, **shown: object
) -> ResponseReturnValue:
    page = render_template(
        "public/edit.html", suggestion=suggestion, topic=suggestion.topic, form=form, **shown
    )
    return page, status


@bp.post("/suggestions/<int:id>/withdraw")
def withdraw_suggestion(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Take it back; its number stays."""
    suggestion = _own(id)
    suggestions.withdraw(
        current.session(),
        suggestion=suggestion,
        actor=current.somebody(),
        reason=WithdrawForm().reason.data or "",
        now=current.now(),
    )
    flash(_("Your suggestion was withdrawn. Its number is kept."), "success")
    return redirect(url_for(".journey", code=suggestion.query_code))


@bp.post("/suggestions/<int:id>/consents")
def set_consents(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """Change what the public sees of it."""
    suggestion, form = _own(id), ConsentForm()
    suggestions.set_consents(
        current.session(),
        suggestion=suggestion,
        publish_text=form.publish_text.data,
        publish_name=form.publish_name.data,
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("Noted: from now on the public sees what you agreed to."), "success")
    return redirect(url_for(".journey", code=suggestion.query_code))


def _own(number: int) -> Suggestion:
    suggestion = suggestion_pages.by_id(current.session(), number)
    require(current.somebody(), Permission.SUGGESTION_CHANGE, suggestion)
    return suggestion
