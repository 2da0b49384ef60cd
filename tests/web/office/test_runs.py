"""Runs: the list, regrouping by a button, the threshold, going back, comparing."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from consult.web.office import runs as pages_of_runs
from models.cluster import Cluster
from models.person import Role
from models.run import Run, RunCause, RunState
from models.topic import TopicState


@pytest.fixture
def topic(make):
    topic = make.topic(state=TopicState.ANALYSING, slug="fees")
    for _ in range(3):
        make.suggestion(topic, "增设充电桩", facts="小区没有充电桩。")
    return topic


@pytest.fixture
def office(make, pages, topic):
    return pages.speak("en").sign_in(make.staff(Role.ANALYST, topic.agency, name="林研判"))


RUNS = "/office/topics/fees/runs"


def test_regrouping_by_the_button_shows_what_came_of_it(session, office):
    page = office.post(RUNS)

    assert "Regrouped: 3 suggestions in 1 groups." in page
    assert "林研判" in page
    assert session.scalar(select(Cluster.suggestion_count)) == 3


def test_a_large_consultation_is_queued(session, office, monkeypatch):
    monkeypatch.setattr(pages_of_runs, "AT_ONCE", 2)

    page = office.post(RUNS)

    assert "The run is asked for" in page
    assert session.scalar(select(Run.state)) is RunState.QUEUED
    office.post(RUNS, status=HTTPStatus.CONFLICT)


def test_the_list_tells_what_every_run_changed(office):
    office.post(RUNS)
    office.post(RUNS)

    page = office.get(RUNS)

    assert "Run 1" in page
    assert "3 placed, 1 new groups" in page
    assert "Go back to it" in page


def test_going_back_makes_a_new_run(session, office):
    office.post(RUNS)
    office.post(RUNS)

    page = office.post(f"{RUNS}/1/restore")

    assert "Back at run 1: 0 suggestions moved." in page
    assert len(session.scalars(select(Run)).all()) == 3


def test_two_runs_are_compared(session, topic, office):
    office.post(RUNS)
    office.post(RUNS)

    assert "Nothing moved between the two" in office.get(f"{RUNS}/2?against=1")
    office.get(f"{RUNS}/9", status=HTTPStatus.NOT_FOUND)


def test_the_threshold_is_set_for_the_next_run(session, topic, office):
    page = office.post(f"{RUNS}/threshold", threshold="0.8", version=str(topic.version))

    assert "It takes effect with the next run" in page
    assert topic.threshold == pytest.approx(0.8)


@pytest.mark.parametrize("threshold", ["", "7", "high"])
def test_a_threshold_that_is_none_comes_back_with_advice(topic, office, threshold):
    office.post(
        f"{RUNS}/threshold",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        threshold=threshold,
        version=str(topic.version),
    )

    assert topic.threshold is None


def test_those_who_may_only_look_do_not_regroup(make, pages, topic):
    reader = pages.speak("en").sign_in(make.staff(Role.AUDITOR, topic.agency))

    assert "Regroup now" not in reader.get(RUNS)
    reader.post(RUNS, status=HTTPStatus.FORBIDDEN)


def test_a_run_under_way_tells_how_far_it_has_come_and_can_be_stopped(session, office, topic):
    progress = {"stage": "comparing", "done": 1200, "total": 5000}
    run = Run(
        topic=topic, number=1, cause=RunCause.MANUAL, state=RunState.RUNNING, settings=progress
    )
    session.add(run)
    session.commit()

    assert "Now: comparing, 1,200 of 5,000" in office.get(RUNS)
    page = office.post(f"{RUNS}/{run.number}/stop")

    assert "Stopped." in page
    session.expire_all()
    assert run.state is RunState.FAILED
    assert "The run was stopped." in office.get(f"{RUNS}/{run.number}")
    office.post(f"{RUNS}/{run.number}/stop", status=HTTPStatus.CONFLICT)
