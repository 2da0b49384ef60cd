"""What a table brings is grouped as a whole: neither placed one by one nor run over by half."""

from datetime import timedelta

import pytest

from consult.extensions import indexes
from consult.services.grouping import placement, run_schedule
from models.run import Run, RunCause, RunState
from models.transfer import Transfer, TransferKind, TransferState


@pytest.fixture
def topic(make):
    topic = make.topic()
    for number in range(9):
        make.suggestion(topic, f"第{number}件事")
    return topic


def transfer(session, topic, state, kind=TransferKind.IMPORT):
    session.add(Transfer(topic=topic, kind=kind, state=state, filename="t.csv"))
    session.flush()


def grouped_on_its_own(session, topic, now):
    noon = now + timedelta(days=1)
    due = run_schedule.due(session, noon, zone=noon.tzinfo)
    return (
        topic.id in placement.waiting_topics(session, indexes=indexes()),
        topic.id in [one.id for one, _cause in due],
    )


@pytest.mark.parametrize("state", [TransferState.QUEUED, TransferState.RUNNING])
def test_while_a_table_comes_in_its_topic_is_left_alone(session, topic, now, state):
    assert grouped_on_its_own(session, topic, now) == (True, True)

    transfer(session, topic, state)

    assert grouped_on_its_own(session, topic, now) == (False, False)


def test_a_table_for_another_topic_or_on_its_way_out_changes_nothing(session, make, topic, now):
    transfer(session, make.topic(), TransferState.RUNNING)
    transfer(session, topic, TransferState.RUNNING, TransferKind.EXPORT)
    transfer(session, topic, TransferState.FAILED)
    transfer(session, topic, TransferState.CANCELLED)
    transfer(session, topic, TransferState.FINISHED)

    assert grouped_on_its_own(session, topic, now) == (True, True)


@pytest.mark.parametrize(
    ("state", "placed"),
    [(RunState.QUEUED, False), (RunState.RUNNING, False), (RunState.FAILED, True)],
)
def test_what_waits_for_the_run_after_an_import_is_placed_only_if_that_fails(
    session, topic, now, state, placed
):
    session.add(Run(topic=topic, number=1, cause=RunCause.IMPORT, state=state))
    session.flush()

    assert (topic.id in placement.waiting_topics(session, indexes=indexes())) is placed
