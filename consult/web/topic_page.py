"""All that the page of a consultation shows; the public sees it, and a drafter beforehand."""

from typing import Any

from markupsafe import Markup

from consult.services.answering import outcome_lines, outcomes
from consult.services.consultations import attachments, documents, windows
from consult.services.consultations.phases import TopicAct, allows, state_at
from consult.services.grouping import group_voices, themes
from consult.services.handling import origins
from consult.services.overview import topic_numbers
from consult.services.suggesting import suggestion_lists
from consult.text.markup import render_markdown
from consult.web import current
from consult.web.topic_cards import days_waiting
from consult.web.zone import zone
from models.document import DocumentKind
from models.topic import Topic, TopicState

GROUPS_SHOWN = 6
THEMES_SHOWN = 6
SUGGESTIONS_SHOWN = 4
ANSWERED = {TopicState.REPORTED, TopicState.ENACTED, TopicState.EVALUATED}


def everything(topic: Topic) -> dict[str, Any]:
    """What ``public/topic.html`` needs; the number of queries does not grow with what is there."""
    session, now, reader = current.session(), current.now(), current.person()
    state = state_at(topic, now)
    draft = documents.of_topic(session, topic, DocumentKind.DRAFT)
    return {
        "topic": topic,
        "state": state,
        "explanation": Markup(render_markdown(topic.explanation)),  # noqa: S704 - cleaned there
        "questions": list(topic.questions),
        "window_changes": list(topic.window_changes),
        "attachments": attachments.of_owner(session, topic),
        "days_left": windows.days_left(topic.closes_at, now=now, zone=zone()),
        "days_waiting": days_waiting(topic),
        "days_open": windows.days_open(topic.opens_at, topic.closes_at, zone()),
        "may_suggest": allows(topic, TopicAct.SUGGEST, now),
        "draft": draft,
        "voices": documents.voices(session, draft) if draft else {},
        "numbers": topic_numbers.of_topic(session, topic),
        "arrivals": topic_numbers.arrivals(session, topic, now=now, zone=zone()),
        "groups": group_voices.largest(session, topic, limit=GROUPS_SHOWN),
        "themes": [one for one in themes.of_topic(session, topic) if one.theme][:THEMES_SHOWN],
        "origin": origins.of_topic(session, topic),
        "latest": suggestion_lists.latest(
            session, topic=topic, reader=reader, limit=SUGGESTIONS_SHOWN
        ),
        "outcome": _outcome(topic) if state in ANSWERED else None,
        "spoken_to": documents.SPOKEN_TO,
    }


def _outcome(topic: Topic) -> outcomes.Summary:
    session = current.session()
    return outcomes.summary(session, topic, outcome_lines.lines(session, topic))
