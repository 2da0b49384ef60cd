"""How many took part."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from consult.services.overview import topic_numbers
from consult.services.overview.topic_numbers import TopicNumbers
from models.decision import DecisionState, Outcome
from models.suggestion import SuggestionStatus
from models.topic import TopicState

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def noise(make):
    """A consultation of others, in which more happens."""
    other = make.topic()
    rows = [make.suggestion(other) for _ in range(3)]
    make.support(rows[0])
    make.cluster(*rows)
    return other


def test_people_count_once_whether_they_write_or_support(session, make, noise):
    topic, author = make.topic(), make.person()
    mine = [make.suggestion(topic, author=author), make.suggestion(topic, author=author)]
    theirs = make.suggestion(topic)
    for suggestion in mine:
        make.support(suggestion, theirs.author)
    make.cluster(*mine)

    assert topic_numbers.of_topic(session, topic) == TopicNumbers(3, 2, 1)


def test_what_was_withdrawn_does_not_count(session, make, noise):
    topic = make.topic()
    gone = make.suggestion(topic, status=SuggestionStatus.WITHDRAWN)
    make.support(gone)

    assert topic_numbers.of_topic(session, topic) == TopicNumbers(0, 0, 0)
    assert topic_numbers.suggestions(session, [topic, noise]) == {noise.id: 3}


def test_a_retired_group_is_no_group(session, make, now):
    topic = make.topic()
    make.cluster(make.suggestion(topic), retired_at=now)

    assert topic_numbers.of_topic(session, topic).groups == 0


def test_arrivals_fall_into_days_of_shanghai(session, make, noise, now):
    topic = make.topic(opens=-2)
    midnight = datetime(2026, 6, 13, 16, 0, tzinfo=UTC)  # 14 June begins in Shanghai
    for minutes in (-1, 0, 14, 60):
        make.suggestion(topic, created_at=midnight + timedelta(minutes=minutes))

    assert topic_numbers.arrivals(session, topic, now=now, zone=SHANGHAI) == [
        (date(2026, 6, 13), 1),
        (date(2026, 6, 14), 3),
        (date(2026, 6, 15), 0),
    ]


def test_days_after_the_close_are_not_shown(session, make, now):
    topic = make.topic(opens=-10, closes=-9)

    assert len(topic_numbers.arrivals(session, topic, now=now, zone=SHANGHAI)) == 2


def test_a_consultation_to_come_has_no_days(session, make, now):
    topic = make.topic(state=TopicState.PLANNED, opens=3)

    assert topic_numbers.arrivals(session, topic, now=now, zone=SHANGHAI) == []


def test_only_published_answers_count_as_adopted(session, make, noise):
    topic = make.topic()
    for outcome, state in (
        (Outcome.ADOPTED, DecisionState.PUBLISHED),
        (Outcome.PARTLY_ADOPTED, DecisionState.PUBLISHED),
        (Outcome.NOT_ADOPTED, DecisionState.PUBLISHED),
        (Outcome.ADOPTED, DecisionState.APPROVED),
    ):
        make.decision(make.cluster(make.suggestion(topic)), outcome, state=state)

    assert topic_numbers.adopted_groups(session, [topic, noise]) == {topic.id: 2}
    totals = topic_numbers.totals(session)
    assert (totals.suggestions, totals.decisions, totals.adopted) == (7, 3, 2)
