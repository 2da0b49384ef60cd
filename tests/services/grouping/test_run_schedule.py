"""When a topic is regrouped by itself."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from consult.services.grouping import run_schedule
from models.run import Run, RunCause, RunState
from models.suggestion import SuggestionStatus
from models.topic import TopicState

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def grown(session, make, clock):
    """A topic with ``size`` suggestions at its last run and ``new`` ones since."""

    def go(size, new, hours_ago=1, **values):
        topic = make.topic(**values)
        for _ in range(size + new):
            make.suggestion(topic)
        make.suggestion(topic, status=SuggestionStatus.WITHDRAWN)
        run = Run(
            topic=topic,
            number=1,
            cause=RunCause.MANUAL,
            state=RunState.FINISHED,
            suggestion_count=size,
            created_at=clock() - timedelta(hours=hours_ago),
        )
        session.add(run)
        session.flush()
        return topic

    return go


def due(session, now):
    return run_schedule.due(session, now, zone=BEIJING)


def test_a_topic_that_grew_by_a_third_is_due_at_once(session, grown, now):
    topic = grown(20, 7)
    grown(20, 3)

    assert due(session, now) == [(topic, RunCause.GROWTH)]


def test_a_smaller_growth_waits_for_the_night(session, grown, now):
    topic = grown(40, 5)

    assert due(session, now) == []
    assert due(session, datetime(2026, 6, 15, 19, 30, tzinfo=UTC)) == [(topic, RunCause.NIGHTLY)]


def test_a_topic_without_a_run_is_due_once_there_are_some(session, make, now):
    few, some = make.topic(), make.topic()
    make.suggestion(few)
    for _ in range(run_schedule.FEWEST):
        make.suggestion(some)

    assert due(session, now) == [(some, RunCause.GROWTH)]


def test_never_more_often_than_the_pause(session, grown, now):
    grown(10, 10, hours_ago=0.2)

    assert due(session, now) == []


def test_a_reported_topic_is_left_alone(session, grown, now):
    grown(10, 10, state=TopicState.REPORTED)

    assert due(session, now) == []
