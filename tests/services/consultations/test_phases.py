"""What the state of a consultation allows, and that the clock has the last word."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.exceptions import NotInThisPhase
from consult.services.consultations.phases import (
    ALLOWED,
    TopicAct,
    allowed,
    allows,
    require_phase,
    state_at,
)
from models.topic import Topic, TopicMode, TopicState
from tests.conftest import NOW

OPENS, CLOSES = NOW, NOW + timedelta(days=30)


def topic(state):
    return Topic(state=state, opens_at=OPENS, closes_at=CLOSES)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-1, TopicState.PLANNED),
        (0, TopicState.OPEN),
        (29, TopicState.OPEN),
        (30, TopicState.CLOSED),
    ],
)
def test_opening_and_closing_take_effect_on_time_whatever_is_stored(days, state):
    for stored in (TopicState.PLANNED, TopicState.OPEN):
        assert state_at(topic(stored), NOW + timedelta(days=days)) is state


@given(st.sampled_from(TopicState), st.integers(-400, 400))
def test_no_clock_brings_back_a_state_that_people_set(state, days):
    by_people = set(TopicState) - {TopicState.PLANNED, TopicState.OPEN}
    if state in by_people:
        assert state_at(topic(state), NOW + timedelta(days=days)) is state


def test_nobody_can_suggest_a_moment_after_closing():
    last = CLOSES - timedelta(microseconds=1)

    assert allows(topic(TopicState.OPEN), TopicAct.SUGGEST, last)
    assert not allows(topic(TopicState.OPEN), TopicAct.SUGGEST, CLOSES)


def test_a_refusal_says_what_cannot_be_done():
    with pytest.raises(NotInThisPhase, match="not open for suggestions"):
        require_phase(topic(TopicState.REPORTED), TopicAct.SUGGEST, NOW)


def test_every_state_is_in_the_table_and_every_act_is_possible_somewhere():
    assert set(ALLOWED) == set(TopicState)
    assert set().union(*ALLOWED.values()) | {TopicAct.WRITE} == set(TopicAct)


def test_suggestions_come_in_only_while_it_is_open():
    assert [state for state, acts in ALLOWED.items() if TopicAct.SUGGEST in acts] == [
        TopicState.OPEN
    ]


@pytest.mark.parametrize("state", TopicState)
def test_a_mailbox_takes_messages_and_nothing_that_belongs_to_consultations(state):
    mailbox = topic(state)
    mailbox.mode = TopicMode.MAILBOX
    foreign = {
        TopicAct.SUGGEST,
        TopicAct.IMPORT,
        TopicAct.EDIT,
        TopicAct.PUBLISH,
        TopicAct.CHANGE_WINDOW,
        TopicAct.CHANGE_SUGGESTION,
        TopicAct.WITHDRAW,
        TopicAct.START_ANALYSIS,
        TopicAct.PROPOSE,
        TopicAct.APPROVE,
        TopicAct.PUBLISH_DECISIONS,
        TopicAct.ENACT,
        TopicAct.EVALUATE,
    }

    assert not allowed(mailbox, NOW) & foreign
    for act in foreign:
        with pytest.raises(NotInThisPhase, match=r"mailbox|message"):
            require_phase(mailbox, act, NOW)


def test_a_message_is_sent_while_the_mailbox_is_open_only():
    mailbox = topic(TopicState.OPEN)
    mailbox.mode = TopicMode.MAILBOX

    assert allows(mailbox, TopicAct.WRITE, NOW)
    with pytest.raises(NotInThisPhase, match="takes no more messages"):
        require_phase(mailbox, TopicAct.WRITE, CLOSES)
    assert not allows(topic(TopicState.OPEN), TopicAct.WRITE, NOW)
