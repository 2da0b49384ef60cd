"""Calibrating: what staff judged corrects how a topic weighs likeness."""

import pytest
from sqlalchemy import select

from consult.clustering.similarity.calibration import stored
from consult.clustering.similarity.scoring import shipped_weights
from consult.exceptions import Conflict, NotAllowed
from consult.extensions import indexes
from consult.services.grouping import calibrating, placement, runs
from consult.services.grouping.weights import Standing, standing, weights_mark, weights_of
from models.cluster import PairConstraint, Verdict
from models.ledger import LedgerEntry
from models.person import Role
from models.run import RunState
from models.suggestion import SuggestionStatus

MATTERS = ["路灯不亮", "垃圾没人清理", "停车位太少", "噪音扰民", "公交班次少", "道路破损"]
WAYS = ["{place}{matter}，请尽快处理", "反映{place}{matter}的问题", "{matter}！{place}居民盼解决"]
PLACES = ["青松路", "白桦街", "丹枫路"]


@pytest.fixture
def topic(make):
    return make.topic()


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def judge(session, topic, analyst, now):
    def go(first, second, same, *, undone=False):
        low, high = sorted((first.id, second.id))
        verdict = Verdict.SAME if same else Verdict.DIFFERENT
        session.add(
            PairConstraint(
                topic_id=topic.id,
                first_id=low,
                second_id=high,
                verdict=verdict,
                person_id=analyst.id,
                created_at=now,
                undone_at=now if undone else None,
            )
        )
        session.flush()

    return go


@pytest.fixture
def suggestions(make, topic):
    """By place and matter three ways to say it."""
    return {
        (place, matter): [
            make.suggestion(topic, way.format(place=place, matter=matter)) for way in WAYS
        ]
        for place in PLACES
        for matter in MATTERS
    }


@pytest.fixture
def judged_pairs(suggestions, judge):
    """Ways are the same, matters at one place are not."""
    for (place, matter), (first, second, _) in suggestions.items():
        judge(first, second, True)
        other = MATTERS[(MATTERS.index(matter) + 1) % len(MATTERS)]
        judge(first, suggestions[place, other][1], False)
    return suggestions


@pytest.fixture
def calibrate(session, topic, analyst, now):
    def go(**options):
        values = {"topic": topic, "encoder": indexes().encoder, "actor": analyst, "now": now}
        return calibrating.calibrate(session, **values | options)

    return go


def test_weights_and_their_curve_are_kept_with_the_topic(topic, judged_pairs, calibrate, now):
    found = calibrate()

    stored = topic.calibration
    assert (stored["pairs"], stored["same"]) == (36, 18)
    assert stored["made_at"] == now.isoformat()
    assert [point[0] for point in stored["curve"]] == [point.threshold for point in found.curve]
    assert bool(weights_of(topic, indexes().encoder.fingerprint)) is found.improved


def test_it_is_written_into_the_ledger(session, judged_pairs, calibrate, analyst):
    calibrate()

    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.act == "topic.calibrated")).one()
    assert entry.actor_id == analyst.id
    assert entry.detail["pairs"] == 36


def test_the_next_run_goes_by_what_was_learnt(
    session, topic, judged_pairs, calibrate, analyst, now
):
    before = runs.regroup(session, topic=topic, indexes=indexes(), actor=analyst, now=now)
    improved = calibrate().improved
    after = runs.regroup(session, topic=topic, indexes=indexes(), actor=analyst, now=now)

    assert after.state is RunState.FINISHED, after.error
    assert before.settings["calibrated"] == ""
    assert after.settings["calibrated"] == (now.isoformat() if improved else "")
    assert (before.input_fingerprint != after.input_fingerprint) is improved


def test_weights_of_another_model_do_not_hold(topic, judged_pairs, calibrate):
    calibrate()

    assert weights_of(topic, "another model") is None


def test_weights_of_another_version_break_nothing(session, make, topic, judged_pairs, now):
    """A signal that this version knows was not there when they were learnt."""
    weights = {kind: stored(one) for kind, one in shipped_weights().items()}
    for one in weights.values():
        one["plain"].pop("covered_grams")
    model = indexes().encoder.fingerprint
    topic.calibration = {"made_at": "2026-01-01", "model": model, "weights": weights}
    session.commit()

    assert weights_of(topic, model) is None
    assert (standing(topic, model), weights_mark(topic, model)) == (Standing.OTHER_VERSION, "")
    run = runs.regroup(session, topic=topic, indexes=indexes(), actor=None, now=now)
    assert (run.state, run.settings["weights"]) == (RunState.FINISHED, "other_version")
    make.suggestion(topic, "青松路路灯不亮")
    assert placement.place_pending(session, topic=topic, indexes=indexes(), now=now) == 1
    session.commit()
    found = (
        indexes()
        .index(session, topic)
        .search("路灯不亮", indexes().encoder.encode(["路灯不亮"])[0], 3)
    )
    assert found


