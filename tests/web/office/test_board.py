"""The board: all groups of a consultation, and acts on many at once."""

import re
from http import HTTPStatus

import pytest
from sqlalchemy import func, select

from models.cluster import Cluster, Objection
from models.decision import DecisionState
from models.person import Role
from models.run import Run, RunCause, RunState
from models.topic import TopicState
from tests.queries import counted_queries


@pytest.fixture
def topic(make):
    noise = make.topic()
    make.cluster(make.suggestion(noise), name="别的征集里的组")
    return make.topic(state=TopicState.ANALYSING, slug="fees", title="收费办法")


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def office(pages, analyst):
    return pages.speak("en").sign_in(analyst)


@pytest.fixture
def group(make, topic):
    def go(n, name, **values):
        return make.cluster(*(make.suggestion(topic) for _ in range(n)), name=name, **values)

    return go


BOARD = "/office/topics/fees/groups"


def is_checked(page, value):
    [box] = re.findall(f'<input type="checkbox" name="id" value="{re.escape(value)}"[^>]*>', page)
    return " checked" in box


def order(page, *names):
    places = [page.index(name) for name in names]
    return places == sorted(places)


def test_the_board_shows_groups_with_their_three_counts(group, office):
    group(3, "电动车充电")

    page = office.get(BOARD)

    assert "电动车充电" in page
    assert "<b>3</b> suggestions" in page
    assert "别的征集里的组" not in page


@pytest.mark.parametrize(
    ("sort", "first"),
    [("size", "甲"), ("support", "乙"), ("growth", "丙"), ("uncertain", "丁"), ("undecided", "乙")],
)
def test_groups_are_sorted_by_what_was_asked(group, office, sort, first):
    group(3, "组甲")
    popular = group(2, "组乙")
    popular.people_count = 9
    group(1, "组丙", recent_count=5)
    group(1, "组丁", uncertain_count=4)

    page = office.get(f"{BOARD}?sort={sort}")

    others = {"组甲", "组乙", "组丙", "组丁"} - {f"组{first}"}
    assert all(order(page, f"组{first}", other) for other in others)


def test_filters_narrow_and_searching_finds_members(make, topic, group, office, now):
    group(1, "已确认的", confirmed_at=now)
    make.cluster(make.suggestion(topic, "延长图书馆开放时间"), name="没确认的")

    assert "没确认的" not in office.get(f"{BOARD}?only=confirmed")
    found = office.get(f"{BOARD}?q=图书馆")
    assert "没确认的" in found
    assert "已确认的" not in found


def test_a_campaign_is_shown_as_one(session, group, office):
    cluster = group(12, "刷屏")
    cluster.text_count = 2
    group(12, "不是刷屏")

    page = office.get(f"{BOARD}?only=campaign")

    assert "刷屏" in page
    assert "不是刷屏" not in page


def test_decisions_and_objections_are_on_the_row(session, make, group, office, topic):
    cluster = group(2, "有答复的")
    make.decision(cluster, state=DecisionState.APPROVED)
    member = cluster.representative
    session.add(Objection(topic_id=topic.id, suggestion_id=member.id, cluster_id=cluster.id))

    page = office.get(BOARD)

    assert "Adopted" in page
    assert "1 objection" in page


def test_the_numbers_on_top_tell_of_the_last_run(session, group, office, topic, now):
    group(3, "组")
    run = Run(topic=topic, number=1, cause=RunCause.MANUAL, state=RunState.FINISHED, created_at=now)
    run.suggestion_count = 1
    session.add(run)

    page = office.get(BOARD)

    assert "2026-06-15 12:00" in page
    assert "suggestions since the last run" in page


def test_many_groups_are_confirmed_at_once(session, group, office, analyst):
    clusters = [group(2, f"组{n}") for n in range(3)]
    chosen = [f"{one.id}.{one.version}" for one in clusters[:2]]

    page = office.post(BOARD, act="confirm", id=chosen)

    assert "2 groups are confirmed." in page
    assert [one.confirmed_by_id for one in clusters] == [analyst.id, analyst.id, None]


def test_many_groups_are_merged_into_the_largest(session, group, office):
    big, small, tiny = group(3, "大组"), group(2, "小组"), group(1, "单条")
    chosen = [f"{one.id}.{one.version}" for one in (tiny, big, small)]

    page = office.post(BOARD, act="merge", id=chosen)

    assert "2 groups were merged into “大组”." in page
    assert (big.suggestion_count, small.retired_into_id) == (6, big.id)


def test_what_somebody_changed_meanwhile_is_left_and_named(session, group, office):
    fresh, stale = group(1, "没人动过"), group(1, "刚被改过")
    chosen = [f"{fresh.id}.{fresh.version}", f"{stale.id}.{stale.version}"]
    stale.name = "别人改的名"
    session.commit()

    page = office.post(BOARD, act="confirm", id=chosen)

    assert "1 group is confirmed." in page
    assert "Left as it is: 别人改的名. Somebody else has changed this" in page


def test_an_act_without_a_choice_is_refused(office, topic):
    page = office.post(BOARD, act="confirm", status=HTTPStatus.UNPROCESSABLE_ENTITY)

    assert "Choose at least one group." in page


def test_an_act_that_lacks_something_keeps_what_was_chosen(group, office):
    one, other = group(2, "这一组"), group(1, "那一组")
    chosen = f"{one.id}.{one.version}"

    page = office.post(
        f"{BOARD}?q=组", act="merge", id=chosen, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )

    assert "Choose at least two groups to merge." in page
    assert is_checked(page, chosen)
    assert not is_checked(page, f"{other.id}.{other.version}")
    assert 'value="组"' in page


def test_those_who_may_only_look_get_no_buttons(make, pages, group, topic):
    group(1, "组")
    auditor = make.staff(Role.AUDITOR, topic.agency)

    page = pages.speak("en").sign_in(auditor).get(BOARD)

    assert "data-key" not in page


def test_staff_of_other_agencies_do_not_see_the_board(make, pages, group):
    group(1, "组")
    stranger = make.staff(Role.ANALYST, make.agency())

    pages.sign_in(stranger).get(BOARD, status=HTTPStatus.FORBIDDEN)


def test_the_board_asks_as_little_for_many_groups_as_for_few(session, group, office):
    for n in range(3):
        group(2, f"组{n}")
    with counted_queries(session) as few:
        office.get(BOARD)
    for n in range(20):
        group(2, f"又一组{n}")
    with counted_queries(session) as many:
        office.get(BOARD)

    assert many.count == few.count <= 20
    assert session.scalar(select(func.count()).select_from(Cluster)) == 24
