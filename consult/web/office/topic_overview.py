"""What the page of a consultation shows to those who work on it."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consult.permissions import Permission, can
from consult.services.answering import fates
from consult.services.consultations import attachments, documents, topics, windows
from consult.services.consultations.phases import TopicAct, allowed, allows, state_at
from consult.services.handling import origins
from consult.services.overview import topic_numbers
from consult.services.records import ledger
from consult.web import current
from consult.web.zone import zone
from models.document import DocumentKind
from models.topic import Topic, TopicState

HISTORY_SHOWN = 12


@dataclass(frozen=True)
class Act:
    """Something that can be done: what the state must allow, the person may do, and where."""

    act: TopicAct
    permission: Permission
    label: LazyString
    endpoint: str
    kind: str = "secondary"


ACTS = [
    Act(
        TopicAct.EDIT,
        Permission.TOPIC_DRAFT,
        _l("Edit the words and the window"),
        "office.edit_topic",
    ),
    Act(TopicAct.EDIT, Permission.TOPIC_DRAFT, _l("Set the draft text"), "office.document"),
    Act(TopicAct.EDIT, Permission.TOPIC_DRAFT, _l("Attach files"), "office.attachments"),
    Act(TopicAct.PUBLISH, Permission.TOPIC_PUBLISH, _l("Publish"), "office.publish", "primary"),
    Act(TopicAct.CHANGE_WINDOW, Permission.TOPIC_PUBLISH, _l("Extend"), "office.extend"),
    Act(TopicAct.SUGGEST, Permission.TOPIC_PUBLISH, _l("Close early"), "office.close_early"),
    Act(
        TopicAct.START_ANALYSIS,
        Permission.TOPIC_PUBLISH,
        _l("Begin considering the suggestions"),
        "office.start_analysis",
        "primary",
    ),
    Act(TopicAct.REVIEW, Permission.CLUSTER_SEE_BOARD, _l("Review the groups"), "office.board"),
    Act(TopicAct.PROPOSE, Permission.CLUSTER_SEE_BOARD, _l("Decisions"), "office.decisions"),
    Act(TopicAct.IMPORT, Permission.SUGGESTION_IMPORT, _l("Import and export"), "office.exchange"),
    Act(
        TopicAct.ENACT,
        Permission.TOPIC_REPORT,
        _l("Enter the final text"),
        "office.enact",
        "primary",
    ),
]


def overview(topic: Topic) -> dict[str, Any]:
    """State, numbers, what is missing, what can be done, and what was done."""
    session, now = current.session(), current.now()
    state = state_at(topic, now)
    is_draft = state is TopicState.DRAFT
    return {
        "topic": topic,
        "state": state,
        "acts": _acts(topic),
        "missing": topics.missing(topic, now=now, zone=zone()) if is_draft else [],
        "draft": documents.of_topic(session, topic, DocumentKind.DRAFT),
        "questions": list(topic.questions),
        "window_changes": list(topic.window_changes),
        "attachments": attachments.of_owner(session, topic),
        "days_open": windows.days_open(topic.opens_at, topic.closes_at, zone()),
        "days_left": windows.days_left(topic.closes_at, now=now, zone=zone()),
        "numbers": topic_numbers.of_topic(session, topic),
        "arrivals": topic_numbers.arrivals(session, topic, now=now, zone=zone()),
        "origin": origins.of_topic(session, topic),
        "coverage": None if is_draft else fates.coverage(session, topic),
        "history": ledger.of_subject(session, topic)[-HISTORY_SHOWN:][::-1],
    }


def may_edit(topic: Topic) -> bool:
    """Say whether whoever is looking may change words and files of ``topic`` now."""
    allowed = allows(topic, TopicAct.EDIT, current.now())
    return allowed and can(current.person(), Permission.TOPIC_DRAFT, topic)


def _acts(topic: Topic) -> list[tuple[LazyString, str, str]]:
    """Label, address and look of the buttons."""
    person, possible = current.person(), allowed(topic, current.now())
    return [
        (act.label, url_for(act.endpoint, slug=topic.slug), act.kind)
        for act in ACTS
        if act.act in possible and can(person, act.permission, topic)
    ]
