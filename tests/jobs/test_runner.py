"""Background work: steps in transactions of their own, failures kept and tried again later."""

import time

import pytest
from sqlalchemy import func, select, text

from consult.extensions import db
from consult.jobs.election import office_for_jobs, office_for_run
from consult.jobs.performing import Performer
from consult.jobs.registry import JOBS, Job
from consult.jobs.runner import Runner
from consult.services.overview import job_reports
from consult.services.overview.backlogs import BACKLOGS
from consult.services.records import bells
from models.agency import Agency
from models.job import JobName, JobReport, JobTrouble, Worker


def add_an_agency(name):
    def step(session, now):
        if session.scalar(select(Agency).filter_by(slug=name)):
            return 0
        session.add(Agency(slug=name, name=name))
        return 1

    return step


def fail(session, now):
    session.add(Agency(slug="half-done", name="half-done"))
    session.flush()
    raise RuntimeError("the printer is on fire")


@pytest.fixture
def jobs(app):
    """Two jobs that do something, and between them one that fails."""
    steps = {"first": add_an_agency("a"), "broken": fail, "last": add_an_agency("b")}
    return Runner(app, [Job(name, step) for name, step in steps.items()])


def slugs(session):
    session.rollback()
    found = set(session.scalars(select(Agency.slug)))
    session.rollback()  # the jobs want to write
    return found


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_who_goes_on_after_a_failure_is_no_longer_said_to_fail(app, session, now):
    """Else a worker killed in the middle again and again would make its work wait, though it goes on."""
    job_reports.note_failure(session, name="long", part=0, error="lost", now=now, lost=True)
    session.commit()
    troubles = []

    def step(session, now):
        troubles.append(session.scalar(select(func.count()).select_from(JobTrouble)))
        return 1 if len(troubles) < 3 else 0

    Performer(app).turn(Job("long", step))

    assert troubles == [1, 0, 0]


@pytest.mark.server
def test_a_database_that_goes_away_is_no_fault_of_the_part(app, session):
    def step(session, now):
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return 0

    turn = Performer(app).turn(Job("cut off", step))

    assert turn.more
    assert session.scalar(select(func.count()).select_from(JobTrouble)) == 0


def test_a_failing_job_leaves_nothing_half_done_and_keeps_nobody_from_working(session, jobs):
    session.rollback()
    assert jobs.run_due() == {"first": 1, "broken": 0, "last": 1}
    assert slugs(session) == {"a", "b"}


def test_a_failure_is_kept_for_people_to_see(session, jobs, now):
    session.rollback()
    jobs.run_due()

    session.rollback()
    report = session.get_one(JobReport, "broken")
    assert report.error == "RuntimeError: the printer is on fire"
    assert (report.failed_at, report.failures) == (now, 1)


def test_what_fails_is_tried_again_after_pauses_that_grow(session, jobs, clock):
    session.rollback()
    tries = []
    for _ in range(12):
        jobs.run_due(["broken"])
        session.rollback()
        tries.append(session.get_one(JobTrouble, ("broken", 0)).failures)
        session.rollback()
        clock.advance(seconds=10)

    assert tries == [1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3]


def test_one_poisoned_part_does_not_keep_the_others_from_their_turn(session, app, clock):
    done = []

    def step(session, now, part):
        if part == 2:
            raise RuntimeError("poison")
        done.append(part)
        return 0

    session.rollback()
    runner = Runner(app, [Job("parted", step, parts=lambda session, now: (1, 2, 3))])
    runner.run_due()
    runner.run_due()

    assert done == [1, 3, 1, 3]
    session.rollback()
    assert [(t.part, t.failures) for t in session.scalars(select(JobTrouble))] == [(2, 1)]


def test_what_goes_well_again_is_no_trouble_any_more(session, app, clock):
    faults = [RuntimeError("once")]

    def step(session, now):
        if faults:
            raise faults.pop()
        return 0

    session.rollback()
    runner = Runner(app, [Job("shaky", step)])
    runner.run_due()
    clock.advance(seconds=10)
    runner.run_due()

    session.rollback()
    assert session.scalar(select(func.count()).select_from(JobTrouble)) == 0
    report = session.get_one(JobReport, "shaky")
    assert (report.error, report.failures) == ("", 0)


