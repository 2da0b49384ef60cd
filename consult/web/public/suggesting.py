"""Putting a suggestion to an open consultation.

Without script it goes title → similar ones → details → (personal data) → receipt;
with script the first three are one page. ``go`` says which button was pressed.
"""

from datetime import datetime
from http import HTTPStatus

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from consult.exceptions import Invalid, NotInThisPhase, Refusal
from consult.extensions import vault
from consult.permissions import Permission, can
from consult.services.consultations.phases import TopicAct, allows
from consult.services.suggesting import suggestion_pages, suggestions, supports, wording
from consult.web import current, refusals, uploads
from consult.web.numbers import number
from consult.web.public import suggestion_form
from consult.web.public.blueprint import bp
from consult.web.public.changing import keep_the_edit
from consult.web.public.suggest_pages import (
    check_page,
    closed_page,
    form_page,
    of_slug,
    similar_page,
    similar_to,
    who_page,
)
from consult.web.public.suggestion_form import SuggestionForm
from consult.web.refusals import translated
from consult.web.uploads import Upload
from models.suggestion import Suggestion, SuggestionKind
from models.topic import Topic


@bp.route("/topics/<slug>/suggest", methods=["GET", "POST"])
def suggest(slug: str) -> ResponseReturnValue:
    """Put a suggestion to an open consultation."""
    topic = of_slug(slug)
    may = can(current.person(), Permission.SUGGESTION_SUBMIT, topic)
    open_now = allows(topic, TopicAct.SUGGEST, current.now())
    if request.method == "GET" and not (may and open_now):
        return who_page(topic) if open_now else closed_page(topic, None)
    form = suggestion_form.for_topic(topic)
    if not open_now:
        return closed_page(topic, form)
    if not may:
        return form_page(topic, form, status=HTTPStatus.UNAUTHORIZED, signed_out=True)
    if request.method == "GET":
        return form_page(topic, form, stage="title")
    files, wrong, status = uploads.received()
    if wrong:
        form.validate()
        form.files.errors = wrong
        return form_page(topic, form, uploads=files, status=status)
    go, _colon, other = request.form.get("go", "send").partition(":")
    return STEPS.get(go, send)(topic, form, files, other)


def ask_title(
    topic: Topic, form: SuggestionForm, files: list[Upload], _other: str
) -> ResponseReturnValue:
    """Back to the title."""
    return form_page(topic, form, stage="title", uploads=files)


def show_similar(
    topic: Topic, form: SuggestionForm, files: list[Upload], _other: str
) -> ResponseReturnValue:
    """From the title to what others said; straight to the details if nobody did."""
    if not form.title.validate(form):
        return form_page(topic, form, stage="title", uploads=files)
    found = similar_to(topic, form)
    if not found:
        return form_page(topic, form, uploads=files, is_new=True)
    return similar_page(topic, form, found, uploads=files)


def support_similar(
    topic: Topic, form: SuggestionForm, files: list[Upload], other: str
) -> ResponseReturnValue:
    """Support one of the similar ones (``off-7``: take it back) and stay on the page."""
    act = supports.take_back if other.startswith("off-") else supports.give
    message = _(
        "Your support is counted. You can stop here, or go on if your suggestion is different."
    )
    try:
        act(
            current.session(),
            suggestion=suggestion_pages.by_id(
                current.session(), number(other.removeprefix("off-"))
            ),
            person=current.somebody(),
            now=current.now(),
        )
    except Refusal as refusal:
        message = translated(refusal)
    return similar_page(topic, form, similar_to(topic, form), uploads=files, message=message)


def ask_details(
    topic: Topic, form: SuggestionForm, files: list[Upload], _other: str
) -> ResponseReturnValue:
    """The whole form, with what was typed so far."""
    return form_page(topic, form, uploads=files)


def send(
    topic: Topic, form: SuggestionForm, files: list[Upload], _other: str
) -> ResponseReturnValue:
    """Send it, unless something is to be mended or the author has not seen what will be masked."""
    if not form.validate():
        return form_page(topic, form, uploads=files)
    findings = wording.personal_data(form.words)
    if findings and request.form.get("go") != "masked":
        return check_page(topic, form, findings, uploads=files)
    now = current.now()
    try:
        suggestion = _submit(topic, form, now)
        uploads.attach(suggestion, files)
    except NotInThisPhase:
        return closed_page(topic, form)
    except Refusal as refusal:
        _blame(form, refusal)
        return form_page(topic, form, uploads=files, status=refusal.status)
    if suggestion.created_at != now:
        flash(_("You had sent these words before; here is their receipt."), "info")
    return redirect(url_for(".receipt", code=suggestion.query_code))


def _blame(form: SuggestionForm, refusal: Refusal) -> None:
    if isinstance(refusal, Invalid):
        form.blame(refusal)
    else:
        form.form_errors.append(translated(refusal))


def _submit(topic: Topic, form: SuggestionForm, now: datetime) -> Suggestion:
    words = form.words
    return suggestions.submit(
        current.session(),
        topic=topic,
        author=current.somebody(),
        title=words.title,
        facts=words.facts,
        proposal=words.proposal,
        place=words.place,
        kind=SuggestionKind(form.kind.data),
        clause=form.spoken_to,
        question=form.answered,
        publish_text=form.publish_text.data,
        publish_name=form.publish_name.data,
        contact=form.contact,
        different_from=form.seen,
        per_hour=current_app.config["SUGGESTIONS_PER_HOUR"],
        vault=vault(),
        now=now,
    )


STEPS = {
    "title": ask_title,
    "similar": show_similar,
    "support": support_similar,
    "details": ask_details,
}


@bp.errorhandler(CSRFError)
def keep_the_words(error: CSRFError) -> ResponseReturnValue:
    """A session that ended while somebody wrote: the form comes back with its words and a new token."""
    if request.endpoint == "public.edit_suggestion":
        return keep_the_edit()
    if request.endpoint != "public.suggest":
        return refusals.stale_page(error)
    try:
        topic = of_slug((request.view_args or {})["slug"])
    except Refusal as refusal:
        return refusals.explain(refusal)
    form = suggestion_form.for_topic(topic)
    if not allows(topic, TopicAct.SUGGEST, current.now()):
        return closed_page(topic, form)
    return form_page(
        topic,
        form,
        status=HTTPStatus.BAD_REQUEST,
        stale=True,
        signed_out=current.person() is None,
    )
