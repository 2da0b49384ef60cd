"""The pages that lead to a suggestion. Each carries all that was typed, so nothing is lost."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from consult.extensions import indexes
from consult.services.consultations import topics
from consult.services.suggesting import suggestion_lists
from consult.services.suggesting.suggestion_lists import SimilarSuggestion
from consult.services.suggesting.wording import Found, Words
from consult.web import current
from consult.web.public.suggestion_form import SuggestionForm
from consult.web.uploads import Upload
from models.topic import Topic


def of_slug(slug: str) -> Topic:
    """The topic at this address."""
    return topics.consultation(current.session(), slug, reader=current.person(), now=current.now())


def form_page(
    topic: Topic,
    form: SuggestionForm,
    *,
    stage: str = "details",
    uploads: Sequence[Upload] = (),
    status: HTTPStatus | None = None,
    **shown: Any,
) -> ResponseReturnValue:
    """The form: its title alone (``stage="title"``; script unfolds the rest) or whole."""
    form.offer()
    page = render_template(
        "public/suggest.html",
        topic=topic,
        form=form,
        stage=stage,
        uploads=uploads,
        max_bytes=current_app.config["ATTACHMENT_MAX_BYTES"],
        **shown,
    )
    return page, status or form.status


def similar_page(
    topic: Topic,
    form: SuggestionForm,
    found: Sequence[SimilarSuggestion],
    *,
    uploads: Sequence[Upload],
    message: str = "",
) -> ResponseReturnValue:
    """What others already said, to support or to go on from."""
    form.different_from.data = ",".join(str(one.face.id) for one in found)
    return render_template(
        "public/suggest_similar.html",
        topic=topic,
        form=form,
        found=found,
        uploads=uploads,
        message=message,
    )


def check_page(
    topic: Topic, form: SuggestionForm, findings: Sequence[Found], *, uploads: Sequence[Upload]
) -> ResponseReturnValue:
    """Personal data in the words, and how the public will see it; nothing is stored yet."""
    return render_template(
        "public/suggest_check.html", topic=topic, form=form, findings=findings, uploads=uploads
    )


def closed_page(topic: Topic, form: SuggestionForm | None) -> ResponseReturnValue:
    """The topic takes nothing now; what was typed stands there to be copied."""
    words = form.words if form else Words("", "")
    page = render_template("public/suggest_closed.html", topic=topic, words=words)
    return page, HTTPStatus.CONFLICT


def who_page(topic: Topic) -> ResponseReturnValue:
    """One has to say who one is first, and how."""
    return render_template("public/suggest_who.html", topic=topic, back=request.full_path)


def similar_to(topic: Topic, form: SuggestionForm) -> list[SimilarSuggestion]:
    """What others already said about it."""
    return suggestion_lists.similar(
        current.session(),
        indexes=indexes(),
        topic=topic,
        title=form.title.data or "",
        body=form.facts.data or "",
        reader=current.person(),
    )
