"""Themes: made by runs, shaped by people, kept in later runs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.services.grouping import runs, shifting, theme_mergers, themes, theming
from consult.services.grouping.similarity import TopicIndexes
from models.cluster import Cluster
from models.ledger import LedgerEntry
from models.person import Role
from models.run import LineageEvent
from models.theme import Theme, ThemeStep
from models.topic import TopicState
from tests.queries import counted_queries

SUBJECTS = {
    "电梯": [
        "加装电梯补贴太少",
        "电梯噪声扰民",
        "加装电梯手续太慢",
        "电梯维保没人管",
        "电梯停运三天",
    ],
    "公交": ["公交车末班太早", "公交站没有雨棚", "公交车班次太少", "公交线路绕路", "公交车太挤"],
    "养犬": ["遛狗不拴绳", "遛狗不清理粪便", "流浪狗太多", "狗半夜叫", "遛狗时间限制"],
}


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING)


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def suggestions(make, topic):
    return [
        make.suggestion(topic, title, facts=f"{title}，请处理。")
        for titles in SUBJECTS.values()
        for title in titles
    ]


@pytest.fixture
def run(session, topic, now):
    indexes = TopicIndexes("hashing")

    def go():
        return runs.regroup(session, topic=topic, indexes=indexes, actor=None, now=now)

    return go


@pytest.fixture
def two(make, topic, now, session):
    """Two themes with a group each."""
    first = make.suggestion(topic, "加装电梯", facts="六楼的老人下不了楼。")
    second = make.suggestion(topic, "公交车末班太早", facts="晚自习放学就没有车了。")
    found = [
        Theme(topic=topic, name=name, name_auto=name, created_at=now) for name in ("电梯", "公交")
    ]
    session.add_all(found)
    session.flush()
    for theme, one in zip(found, (first, second), strict=True):
        make.cluster(one, theme_id=theme.id)
    return found


def living(session, topic):
    return session.scalars(
        select(Cluster).where(Cluster.topic_id == topic.id, Cluster.retired_at.is_(None))
    ).all()


def test_a_run_puts_groups_into_themes(session, topic, suggestions, run):
    run()

    counts = themes.of_topic(session, topic)
    assert sum(one.suggestions for one in counts) == len(suggestions)
    assert all(one.theme.name for one in counts if one.theme)


def test_a_second_run_keeps_the_themes_and_their_addresses(session, topic, suggestions, run):
    run()
    before = {one.key for one in themes.of_topic(session, topic)}
    run()

    assert {one.key for one in themes.of_topic(session, topic)} == before


def test_a_theme_that_is_new_says_so_in_its_history(session, topic, suggestions, run):
    run()

    steps = session.scalars(select(ThemeStep)).all()
    assert steps
    assert {step.event for step in steps} == {LineageEvent.BORN}


def test_a_name_given_by_staff_holds_in_later_runs(session, topic, suggestions, run, analyst, now):
    run()
    theme = themes.of_topic(session, topic)[0].theme
    theming.rename_theme(
        session, theme=theme, name="住得方便", version=theme.version, actor=analyst, now=now
    )
    run()

    session.expire_all()
    assert theme.name == "住得方便"
    assert theme.name_auto != "住得方便"


def test_a_group_moved_by_staff_stays_in_its_theme(session, topic, suggestions, run, analyst, now):
    run()
    cluster = living(session, topic)[0]
    theme = theming.begin_theme(
        session, cluster=cluster, name="另立一题", version=cluster.version, actor=analyst, now=now
    )
    run()

    session.expire_all()
    assert cluster.theme_id == theme.id
    assert theme.retired_at is None


def test_merged_themes_stay_one_in_later_runs(session, topic, two, run, analyst, now):
    lifts, buses = two
    theming.merge_themes(
        session, theme=buses, into=lifts, version=buses.version, actor=analyst, now=now
    )
    run()

    session.expire_all()
    assert {cluster.theme_id for cluster in living(session, topic)} == {lifts.id}
    assert themes.successor(session, buses) == lifts


@pytest.fixture
def merged(session, two, analyst, now):
    """The second theme went into the first; the step that says so."""
    lifts, buses = two
    theming.merge_themes(
        session, theme=buses, into=lifts, version=buses.version, actor=analyst, now=now
    )
    session.commit()
    [step] = theme_mergers.mergers(session, buses.topic)
    return step


def undo(session, step, analyst, now):
    return theme_mergers.undo_merge(session, step=step, actor=analyst, now=now)


def test_a_merger_is_taken_back(session, topic, two, merged, analyst, now):
    lifts, buses = two
    later = now + timedelta(minutes=5)
    undo(session, merged, analyst, later)

    session.expire_all()
    assert {one.theme_id for one in living(session, topic)} == {lifts.id, buses.id}
    assert {one.theme_held_at for one in living(session, topic)} == {None}
    assert (buses.retired_at, buses.retired_into, lifts.named_by) == (None, None, None)
    assert (merged.undone_at, merged.undone_by) == (later, analyst)
    assert not theme_mergers.can_be_undone(merged)
    assert "theme.merge_undone" in session.scalars(select(LedgerEntry.act)).all()
    with pytest.raises(Conflict, match="taken back already"):
        undo(session, merged, analyst, later)


def test_a_merger_is_taken_back_after_a_run(session, topic, two, merged, run, analyst, now):
    run()
    undo(session, merged, analyst, now)

    session.expire_all()
    assert {one.theme_id for one in living(session, topic)} == {one.id for one in two}


def test_a_group_moved_since_stays_where_staff_put_it(
    session, make, topic, two, merged, analyst, now
):
    [moved] = [one for one in living(session, topic) if one.name == "公交车末班太早"]
    theming.begin_theme(
        session, cluster=moved, name="另立", version=moved.version, actor=analyst, now=now
    )

    with pytest.raises(Conflict, match="nothing to take back"):
        undo(session, merged, analyst, now)


def test_mergers_on_top_are_taken_back_first(session, make, topic, two, merged, analyst, now):
    lifts, _buses = two
    third = Theme(topic=topic, name="第三", name_auto="第三", created_at=now)
    make.cluster(make.suggestion(topic), theme=third)
    later = now + timedelta(minutes=5)
    theming.merge_themes(
        session, theme=lifts, into=third, version=lifts.version, actor=analyst, now=later
    )
    session.commit()

    with pytest.raises(Conflict, match="Take that back first"):
        undo(session, merged, analyst, later)
    undo(session, theme_mergers.mergers(session, topic)[0], analyst, later)
    undo(session, merged, analyst, later)
    session.expire_all()
    assert len({one.theme_id for one in living(session, topic)}) == 3


def test_a_name_that_another_has_by_now_is_not_given_back(
    session, topic, two, merged, analyst, now
):
    lifts, _buses = two
    theming.rename_theme(
        session, theme=lifts, name="公交", version=lifts.version, actor=analyst, now=now
    )

    with pytest.raises(Conflict, match="another name first"):
        undo(session, merged, analyst, now)


def test_only_analysts_take_a_merger_back(session, make, merged, now):
    with pytest.raises(NotAllowed):
        undo(session, merged, make.person(), now)


def test_what_is_no_merger_is_not_found(session, topic, suggestions, run):
    run()
    step = session.scalars(select(ThemeStep)).first()

    for number in (step.id, 999_999):
        with pytest.raises(NotFound):
            theme_mergers.by_id(session, number)


def test_mergers_take_one_query(session, topic, merged):
    session.expire_all()
    assert topic.id

    with counted_queries(session) as queries:
        [step] = theme_mergers.mergers(session, topic)
        assert theme_mergers.can_be_undone(step)
        assert step.person.name

    assert queries.count == 1


def test_a_theme_that_lost_its_groups_leads_on(session, make, topic, two, run):
    run()

    session.expire_all()
    assert {themes.successor(session, theme) for theme in two} <= {*session.scalars(select(Theme))}
    assert all(theme.retired_at is None or theme.retired_into_id for theme in two)


def test_a_name_comes_from_published_words_only(session, make, topic, run):
    for n in range(12):
        make.suggestion(topic, f"绝密电梯的事{n}", publish_text=False)
    run()

    assert all("电梯" not in one.theme.name for one in themes.of_topic(session, topic) if one.theme)


def test_only_analysts_shape_themes(session, make, two, now):
    with pytest.raises(NotAllowed):
        theming.rename_theme(
            session, theme=two[0], name="x", version=1, actor=make.person(), now=now
        )


def test_a_stale_page_changes_nothing(session, two, analyst, now):
    theming.rename_theme(
        session, theme=two[0], name="甲", version=two[0].version, actor=analyst, now=now
    )
    session.flush()

    with pytest.raises(StaleVersion):
        theming.rename_theme(session, theme=two[0], name="乙", version=1, actor=analyst, now=now)


@pytest.mark.parametrize("name", ["", "  ", "长" * 61, "公交"])
def test_a_name_must_be_short_and_nobody_elses(session, two, analyst, now, name):
    with pytest.raises(Invalid):
        theming.rename_theme(
            session, theme=two[0], name=name, version=two[0].version, actor=analyst, now=now
        )


def test_a_theme_is_not_merged_with_itself_or_another_consultations(
    session, make, two, analyst, now
):
    other = Theme(topic=make.topic(), name="别处", name_auto="", created_at=now)
    session.add(other)
    session.flush()

    for into, refusal in ((two[0], Conflict), (other, NotAllowed)):
        with pytest.raises(refusal):
            theming.merge_themes(
                session, theme=two[0], into=into, version=two[0].version, actor=analyst, now=now
            )


def test_acts_are_in_the_ledger(session, topic, two, analyst, now):
    lifts, buses = two
    [cluster] = [one for one in living(session, topic) if one.theme_id == buses.id]
    theming.move_to_theme(
        session, cluster=cluster, theme=lifts, version=cluster.version, actor=analyst, now=now
    )
    theming.merge_themes(
        session, theme=buses, into=lifts, version=buses.version, actor=analyst, now=now
    )

    acts = session.scalars(select(LedgerEntry.act)).all()
    assert {"cluster.theme_set", "theme.merged"} <= set(acts)


def test_a_group_that_splits_off_stays_in_its_theme(session, make, topic, two, analyst, now):
    [cluster] = [one for one in living(session, topic) if one.theme_id == two[0].id]
    act = shifting.new_act(session, "split", cluster, actor=analyst, now=now)

    new = shifting.begin_cluster(
        session, cluster, make.suggestion(topic), act=act, now=now + timedelta(hours=1)
    )

    assert new.theme_id == two[0].id


def test_counting_themes_takes_two_queries(session, make, topic, two, now):
    for n in range(30):
        make.cluster(make.suggestion(topic), theme_id=two[n % 2].id)
    session.expire_all()
    assert topic.id

    with counted_queries(session) as queries:
        counts = themes.of_topic(session, topic)

    assert queries.count == 2
    assert [one.groups for one in counts] == [16, 16]