def test_a_job_that_cannot_even_look_is_kept_and_the_others_go_on(session, app):
    def look(session, now):
        raise LookupError("no such column")

    session.rollback()
    jobs = [Job("blind", lambda session, now, part: 0, parts=look), Job("a", add_an_agency("a"))]
    assert Runner(app, jobs).run_due() == {"blind": 0, "a": 1}
    session.rollback()
    assert "no such column" in session.get_one(JobReport, "blind").error


def test_running_it_again_does_nothing_twice(session, jobs):
    session.rollback()
    jobs.run_due()
    assert jobs.run_due(["first", "last"]) == {"first": 0, "last": 0}


def test_what_somebody_wants_run_again_has_its_turn_first(session, jobs, now):
    session.add(JobReport(name="last", wanted_at=now))
    session.commit()

    assert next(iter(jobs.run_due())) == "last"
    assert next(iter(jobs.run_due())) == "first"


def test_a_database_that_is_away_for_a_moment_does_not_end_the_work(app, session, jobs):
    session.execute(text("ALTER TABLE job_report RENAME TO elsewhere"))
    session.commit()
    app.config["JOB_PAUSE"] = 0.05
    jobs.start()
    session.execute(text("ALTER TABLE elsewhere RENAME TO job_report"))
    session.commit()

    assert until(lambda: slugs(session) == {"a", "b"})
    jobs.stop()


def test_a_runner_says_that_it_lives_and_that_it_ended(app, session, jobs, now):
    app.config["JOB_PAUSE"] = 0.05
    session.rollback()
    jobs.start()
    assert until(lambda: _workers(session) == [(now, None)])
    jobs.stop()

    assert _workers(session) == [(now, now)]


def _workers(session):
    session.rollback()
    found = [(worker.beat_at, worker.ended_at) for worker in session.scalars(select(Worker))]
    session.rollback()
    return found


@pytest.mark.embedded
def test_an_act_of_this_process_wakes_its_worker_with_the_commit(app, session, make):
    """On SQLite; on PostgreSQL the queue does it, see test_queue."""
    topic, seen = make.topic().id, []
    app.config["JOB_PAUSE"] = 60
    session.commit()
    job = Job(
        JobName.PLACEMENT,
        lambda session, now, part: 0,
        parts=lambda session, now: seen.append(1) or (),
    )
    runner = app.extensions["runner"] = Runner(app, [job])
    runner.start()
    assert until(lambda: len(seen) == 1)
    bells.ring(session, JobName.PLACEMENT, topic)
    time.sleep(0.3)
    assert len(seen) == 1

    session.commit()
    assert until(lambda: len(seen) == 2)
    runner.stop()


def test_long_work_keeps_no_short_work_waiting(app, session):
    ends = []

    def think(session, now):
        until(lambda: bool(ends), 10)
        return 0

    def answer(session, now):
        ends.append(now)
        return 0

    app.config["JOB_PAUSE"] = 0.05
    session.rollback()
    runner = Runner(app, [Job(JobName.RUNS, think), Job(JobName.LETTERS, answer)])
    runner.start()
    assert until(lambda: bool(ends), 5)
    runner.stop()


def for_run(app, number=7):
    with app.app_context():
        return office_for_run(db.engine, app.config, number)


@pytest.mark.parametrize("office", [office_for_jobs, for_run])
def test_one_process_at_a_time_is_in_office(app, office):
    first, second = office(app), office(app)

    assert [first.held(), second.held(), first.held()] == [True, False, True]
    first.leave()
    assert [second.held(), first.held()] == [True, False]
    second.leave()


def test_two_topics_are_regrouped_side_by_side(app):
    one, other = for_run(app, 7), for_run(app, 8)
    assert one.held()
    assert other.held()
    one.leave()
    other.leave()


def test_a_runner_out_of_office_does_nothing_until_it_is_free(app, session, jobs):
    app.config["JOB_PAUSE"] = 0.05
    other = office_for_jobs(app)
    assert other.held()
    jobs.start()
    time.sleep(0.3)
    assert slugs(session) == set()

    other.leave()
    assert until(lambda: slugs(session) == {"a", "b"})
    jobs.stop()


def test_every_job_that_has_a_heap_says_how_high_it_is():
    assert {job.name for job in JOBS} - set(BACKLOGS) == {
        JobName.INDEXES,
        JobName.DISPATCHING,
        JobName.TIDYING,
    }
    assert {job.name for job in JOBS} | {JobName.SWEEP} == set(JobName)
