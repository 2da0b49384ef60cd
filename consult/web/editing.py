"""What its author may still do with a suggestion."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from consult.permissions import Permission, can
from consult.services.consultations.phases import TopicAct, allows
from consult.web import current
from models.suggestion import Suggestion


@dataclass(frozen=True)
class MayChange:
    """The acts that are open to whoever is looking."""

    is_author: bool
    #: None when words no longer change.
    edit_until: datetime | None
    withdraw: bool
    #: Say that it is in the wrong group.
    object: bool


def what_may_change(suggestion: Suggestion) -> MayChange:
    """Work it out from the person, the state of the topic and the clock."""
    now, topic = current.now(), suggestion.topic
    is_author = can(current.person(), Permission.SUGGESTION_CHANGE, suggestion)
    stands = is_author and suggestion.is_valid
    until: datetime = suggestion.created_at + current_app.config["EDIT_WINDOW"]
    editable = stands and allows(topic, TopicAct.CHANGE_SUGGESTION, now) and now <= until
    return MayChange(
        is_author=is_author,
        edit_until=min(until, topic.closes_at) if editable else None,
        withdraw=stands and allows(topic, TopicAct.WITHDRAW, now),
        object=stands and allows(topic, TopicAct.REVIEW, now),
    )
