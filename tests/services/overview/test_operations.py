from datetime import timedelta

import pytest

from consult.exceptions import NotAllowed, NotFound
from consult.services.overview import operations, tidying
from consult.services.records import ledger_reading
from consult.services.records.ledger import first_broken, record
from consult.services.records.ledger_reading import Filter
from models.job import JobReport
from models.ledger import LedgerEntry
from models.person import Attempt, Role
from models.suggestion import SuggestionStatus
from models.topic import TopicState


@pytest.fixture
def auditor(make):
    return make.staff(Role.AUDITOR, make.agency())


@pytest.fixture
def administrator(make):
    return make.staff(Role.ADMINISTRATOR, make.agency())


def test_what_waits_is_counted_and_what_does_not_is_not(make, session, now):
    placed = make.suggestion()
    make.cluster(placed)
    make.suggestion(placed.topic)
    make.suggestion(placed.topic, status=SuggestionStatus.WITHDRAWN)
    make.topic(state=TopicState.PLANNED, opens=-1)
    make.topic(state=TopicState.REPORTED, closes=-1)
    waiting = operations.waiting(session, now=now)
    assert (waiting.unplaced, waiting.topics_due) == (1, 1)


def test_silent_background_work_is_not_well(session, now):
    operations.beat(session, names=["letters"], now=now)
    session.flush()
    well = operations.readiness(session, now=now + timedelta(minutes=9))
    ill = operations.readiness(session, now=now + timedelta(minutes=11))
    assert [check.ok for check in well] == [True, True]
    assert [check.ok for check in ill] == [True, False]


def test_a_job_is_wanted_once(session, administrator, now):
    session.add_all([JobReport(name="letters"), JobReport(name="topics")])
    session.flush()
    operations.run_again(session, name="letters", actor=administrator, now=now)
    session.flush()
    assert operations.take_wanted(session) == {"letters"}
    session.flush()
    assert operations.take_wanted(session) == set()


def test_an_unknown_job_cannot_be_run(session, administrator, now):
    with pytest.raises(NotFound):
        operations.run_again(session, name="nothing", actor=administrator, now=now)


def test_an_auditor_runs_nothing(session, auditor, now):
    session.add(JobReport(name="letters"))
    with pytest.raises(NotAllowed):
        operations.run_again(session, name="letters", actor=auditor, now=now)


@pytest.fixture
def entries(make, session, now):
    actor, topic = make.person(), make.topic()
    for act in ("topic.published", "topic.closed", "person.registered"):
        subject = topic if act.startswith("topic") else actor
        record(session, act, subject, actor=actor, now=now)
    session.flush()
    return actor, topic


def test_the_ledger_is_read_by_act_person_and_topic(session, entries, auditor):
    actor, topic = entries

    def acts(**wanted):
        page = ledger_reading.page(session, reader=auditor, wanted=Filter(**wanted), page=1)
        return [entry.act for entry in page.items]

    assert acts(act="topic") == ["topic.closed", "topic.published"]
    assert acts(topic_id=topic.id) == ["topic.closed", "topic.published"]
    assert len(acts(actor_id=actor.id)) == 3
    assert acts(actor_id=auditor.id) == []


def test_only_auditors_read_the_ledger(session, entries, administrator):
    with pytest.raises(NotAllowed):
        ledger_reading.page(session, reader=administrator, wanted=Filter(), page=1)


@pytest.mark.parametrize(
    "change", [{"act": "topic.opened"}, {"detail": {"a": 1}}, {"actor_id": None}]
)
def test_a_changed_entry_breaks_the_chain_from_there(session, entries, change):
    assert first_broken(session) is None
    second = session.query(LedgerEntry).order_by(LedgerEntry.id).all()[1]
    for key, value in change.items():
        setattr(second, key, value)
    session.flush()
    assert first_broken(session) is second


def test_a_removed_last_entry_is_missed(session, entries):
    last = session.query(LedgerEntry).order_by(LedgerEntry.id.desc()).first()
    session.delete(last)
    session.flush()
    assert first_broken(session) is not None


def test_old_attempts_are_dropped_and_new_ones_kept(session, now):
    for age in (2, 0):
        session.add(Attempt(purpose="sign_in", digest="x", created_at=now - timedelta(days=age)))
    session.flush()
    assert tidying.tidy(session, now=now) == 1
    assert session.query(Attempt).count() == 1
