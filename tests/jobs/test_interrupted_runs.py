"""Runs whose process ended: they begin anew, a few times; one that is at work is left alone."""

import pytest
from sqlalchemy import select

from consult.extensions import db
from consult.jobs.election import in_office, office_for_run
from consult.jobs.runner import Runner
from models.job import JobTrouble
from models.run import Run, RunCause, RunState


@pytest.fixture
def interrupted(session, make, now):
    """A run that says it is running, though nobody computes it."""
    topic = make.topic()
    make.suggestion(topic)
    run = Run(topic=topic, number=1, cause=RunCause.MANUAL, created_at=now)
    session.add(run)
    session.commit()
    return run


@pytest.fixture
def turn(app, session):
    def act():
        session.commit()
        Runner(app).run_due(["runs"])
        session.expire_all()

    return act


def test_an_interrupted_run_is_begun_anew_and_finished(session, interrupted, turn):
    turn()

    assert (interrupted.state, interrupted.interruptions) == (RunState.FINISHED, 1)


def test_a_run_that_somebody_computes_is_left_alone(app, session, interrupted, turn):
    with in_office(office_for_run(db.engine, app.config, interrupted.topic_id)) as held:
        assert held
        turn()
        assert (interrupted.state, interrupted.interruptions) == (RunState.RUNNING, 0)


def test_a_run_that_ends_its_process_each_time_fails_with_the_reason(session, interrupted, turn):
    interrupted.interruptions = 2
    turn()

    assert interrupted.state is RunState.FAILED
    assert "three times" in interrupted.error


def test_topics_beside_it_are_regrouped_all_the_same(session, make, interrupted, turn, now):
    other = make.topic()
    make.suggestion(other)
    waiting = Run(topic=other, number=1, cause=RunCause.MANUAL, state=RunState.QUEUED)
    session.add(waiting)
    interrupted.interruptions = 2
    turn()

    assert waiting.state is RunState.FINISHED
    assert session.scalars(select(JobTrouble)).all() == []
