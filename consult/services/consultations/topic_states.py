"""The state by the clock, as SQL: the twin of :func:`consult.services.consultations.phases.state_at`."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from models.topic import Topic, TopicState

_TIMED = (TopicState.PLANNED, TopicState.OPEN)


def in_state(state: TopicState, now: datetime) -> ColumnElement[bool]:
    """Say in SQL whether a topic is in ``state`` at ``now``."""
    timed = Topic.state.in_(_TIMED)
    if state is TopicState.PLANNED:
        return and_(timed, Topic.opens_at > now, Topic.closes_at > now)
    if state is TopicState.OPEN:
        return and_(timed, Topic.opens_at <= now, Topic.closes_at > now)
    if state is TopicState.CLOSED:
        return or_(Topic.state == TopicState.CLOSED, and_(timed, Topic.closes_at <= now))
    return Topic.state == state


def in_states(*states: TopicState, now: datetime) -> ColumnElement[bool]:
    """Say in SQL whether a topic is in one of ``states`` at ``now``."""
    return or_(*(in_state(state, now) for state in states))
