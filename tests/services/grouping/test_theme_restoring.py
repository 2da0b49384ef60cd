"""Going back to a run: its themes come back as well."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from consult.services.grouping import rollbacks, runs, themes, theming
from consult.services.grouping.similarity import TopicIndexes
from models.cluster import Cluster, PairConstraint, Verdict
from models.person import Role
from models.run import LineageEvent, RunAssignment
from models.theme import Theme, ThemeStep
from models.topic import TopicState

TITLES = [
    *("加装电梯补贴太少", "电梯噪声扰民", "加装电梯手续太慢", "电梯维保没人管", "电梯停运三天"),
    *("公交车末班太早", "公交站没有雨棚", "公交车班次太少", "公交线路绕路", "公交车太挤"),
    *("遛狗不拴绳", "遛狗不清理粪便", "流浪狗太多", "狗半夜叫", "遛狗时间限制"),
]


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING)


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def first(session, make, topic, analyst, now):
    """A run that made two themes, of every other group one."""
    for title in TITLES:
        make.suggestion(topic, title, facts=f"{title}，请处理。")
    made = regrouped(session, topic, analyst, now)
    second = Theme(topic=topic, name="第二", name_auto="第二", created_at=now)
    for cluster in session.scalars(select(Cluster).order_by(Cluster.id)).all()[::2]:
        cluster.theme = second
        session.flush()
        rows = update(RunAssignment).where(RunAssignment.cluster_id == cluster.id)
        session.execute(rows.values(theme_id=second.id))
    session.commit()
    assert len(set(places(session, topic).values())) > 1
    return made


def regrouped(session, topic, analyst, now):
    indexes = TopicIndexes("hashing")
    return runs.regroup(session, topic=topic, indexes=indexes, actor=analyst, now=now)


def back(session, run, analyst, now):
    indexes = TopicIndexes("hashing")
    return rollbacks.roll_back(session, run=run, indexes=indexes, actor=analyst, now=now)


def places(session, topic):
    """The theme of each living group."""
    session.expire_all()
    query = select(Cluster.id, Cluster.theme_id).where(
        Cluster.topic_id == topic.id, Cluster.retired_at.is_(None)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def overturn(session, topic, now):
    """As if a later run had put everything into one theme and retired the others."""
    fresh = Theme(topic=topic, name="新的", name_auto="新的", created_at=now)
    for old in session.scalars(select(Theme)).all():
        old.retired_at, old.retired_into = now, fresh
    for cluster in session.scalars(select(Cluster)).all():
        cluster.theme = fresh
    session.commit()
    return fresh


def test_a_run_keeps_the_theme_of_everything(session, topic, make, analyst, now):
    for title in TITLES:
        make.suggestion(topic, title)
    regrouped(session, topic, analyst, now)
    kept = dict(session.execute(select(RunAssignment.cluster_id, RunAssignment.theme_id)).all())

    assert None not in kept.values()
    assert kept == places(session, topic)


def test_groups_go_back_into_the_themes_of_the_run(session, topic, first, analyst, now):
    before = places(session, topic)
    fresh = overturn(session, topic, now)
    back(session, first, analyst, now)

    assert places(session, topic) == before
    assert fresh.retired_at == now
    assert themes.successor(session, fresh) in {
        one.theme for one in themes.of_topic(session, topic)
    }
    events = {step.event for step in session.scalars(select(ThemeStep)) if step.run_id != first.id}
    assert {LineageEvent.REVIVED, LineageEvent.RETIRED} <= events


def test_going_back_can_be_taken_back(session, topic, first, analyst, now):
    overturn(session, topic, now)
    second = regrouped(session, topic, analyst, now)
    then = places(session, topic)
    back(session, first, analyst, now)
    back(session, second, analyst, now)

    assert places(session, topic) == then


def test_what_staff_put_into_a_theme_stays(session, topic, first, analyst, now):
    cluster = session.scalars(select(Cluster)).first()
    held = theming.begin_theme(
        session, cluster=cluster, name="另立", version=cluster.version, actor=analyst, now=now
    )
    back(session, first, analyst, now)

    assert places(session, topic)[cluster.id] == held.id
    assert held.retired_at is None


def test_what_staff_merged_since_stays_merged(session, topic, first, analyst, now):
    large, *_rest, small = [one.theme for one in themes.of_topic(session, topic) if one.theme]
    theming.merge_themes(
        session, theme=small, into=large, version=small.version, actor=analyst, now=now
    )
    overturn(session, topic, now + timedelta(hours=1))
    for cluster in session.scalars(select(Cluster)):
        cluster.theme_held_at = None
    session.commit()
    back(session, first, analyst, now)

    found = set(places(session, topic).values())
    assert large.id in found
    assert small.id not in found


def test_a_run_older_than_themes_moves_no_group_to_another(session, topic, first, analyst, now):
    for row in session.scalars(select(RunAssignment)):
        row.theme_id = None
    fresh = overturn(session, topic, now)
    back(session, first, analyst, now)

    assert set(places(session, topic).values()) == {fresh.id}


def test_a_group_that_lives_again_brings_its_theme_along(session, make, topic, analyst, now):
    """Two that a run joined; going back tears them, and the second has its theme again."""
    pair = [make.suggestion(topic, TITLES[0]), make.suggestion(topic, TITLES[5], facts="别的")]
    first = regrouped(session, topic, analyst, now)
    keys = list(places(session, topic))
    assert len(keys) == 2
    old = Theme(topic=topic, name="旧的", name_auto="旧的", created_at=now)
    session.get(Cluster, keys[1]).theme = old
    for row in session.scalars(select(RunAssignment)):
        row.theme_id = None
    session.commit()
    said = PairConstraint(
        topic_id=topic.id,
        first_id=pair[0].id,
        second_id=pair[1].id,
        verdict=Verdict.SAME,
        person_id=analyst.id,
    )
    session.add(said)
    regrouped(session, topic, analyst, now)
    assert len(places(session, topic)) == 1
    said.undone_at = now
    session.commit()
    back(session, first, analyst, now)

    assert len(places(session, topic)) == 2
    assert {theme.retired_at for theme in _standing(session, topic)} == {None}


def _standing(session, topic):
    return [session.get(Theme, key) for key in places(session, topic).values() if key]
