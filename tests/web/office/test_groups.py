"""The page of a group, and what an analyst does there."""

import re
from http import HTTPStatus

import pytest
from sqlalchemy import select

from models.cluster import ClusterAct, Membership, PairConstraint, Verdict
from models.decision import DecisionState
from models.person import Role
from models.topic import TopicState
from tests.pages import Pages
from tests.queries import counted_queries


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING, slug="fees", title="收费办法")


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency, name="林研判")


@pytest.fixture
def office(pages, analyst):
    return pages.speak("en").sign_in(analyst)


@pytest.fixture
def group(make, topic):
    def go(n, **values):
        members = [make.suggestion(topic) for _ in range(n)]
        return make.cluster(*members, **values), members

    return go


def url(cluster, act=""):
    return f"/office/groups/{cluster.id}{act}"


def test_the_page_shows_members_why_and_by_whom(session, group, office, analyst, now):
    cluster, members = group(2, name="电动车充电", keywords=["充电桩"])
    held = session.get(Membership, members[1].id)
    held.held_at, held.held_by, held.uncertain, held.similarity = now, analyst, True, 0.61

    page = office.get(url(cluster))

    assert all(one.title in page for one in members)
    assert "held by 林研判" in page
    assert "61%" in page
    assert "充电桩" in page


def test_a_name_is_changed_on_the_page(session, group, office):
    cluster, _ = group(1, name="旧名")

    page = office.post(url(cluster, "/name"), name="新名", version=str(cluster.version))

    assert "Renamed." in page
    assert cluster.name == "新名"


def test_the_second_of_two_analysts_is_told_and_keeps_what_they_typed(
    app, session, make, topic, group, office
):
    cluster, _ = group(2, name="原名")
    colleague = Pages(app, session).speak("en").sign_in(make.staff(Role.ANALYST, topic.agency))
    seen = str(cluster.version)
    colleague.post(url(cluster, "/name"), name="同事起的名", version=seen)

    page = office.post(
        url(cluster, "/name"), status=HTTPStatus.CONFLICT, name="我起的名", version=seen
    )

    assert "Somebody else has changed this since you opened it." in page
    assert "同事起的名" in page
    assert 'value="我起的名"' in page
    assert cluster.name == "同事起的名"


def test_members_are_split_off_and_taken_back(session, group, office):
    cluster, members = group(3)
    office.post(
        url(cluster, "/members"), act="split", id=str(members[0].id), version=str(cluster.version)
    )
    assert cluster.suggestion_count == 2
    act = session.scalars(select(ClusterAct)).one()

    page = office.post(f"/office/acts/{act.id}/undo", group=str(cluster.id))

    assert "Taken back." in page
    assert cluster.suggestion_count == 3


def test_members_are_moved_to_a_group_by_its_number(session, group, office):
    cluster, members = group(2)
    target, _ = group(1)

    office.post(
        url(cluster, "/members"),
        act="move",
        id=[str(members[0].id)],
        into_number=f"#{target.id}",
        version=str(cluster.version),
    )

    assert session.get(Membership, members[0].id).cluster_id == target.id


def test_a_member_is_judged_different_from_the_representative(session, group, office):
    cluster, members = group(2)

    office.post(
        url(cluster, "/members"),
        act="different",
        id=str(members[1].id),
        version=str(cluster.version),
    )

    assert session.scalar(select(PairConstraint.verdict)) is Verdict.DIFFERENT
    assert cluster.suggestion_count == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"act": "split"}, "Choose at least one member."),
        ({"act": "move", "id": "1"}, "Choose the other group"),
        ({"act": "nonsense"}, "Choose what is to be done."),
    ],
)
def test_an_incomplete_act_is_refused_in_a_sentence(group, office, form, sentence):
    cluster, _ = group(2)

    page = office.post(
        url(cluster, "/members"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        version=str(cluster.version),
        **form,
    )

    assert sentence in page


def test_a_refused_act_keeps_what_was_chosen_and_typed(group, office):
    cluster, [one, other] = group(2)

    page = office.post(
        url(cluster, "/members"),
        status=HTTPStatus.NOT_FOUND,
        version=str(cluster.version),
        act="move",
        id=str(one.id),
        into_number="4711",
    )

    assert re.search(rf'name="id" value="{one.id}"[^>]* checked', page)
    assert not re.search(rf'name="id" value="{other.id}"[^>]* checked', page)
    assert 'value="4711"' in page


def test_a_pair_that_cannot_be_judged_comes_back_on_the_page_of_its_group(group, office):
    cluster, [one, _other] = group(2, name="充电")

    page = office.post(
        "/office/topics/fees/pairs",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        group=str(cluster.id),
        first=one.no,
        second="不是编号",
        verdict="same",
    )

    assert "Give the number of a suggestion" in page
    assert 'value="不是编号"' in page
    assert "充电" in page


def test_a_merge_leads_to_the_group_that_took_over(session, group, office):
    cluster, _ = group(1, name="小组")
    target, _ = group(2, name="大组")

    page = office.post(url(cluster, "/merge"), into=str(target.id), version=str(cluster.version))

    assert "Merged." in page
    assert target.suggestion_count == 3
    assert "大组" in office.get(url(cluster))


def test_an_answered_group_offers_no_way_to_take_members_out(make, group, office):
    cluster, members = group(2)
    make.decision(cluster, state=DecisionState.APPROVED)

    assert "Split off" not in office.get(url(cluster))
    page = office.post(
        url(cluster, "/members"),
        status=HTTPStatus.CONFLICT,
        act="split",
        id=str(members[0].id),
        version=str(cluster.version),
    )
    assert "has been approved, so its members stay together" in page


def test_two_groups_are_compared_side_by_side(group, office):
    first, _ = group(2, name="甲组")
    second, _ = group(1, name="乙组")

    page = office.get(url(first, f"/compare/{second.id}"))

    assert "甲组" in page
    assert "乙组" in page
    assert "Do these two ask for the same thing?" in page


def test_a_pair_is_judged_by_the_numbers_of_its_suggestions(session, group, office):
    _, [one] = group(1)
    _, [other] = group(1)

    page = office.post("/office/topics/fees/pairs", first=one.no, second=other.no, verdict="same")

    assert "the next run brings them together" in page
    assert session.scalar(select(PairConstraint.verdict)) is Verdict.SAME


def test_a_pair_without_a_number_is_refused(group, office):
    group(1)

    page = office.post(
        "/office/topics/fees/pairs",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        first="something",
        second="",
        verdict="same",
    )

    assert "Give the number of a suggestion" in page


def test_an_unknown_group_is_not_found(office):
    office.get("/office/groups/999", status=HTTPStatus.NOT_FOUND)


def test_strangers_see_nothing_of_a_group(make, pages, group):
    cluster, _ = group(1)

    pages.sign_in(make.staff(Role.ANALYST, make.agency())).get(
        url(cluster), status=HTTPStatus.FORBIDDEN
    )


def test_the_page_asks_as_little_for_many_members_as_for_few(session, group, office):
    few, many = (url(group(n)[0]) for n in (3, 45))
    counts = []
    for address in (few, many):
        session.commit()
        session.expunge_all()  # what the test has loaded would spare the page a query
        with counted_queries(session) as queries:
            office.get(address)
        counts.append(queries.count)

    assert counts[0] == counts[1] <= 25
