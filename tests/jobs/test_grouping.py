"""The jobs that place and regroup."""

import pytest
from sqlalchemy import func, select

from consult.extensions import db
from consult.jobs.runner import Runner
from consult.services.grouping import placement, run_inputs, runs
from consult.services.grouping.similarity import TopicIndexes
from models.cluster import Cluster, Membership
from models.person import Role
from models.run import Run, RunCause, RunState


@pytest.fixture
def run_jobs(app, session):
    def go(*names):
        session.commit()
        done = Runner(app).run_due(names)
        session.expire_all()
        return done

    return go


def test_what_arrived_is_placed(session, make, run_jobs):
    for _ in range(3):
        make.suggestion(make.topic())

    assert run_jobs("placement") == {"placement": 3}
    assert session.scalar(select(func.count()).select_from(Membership)) == 3


def test_indexes_are_loaded_ahead_of_who_types(app, session, make, run_jobs):
    topic = make.topic()
    one = make.suggestion(topic)
    run_jobs("placement")
    app.extensions["indexes"]._topics.clear()

    run_jobs("indexes")

    assert one.id in app.extensions["indexes"]._topics[topic.id].index


def test_a_run_that_was_asked_for_is_done(session, make, run_jobs, now):
    topic = make.topic()
    make.suggestion(topic)
    run = runs.ask(session, topic=topic, actor=make.staff(Role.ANALYST, topic.agency), now=now)

    run_jobs("runs")

    assert (run.state, run.cluster_count) == (RunState.FINISHED, 1)


@pytest.mark.parametrize("large_from", [20_000, 1])
def test_a_run_takes_as_long_as_it_took(app, session, make, run_jobs, now, clock, large_from):
    app.config["LARGE_RUN"] = large_from
    topic = make.topic()
    make.suggestion(topic)
    make.suggestion(topic, "别的事")
    run = runs.ask(session, topic=topic, actor=make.staff(Role.ANALYST, topic.agency), now=now)

    def ticking():
        clock.advance(minutes=1)
        return clock()

    app.config["CLOCK"] = ticking
    run_jobs("runs")

    assert run.state is RunState.FINISHED
    assert run.finished_at > run.created_at


def test_what_was_placed_while_a_run_was_thinking_leaves_no_empty_group(session, make, app, now):
    topic = make.topic()
    for _ in range(3):
        make.suggestion(topic, "增设充电桩", facts="没有充电桩")
    indexes = app.extensions["indexes"]
    run = runs.begin(session, topic=topic, cause=RunCause.MANUAL, actor=None, now=now)
    inputs = run_inputs.gather(session, topic, indexes.encoder)
    placement.place_pending(session, topic=topic, indexes=indexes, now=now)
    session.commit()
    begun = session.scalars(select(Cluster)).one()

    made = runs.think(inputs, indexes.encoder)
    runs.finish(session, run=run, inputs=inputs, made=made, indexes=indexes, now=now)

    living = session.scalars(select(Cluster).where(Cluster.retired_at.is_(None))).one()
    assert living.suggestion_count == 3
    assert (begun.suggestion_count, begun.retired_into_id) == (0, living.id)


def test_a_topic_that_grew_is_regrouped_by_itself(session, make, run_jobs):
    topic = make.topic()
    for _ in range(6):
        make.suggestion(topic, "增设充电桩", facts="没有充电桩")

    run_jobs("runs")

    assert session.scalars(select(Run.cause)).all() == [RunCause.GROWTH]
    assert session.scalars(select(Cluster.suggestion_count)).all() == [6]


def test_a_failing_run_is_kept_and_the_next_turn_goes_on(app, session, make, run_jobs, now):
    topic = make.topic()
    make.suggestion(topic)
    run = runs.ask(session, topic=topic, actor=make.staff(Role.ANALYST, topic.agency), now=now)
    app.extensions["indexes"] = TopicIndexes("/nowhere/at/all")

    run_jobs("runs")

    assert run.state is RunState.FAILED
    assert run.error
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 0
