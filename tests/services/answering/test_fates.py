"""Fates: what has an answer, and exactly what is missing."""

import pytest

from consult.services.answering import fates
from consult.services.suggesting import suggestions
from models.decision import DecisionState
from models.suggestion import SuggestionStatus
from models.topic import TopicState


@pytest.fixture
def topic(make):
    """Beside it, another topic with a group, a proposal and a lonely suggestion."""
    other = make.topic(state=TopicState.ANALYSING)
    make.decision(make.cluster(make.suggestion(other)), state=DecisionState.APPROVED)
    make.suggestion(other)
    return make.topic(state=TopicState.ANALYSING)


def group(make, topic, *, size=1, state=None):
    cluster = make.cluster(*(make.suggestion(topic) for _ in range(size)))
    if state:
        make.decision(cluster, state=state)
    return cluster


def test_an_empty_consultation_is_fully_answered(session, topic):
    assert fates.coverage(session, topic).share == 1.0
    assert fates.missing(session, topic).is_nothing


def test_coverage_counts_suggestions_by_how_far_their_answer_has_come(session, make, topic):
    group(make, topic, size=3, state=DecisionState.APPROVED)
    group(make, topic, size=2, state=DecisionState.PROPOSED)
    group(make, topic, size=4, state=DecisionState.WITHDRAWN)
    make.suggestion(topic)
    make.suggestion(topic, status=SuggestionStatus.WITHDRAWN)

    found = fates.coverage(session, topic)

    assert (found.valid, found.grouped, found.proposed, found.ready) == (10, 9, 5, 3)
    assert (found.missing, found.share) == (7, 0.3)


def test_what_is_missing_is_said_kind_by_kind(session, make, topic):
    group(make, topic, state=DecisionState.APPROVED)
    group(make, topic, state=DecisionState.PROPOSED)
    group(make, topic, state=DecisionState.RETURNED)
    group(make, topic, state=DecisionState.WITHDRAWN)
    group(make, topic)
    make.suggestion(topic)

    assert fates.missing(session, topic) == fates.Missing(
        undecided=2, awaiting=1, returned=1, unplaced=1
    )


def test_a_group_whose_members_all_withdrew_holds_nothing_up(session, make, now):
    topic = make.topic(state=TopicState.OPEN)
    [membership] = group(make, topic).memberships
    assert fates.missing(session, topic).undecided == 1

    left = membership.suggestion
    suggestions.withdraw(session, suggestion=left, actor=left.author, now=now)

    assert fates.missing(session, topic).is_nothing
    assert fates.coverage(session, topic).valid == 0


def test_undecided_groups_are_listed_largest_first_without_those_proposed(session, make, topic):
    group(make, topic, size=5, state=DecisionState.PROPOSED)
    small, large = group(make, topic), group(make, topic, size=3)

    assert list(fates.undecided_clusters(session, topic).items) == [large, small]
