from datetime import timedelta

import pytest

from consult.exceptions import NotAllowed, NotFound
from consult.services.overview import job_reports, operations, tidying, workers
from consult.services.overview.backlogs import Backlog, backlogs, queue_age
from consult.services.overview.workers import Sign
from consult.services.records import bells, ledger_reading
from consult.services.records.ledger import first_broken, record
from consult.services.records.ledger_reading import Filter
from models.job import JobName, JobReport
from models.ledger import LedgerEntry
from models.notice import Letter
from models.person import Attempt, Role
from models.run import Run, RunCause, RunState
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
    make.suggestion(make.topic(state=TopicState.PLANNED, opens=1))
    found = backlogs(session, now=now)
    assert found[JobName.PLACEMENT].count == 1
    assert found[JobName.TOPICS] == Backlog(1, now - timedelta(days=1))
    assert found[JobName.LETTERS] == Backlog()


def letter(session, written, **values):
    session.add(
        Letter(
            key=str(written), to_sealed=b"", to_masked="", subject="", created_at=written, **values
        )
    )
    session.flush()


def test_the_age_of_the_queue_is_that_of_what_waits_longest(make, session, now):
    letter(session, now - timedelta(minutes=3))
    letter(session, now - timedelta(minutes=7))
    letter(session, now - timedelta(minutes=9), sent_at=now)
    assert queue_age(session, now) == timedelta(minutes=7)


def test_a_run_that_waits_for_its_turn_makes_nothing_late(make, session, now):
    topic = make.topic()
    session.add(Run(topic=topic, number=1, cause=RunCause.MANUAL, state=RunState.QUEUED))
    session.flush()
    assert queue_age(session, now + timedelta(hours=1)) == timedelta(0)


def sign(now, number="one"):
    return Sign(number, "host", 1, embedded=True, lanes="quick", started_at=now)


def test_silent_background_work_is_not_well(session, now):
    workers.beat(session, sign(now), now=now)
    session.flush()

    def jobs_after(**time):
        checks = operations.readiness(session, now=now + timedelta(**time))
        return {check.name: check.ok for check in checks}["jobs"]

    assert jobs_after(minutes=1) is True
    assert jobs_after(minutes=3) is False


def test_what_waits_for_too_long_is_not_well(session, now):
    letter(session, now)

    def queue_after(**time):
        checks = operations.readiness(session, now=now + timedelta(**time))
        return {check.name: check.ok for check in checks}["queue"]

    assert queue_after(minutes=9) is True
    assert queue_after(minutes=11) is False


def test_a_worker_that_ended_or_fell_silent_is_not_alive(session, now):
    workers.beat(session, sign(now, "ended"), now=now)
    workers.beat(session, sign(now, "ended"), now=now, ends=True)
    workers.beat(session, sign(now, "killed"), now=now - timedelta(minutes=1))
    workers.beat(session, sign(now, "living"), now=now)
    session.flush()
    found = {one.id: workers.is_alive(one, now) for one in workers.recent(session)}
    assert found == {"ended": False, "killed": False, "living": True}
    assert workers.count_alive(session, now=now) == 1


def test_the_dead_are_forgotten_when_a_worker_comes(session, now):
    workers.beat(session, sign(now, "killed"), now=now - timedelta(hours=2))
    session.flush()
    workers.beat(session, sign(now, "new"), now=now)
    session.flush()
    assert [one.id for one in workers.recent(session)] == ["new"]


def test_a_job_is_wanted_once(session, administrator, now):
    session.add_all([JobReport(name="letters"), JobReport(name="topics")])
    session.flush()
    job_reports.run_again(session, name="letters", actor=administrator, now=now)
    session.flush()
    names = ["letters", "topics"]
    assert job_reports.take_wanted(session, names=names) == {"letters"}
    session.flush()
    assert job_reports.take_wanted(session, names=names) == set()


def test_run_again_ends_the_pauses_of_that_job(session, administrator, now):
    session.add_all([JobReport(name="placement"), JobReport(name="letters")])
    for name in ("placement", "letters"):
        job_reports.note_failure(session, name=name, part=1, error="x", now=now)
    job_reports.run_again(session, name="placement", actor=administrator, now=now)
    session.flush()
    assert job_reports.paused(session, name="placement", now=now) == set()
    assert job_reports.paused(session, name="letters", now=now) == {1}


def test_one_that_failed_is_tried_again_alone(session, administrator, now):
    for part in (1, 2):
        job_reports.note_failure(session, name="placement", part=part, error="x", now=now)
    job_reports.try_again(session, name="placement", part=2, actor=administrator, now=now)
    session.flush()
    assert job_reports.paused(session, name="placement", now=now) == {1}
    assert bells.take(session) == [("placement", 2)]


def test_a_part_whose_worker_was_lost_is_tried_again_at_once_but_not_for_ever(session, now):
    pauses = [
        job_reports.note_failure(
            session, name="placement", part=1, error="lost", now=now, lost=True
        ).next_at
        - now
        for _ in range(4)
    ]
    at_once = timedelta(0)
    assert pauses == [at_once, at_once, timedelta(seconds=10), timedelta(minutes=1)]


def test_an_unknown_job_cannot_be_run(session, administrator, now):
    with pytest.raises(NotFound):
        job_reports.run_again(session, name="nothing", actor=administrator, now=now)
    with pytest.raises(NotFound):
        job_reports.try_again(session, name="letters", part=0, actor=administrator, now=now)


def test_an_auditor_runs_nothing(session, auditor, now):
    session.add(JobReport(name="letters"))
    job_reports.note_failure(session, name="placement", part=1, error="x", now=now)
    with pytest.raises(NotAllowed):
        job_reports.run_again(session, name="letters", actor=auditor, now=now)
    with pytest.raises(NotAllowed):
        job_reports.try_again(session, name="placement", part=1, actor=auditor, now=now)


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
