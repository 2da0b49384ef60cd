"""Placement goes by what the last run applied, and a page tells the score that a run gives."""

import pytest

from consult.extensions import indexes
from consult.services.grouping import group_pages, placement, runs
from consult.services.grouping.documents import document_of
from consult.services.grouping.similarity import Applied, applied_threshold
from models.cluster import Membership
from models.run import Run, RunCause, RunState
from models.theme import Theme

WORDS = [
    ("青松路路灯坏了三个月没人修", "青松路从小学到菜场一段的路灯全部不亮。"),
    ("请修复青松路的路灯", "青松路小学门口的路灯三个月不亮了，很不安全。"),
    ("银杏苑加装电梯补贴怎么申请", "银杏苑六楼老人下楼困难，想问补贴如何申请。"),
    ("建议公园延长开放时间", "夏天晚上人们喜欢散步，公园九点就关门太早了。"),
]


@pytest.fixture
def topic(make):
    return make.topic()


@pytest.fixture
def said(session, topic, now):
    """A finished run with these settings."""

    def go(number=1, state=RunState.FINISHED, **settings):
        session.add(
            Run(
                topic=topic,
                number=number,
                cause=RunCause.MANUAL,
                state=state,
                settings=settings,
                created_at=now,
            )
        )
        session.flush()

    return go


@pytest.fixture
def arrive(session, make, topic, now):
    def go(title, facts):
        made = make.suggestion(topic, title, facts=facts)
        placement.place_pending(session, topic=topic, indexes=indexes(), now=now)
        session.commit()
        return made

    return go


def test_without_a_run_the_threshold_of_the_topic_holds(session, topic):
    assert applied_threshold(session, topic) == Applied(0.5, 0.5)
    topic.threshold = 0.7
    assert applied_threshold(session, topic) == Applied(0.7, 0.7)


def test_the_last_finished_run_says_what_is_applied(session, topic, said):
    said(1, threshold=0.5, applied_threshold=0.6)
    said(2, threshold=0.5, applied_threshold=0.8)
    said(3, state=RunState.FAILED, threshold=0.5, applied_threshold=0.9)

    assert applied_threshold(session, topic) == Applied(0.8, 0.8)


def test_another_threshold_holds_at_once_but_for_what_the_run_had_raised(session, topic, said):
    said(1, threshold=0.5, applied_threshold=0.8)
    topic.threshold = 0.6
    assert applied_threshold(session, topic) == Applied(0.8, 0.8)
    topic.threshold = 0.9
    assert applied_threshold(session, topic) == Applied(0.9, 0.9)

    said(2, threshold=0.5, applied_threshold=0.2)
    assert applied_threshold(session, topic) == Applied(0.9, 0.9)


def test_what_a_run_lowered_for_ideas_only_raises_doubts(session, topic, said):
    said(1, threshold=0.5, applied_threshold=0.15)

    assert applied_threshold(session, topic) == Applied(0.5, 0.15)


def test_a_run_of_an_older_version_says_nothing(session, topic, said):
    said(1)

    assert applied_threshold(session, topic) == Applied(0.5, 0.5)


def test_a_run_tells_what_it_applied(session, topic, arrive, now):
    for words in WORDS:
        arrive(*words)
    run = runs.regroup(session, topic=topic, indexes=indexes(), actor=None, now=now)

    applied = applied_threshold(session, topic)
    assert run.settings["applied_threshold"] in {applied.joins, applied.doubtful}
    assert applied.joins >= 0.5


def test_a_newcomer_joins_only_above_what_the_run_applied(session, arrive, said):
    first = arrive(*WORDS[0])
    said(1, threshold=0.5, applied_threshold=0.9999)
    other = arrive(*WORDS[1])
    said(2, threshold=0.5, applied_threshold=0.5)
    third = arrive(WORDS[1][0], WORDS[0][1])

    homes = [session.get(Membership, one.id).cluster_id for one in (first, other, third)]
    assert homes[0] != homes[1]
    assert homes[2] in homes[:2]


def test_a_newcomer_among_ideas_begins_a_group_and_is_uncertain(session, topic, arrive, said):
    topic.threshold = 0.9999
    first = arrive(*WORDS[0])
    said(1, threshold=0.9999, applied_threshold=0.0001)
    other = arrive(*WORDS[1])

    homes = [session.get(Membership, one.id) for one in (first, other)]
    assert homes[0].cluster_id != homes[1].cluster_id
    assert (homes[0].uncertain, homes[1].uncertain) == (False, True)


def test_a_new_group_has_the_theme_of_a_near_one(session, topic, arrive, now, said):
    said(1, threshold=0.9999, applied_threshold=0.9999)
    topic.threshold = 0.9999
    near = session.get(Membership, arrive(*WORDS[0]).id).cluster
    near.theme = Theme(topic=topic, name="路灯", name_auto="路灯", created_at=now)
    session.commit()

    beside = session.get(Membership, arrive(*WORDS[1]).id).cluster
    far = session.get(Membership, arrive(*WORDS[3]).id).cluster

    assert beside.id != near.id
    assert beside.nearest_similarity >= placement.NEAR > far.nearest_similarity
    assert (beside.theme_id, beside.theme_held_at) == (near.theme_id, None)
    assert far.theme_id is None


def test_a_retired_theme_is_not_handed_on(session, topic, arrive, now, said):
    said(1, threshold=0.9999, applied_threshold=0.9999)
    topic.threshold = 0.9999
    near = session.get(Membership, arrive(*WORDS[0]).id).cluster
    near.theme = Theme(topic=topic, name="路灯", name_auto="", created_at=now, retired_at=now)
    session.commit()

    assert session.get(Membership, arrive(*WORDS[1]).id).cluster.theme_id is None


def test_an_explanation_has_the_score_that_the_topic_gives(session, topic, arrive):
    made = [arrive(*words) for words in WORDS]
    index = indexes().index(session, topic)
    vectors = indexes().encoder.encode([WORDS[0][0], WORDS[0][1]])
    found = index.search(document_of(made[0]), vectors.sum(axis=0), 4)

    for match in found:
        [other] = [one for one in made if one.id == match.id]
        told = group_pages.compare(session, made[0], other, indexes=indexes())
        assert told.score == pytest.approx(match.score, abs=0.005)