@pytest.mark.parametrize(
    "damaged", [{"whole": []}, [1], "x", {"whole": {"plain": {"meaning": "a"}}}]
)
def test_damaged_weights_are_passed_over(topic, damaged):
    topic.calibration = {"made_at": "2026-01-01", "model": "m", "weights": damaged}

    assert weights_of(topic, "m") is None


def test_too_few_pairs_are_refused_with_what_is_needed(suggestions, judge, calibrate):
    first, second, third = next(iter(suggestions.values()))
    judge(first, second, True)
    judge(first, third, True, undone=True)

    with pytest.raises(Conflict, match=r"There are 1 judged pairs \(1 the same, 0 not\)\. 30 are"):
        calibrate()


def test_confirmed_groups_and_their_neighbours_count_as_judged(
    session, make, topic, suggestions, now
):
    (first, second), *_ = [list(suggestions.values())[n : n + 2] for n in (0,)]
    one = make.cluster(*first, confirmed_at=now)
    other = make.cluster(*second, confirmed_at=now, nearest_id=one.id)
    make.cluster(*list(suggestions.values())[2])
    session.flush()
    answers = calibrating.judged(session, topic).answers

    middle = tuple(sorted((one.representative_id, other.representative_id)))
    assert answers.pop(middle) is False
    assert len(answers) == 4
    assert all(answers.values())


def test_what_was_said_of_a_pair_goes_before_what_a_group_implies(
    session, make, topic, suggestions, judge, now
):
    first, second, third = next(iter(suggestions.values()))
    cluster = make.cluster(first, second, third, confirmed_at=now)
    session.flush()
    others = [one for one in (first, second, third) if one.id != cluster.representative_id]
    middle = next(o for o in (first, second, third) if o.id == cluster.representative_id)
    judge(middle, others[0], False)
    answers = calibrating.judged(session, topic).answers

    assert answers[tuple(sorted((middle.id, others[0].id)))] is False
    assert answers[tuple(sorted((middle.id, others[1].id)))] is True


def test_withdrawn_ones_and_exact_copies_teach_nothing(session, make, topic, suggestions, judge):
    first, second, third = next(iter(suggestions.values()))
    copy = make.suggestion(topic, first.title, facts=first.facts, proposal=first.proposal)
    judge(first, copy, True)
    judge(second, third, True)
    second.status = SuggestionStatus.WITHDRAWN
    session.flush()

    assert calibrating.judged(session, topic).answers == {}


def test_the_shipped_weights_can_be_taken_back(
    session, topic, judged_pairs, calibrate, analyst, now
):
    calibrate()
    calibrating.reset(session, topic=topic, actor=analyst, now=now)

    assert topic.calibration is None


def test_only_an_analyst_may(session, make, topic, judged_pairs, calibrate, now):
    stranger = make.person()

    with pytest.raises(NotAllowed):
        calibrate(actor=stranger)
    with pytest.raises(NotAllowed):
        calibrating.reset(session, topic=topic, actor=stranger, now=now)


def test_what_arrives_is_compared_by_what_was_learnt(session, make, topic, judged_pairs, now):
    placement.place_pending(session, indexes=indexes(), now=now)
    session.commit()
    asked = make.suggestion(topic, WAYS[0].format(place=PLACES[0], matter=MATTERS[0] + "很久"))

    def scores():
        index = indexes().index(session, topic)
        [vector] = indexes().encoder.encode([asked.title])
        return {match.id: match.score for match in index.search(asked.title, vector, 5)}

    before = scores()
    session.rollback()
    shipped = {kind: stored(one) for kind, one in shipped_weights().items()}
    for one in shipped.values():
        one["offset"] -= 2.0
    topic.calibration = {
        "made_at": now.isoformat(),
        "model": indexes().encoder.fingerprint,
        "weights": shipped,
    }
    session.commit()
    after = scores()

    assert after.keys() == before.keys()
    assert all(after[one] < before[one] for one in after if before[one] < 1)
