"""The page of runs: what staff judged, what was learnt from it, and precision and recall by threshold."""

from http import HTTPStatus

import pytest

from consult.jobs.runner import Runner
from models.cluster import PairConstraint, Verdict
from models.job import JobName
from models.person import Role
from models.topic import TopicState

RUNS = "/office/topics/fees/runs"
MATTERS = ["路灯不亮", "垃圾没人清理", "停车位太少", "噪音扰民", "公交班次少"]
PLACES = ["青松路", "白桦街", "丹枫路", "银杏苑"]


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING, slug="fees")


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def office(pages, analyst):
    return pages.speak("en").sign_in(analyst)


@pytest.fixture
def judged_pairs(session, make, topic, analyst, now):
    for place in PLACES:
        said = [make.suggestion(topic, f"{place}{matter}") for matter in MATTERS]
        again = [make.suggestion(topic, f"反映{place}{matter}的问题") for matter in MATTERS]
        for n in range(len(MATTERS)):
            for other, verdict in ((again[n], Verdict.SAME), (said[n - 1], Verdict.DIFFERENT)):
                low, high = sorted((said[n].id, other.id))
                session.add(
                    PairConstraint(
                        topic_id=topic.id,
                        first_id=low,
                        second_id=high,
                        verdict=verdict,
                        person_id=analyst.id,
                        created_at=now,
                    )
                )
    session.flush()


def test_without_judgements_the_page_tells_how_many_are_needed(office):
    page = office.get(RUNS)

    assert "0 pairs are judged (0 the same, 0 not). From 30 on" in page
    assert "Learn from what was judged" not in page


def test_where_workers_do_it_the_page_asks_and_the_next_turn_learns(
    app, session, topic, office, judged_pairs
):
    app.config["WORK_AT_ONCE"] = False
    page = office.post(f"{RUNS}/calibration")
    assert "it is learnt within a minute" in page
    assert "Best is where precision" not in page
    session.commit()

    Runner(app).run_due([JobName.RUNS])
    session.expire_all()
    assert topic.calibration["pairs"] == 40
    assert "asked_at" not in topic.calibration
    assert "Best is where precision" in office.get(RUNS)


def test_learning_by_the_button_shows_precision_and_recall(session, topic, office, judged_pairs):
    assert "By now 40 pairs are judged (20 the same, 20 not)." in office.get(RUNS)

    page = office.post(f"{RUNS}/calibration")

    assert "Of 40 judged pairs (20 the same, 20 not)" in page
    assert "Precision and recall by threshold" in page
    assert "nearest to the threshold that is set" in page
    assert topic.calibration["pairs"] == 40


def test_the_shipped_weights_come_back_by_a_button(topic, office, judged_pairs):
    office.post(f"{RUNS}/calibration")
    page = office.post(f"{RUNS}/calibration/reset")

    assert "The shipped weights hold again" in page
    assert topic.calibration is None


def test_what_an_older_version_learnt_is_said_to_need_learning_again(
    session, topic, office, judged_pairs
):
    office.post(f"{RUNS}/calibration")
    topic.calibration = topic.calibration | {"weights": {"whole": {"plain": {}, "offset": 0}}}
    session.commit()

    assert "Learnt with an older version: learn again" in office.get(RUNS)
    assert "older version" not in office.post(f"{RUNS}/calibration")


def test_too_few_are_refused_in_a_sentence(office):
    page = office.post(f"{RUNS}/calibration", status=HTTPStatus.CONFLICT)

    assert "30 are needed, at least 5 of each answer." in page


def test_who_may_not_regroup_may_not_teach(make, pages, topic, judged_pairs):
    pages.sign_in(make.staff(Role.HANDLER, topic.agency))
    pages.post(f"{RUNS}/calibration", status=HTTPStatus.FORBIDDEN)

    assert topic.calibration is None
