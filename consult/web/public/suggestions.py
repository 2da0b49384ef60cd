"""What was suggested: all of a topic, and one by one."""

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from consult.extensions import indexes
from consult.permissions import Permission, can
from consult.services.consultations import documents, topics
from consult.services.consultations.phases import TopicAct, allows
from consult.services.suggesting import (
    faces,
    journeys,
    neighbours,
    suggestion_lists,
    suggestion_pages,
)
from consult.services.suggesting.contacts import RevealReason
from consult.services.suggesting.faces import PublicSuggestion
from consult.services.suggesting.suggestion_lists import Sort
from consult.services.suggesting.suggestions import RefusalReason
from consult.web import current, labels
from consult.web.public.blueprint import bp
from consult.web.public.suggestion_filters import asked
from models.cluster import Membership
from models.document import DocumentKind
from models.suggestion import Suggestion, SuggestionKind

SIMILAR_SHOWN = 4


@bp.get("/topics/<slug>/suggestions")
def suggestions(slug: str) -> ResponseReturnValue:
    """All that the public may read of a topic: searched, filtered, sorted."""
    session, reader = current.session(), current.person()
    topic = topics.consultation(session, slug, reader=reader, now=current.now())
    draft = documents.of_topic(session, topic, DocumentKind.DRAFT)
    wish = asked(draft.clauses if draft else [], topic.questions)
    return render_template(
        "public/suggestions.html",
        topic=topic,
        wish=wish,
        found=suggestion_lists.public(session, topic=topic, reader=reader, **wish.filters),
        sorts=labels.choices(Sort),
        kinds=labels.choices(SuggestionKind),
        clauses=[one for one in draft.clauses if one.kind in documents.SPOKEN_TO] if draft else [],
        may_support=allows(topic, TopicAct.SUPPORT, current.now()),
        may_suggest=allows(topic, TopicAct.SUGGEST, current.now()),
    )


@bp.get("/suggestions/<int:id>")
def suggestion(id: int) -> ResponseReturnValue:  # noqa: A002 - its name in the address
    """One suggestion in its public words, with its group and the similar ones."""
    session, reader = current.session(), current.person()
    found = suggestion_pages.readable(session, id, reader=reader)
    if found.is_message:
        return redirect(url_for("mailboxes.message", no=found.no))
    shows_words = found.is_public or can(reader, Permission.SUGGESTION_READ_HIDDEN, found)
    journey = journeys.in_brief(session, found)
    beside = _beside(found, journey.membership)
    face, *similar = faces.faces(session, [found, *beside], reader=reader)
    return render_template(
        "public/suggestion.html",
        suggestion=found,
        topic=found.topic,
        face=face,
        shows_words=shows_words,
        attachments=found.attachments if shows_words else [],
        journey=journey,
        similar=similar or _searched(found, journey.membership),
        may_support=allows(found.topic, TopicAct.SUPPORT, current.now()),
        refusal_reasons=labels.choices(RefusalReason),
        reveal_reasons=labels.choices(RevealReason),
    )


def _beside(found: Suggestion, membership: Membership | None) -> Sequence[Suggestion]:
    """Others of its group, and of the nearest one."""
    if membership is None or not found.is_public:
        return ()
    return neighbours.of(current.session(), membership, limit=SIMILAR_SHOWN)


def _searched(suggestion: Suggestion, membership: Membership | None) -> list[PublicSuggestion]:
    """Others of the topic that may ask the same, for one that no group has yet."""
    if membership is not None or not suggestion.is_public:
        return []
    session, reader = current.session(), current.person()
    found = suggestion_lists.similar(
        session,
        indexes=indexes(),
        topic=suggestion.topic,
        title=suggestion.title,
        body=f"{suggestion.facts}\n{suggestion.proposal}",
        reader=reader,
        limit=SIMILAR_SHOWN + 1,
    )
    return [one.face for one in found if one.face.id != suggestion.id][:SIMILAR_SHOWN]
