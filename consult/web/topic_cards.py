"""Consultations as cards in a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from consult.services.consultations import windows
from consult.services.consultations.phases import state_at
from consult.services.overview import topic_numbers
from consult.web import current
from consult.web.zone import zone
from models.topic import Topic, TopicState

AWAITING = {TopicState.CLOSED, TopicState.ANALYSING}


@dataclass(frozen=True)
class TopicCard:
    """What a list shows of a consultation, its state taken from the clock."""

    topic: Topic
    state: TopicState
    days_left: int
    #: Days since the end, for those that have closed and are not answered yet.
    days_waiting: int | None
    suggestions: int


def cards(topics: Sequence[Topic]) -> list[TopicCard]:
    """The cards of ``topics``, with one query for all their counts."""
    now, counts = current.now(), topic_numbers.suggestions(current.session(), topics)
    return [
        TopicCard(
            topic,
            state_at(topic, now),
            windows.days_left(topic.closes_at, now=now, zone=zone()),
            days_waiting(topic),
            counts.get(topic.id, 0),
        )
        for topic in topics
    ]


def days_waiting(topic: Topic) -> int | None:
    """How many days the public has waited for the answers; None while it is not waiting."""
    now = current.now()
    if state_at(topic, now) not in AWAITING:
        return None
    return windows.days_since(topic.closes_at, now=now, zone=zone())
