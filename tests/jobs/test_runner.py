"""Background work: steps in transactions of their own, failures kept, one process in office."""

import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from consult.jobs.election import office_of
from consult.jobs.registry import Job
from consult.jobs.runner import Runner
from models.agency import Agency
from models.job import JobReport


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


def test_a_failing_job_leaves_nothing_half_done_and_keeps_nobody_from_working(session, jobs):
    session.rollback()
    assert jobs.run_due() == {"first": 1, "broken": 0, "last": 1}
    assert slugs(session) == {"a", "b"}


def test_a_failure_is_kept_for_people_to_see(session, jobs):
    session.rollback()
    jobs.run_due()

    session.rollback()
    report = session.get_one(JobReport, "broken")
    assert report.error == "RuntimeError: the printer is on fire"
    assert report.failed_at is not None


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
    thread = jobs.start()
    session.execute(text("ALTER TABLE elsewhere RENAME TO job_report"))
    session.commit()

    deadline = time.monotonic() + 10
    while slugs(session) != {"a", "b"} and time.monotonic() < deadline:
        time.sleep(0.05)
    jobs.stop()
    thread.join(10)
    assert slugs(session) == {"a", "b"}


def test_one_process_at_a_time_is_in_office(app):
    first, second = office_of(app), office_of(app)

    assert [first.held(), second.held(), first.held()] == [True, False, True]
    first.leave()
    assert [second.held(), first.held()] == [True, False]
    second.leave()


def test_a_runner_out_of_office_does_nothing_until_it_is_free(app, session, jobs):
    app.config["JOB_PAUSE"] = 0.05
    other = office_of(app)
    assert other.held()
    thread = jobs.start()
    time.sleep(0.3)
    assert slugs(session) == set()

    other.leave()
    deadline = time.monotonic() + 10
    while slugs(session) != {"a", "b"} and time.monotonic() < deadline:
        time.sleep(0.05)
    jobs.stop()
    thread.join(10)
    assert slugs(session) == {"a", "b"}


@pytest.mark.server
def test_an_office_lost_with_the_server_is_taken_again(app, session):
    office = office_of(app)
    assert office.held()
    session.execute(
        text(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND l.locktype = 'advisory'"
        )
    )

    with pytest.raises(OperationalError):
        office.held()
    assert office.held()
    office.leave()
