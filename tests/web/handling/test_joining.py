"""The pages on which a group is answered together, taken apart, or becomes a consultation."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from sqlalchemy import select

from consult.jobs import invitations, notices
from consult.services.consultations import topics
from consult.services.handling import joining
from consult.web.zone import to_local, zone
from models.case import Case, CaseState
from models.notice import Letter
from models.origin import TopicOrigin
from models.person import Role
from models.topic import TopicState
from tests.queries import counted_queries


@pytest.fixture
def group(city, make):
    """Four messages that ask the same."""
    cases = [city.send(f"公园没有路灯{n}", author=make.person()) for n in range(4)]
    found = make.cluster(*[case.suggestion for case in cases], name="公园没有路灯")
    city.cases = cases
    city.session.commit()
    return found


def form(city, cases=None, **values):
    chosen = city.cases if cases is None else cases
    return {
        "id": [f"{case.id}.{case.version}" for case in chosen],
        "lead": str(city.cases[0].id),
        "unit": str(city.lamps.id),
        **values,
    }


def address(group):
    return f"/office/groups/{group.id}/join"


def test_the_assigner_joins_a_group(pages, city, group, session):
    pages.sign_in(city.people.assigner)
    page = pages.get(address(group))
    assert all(case.suggestion.title in page for case in city.cases)
    page = pages.post(address(group), **form(city))

    session.expire_all()
    assert [case.state for case in city.cases] == [CaseState.ASSIGNED] + [CaseState.MERGED] * 3
    assert city.cases[0].no in page


def test_a_choice_that_is_refused_stays(pages, city, group):
    pages.sign_in(city.people.assigner).speak("en")
    values = form(city, city.cases[:2], unit="", words="请尽快核实")
    page = pages.post(address(group), status=HTTPStatus.UNPROCESSABLE_ENTITY, **values)

    assert "Choose the unit that answers." in page
    assert "请尽快核实" in page
    assert page.count("checked") == 3  # two messages, and the one that stands for all


def test_a_stale_choice_joins_nothing_and_stays(pages, city, group, session):
    pages.sign_in(city.people.assigner)
    values = form(city)
    city.cases[3].track = "investigation"
    session.commit()
    page = pages.post(address(group), status=HTTPStatus.CONFLICT, **values)

    assert page.count("checked") == 5
    assert {case.state for case in city.cases} == {CaseState.SUBMITTED}


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"id": [], "lead": "1"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"lead": "999999"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"unit": "999999"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"more": "不是号码"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"more": "0001-999999"}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"co_units": ["999999"]}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"id": ["x.y", "1.1.1"]}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
def test_bad_input_is_answered_and_nothing_is_joined(pages, city, group, values, status):
    pages.sign_in(city.people.assigner)
    pages.post(address(group), status=status, **form(city, **values))

    assert {case.state for case in city.cases} == {CaseState.SUBMITTED}


def test_a_message_of_no_group_is_added_by_its_number(pages, city, group, make, session):
    lone = city.send("湖边也没有灯", author=make.person())
    session.commit()
    pages.sign_in(city.people.assigner)
    pages.post(address(group), **form(city, more=f" {lone.no}，"))

    session.expire_all()
    assert lone.joined_to_id == city.cases[0].id


@pytest.mark.parametrize("who", ["handler", "leader", "supervisor", "inspector"])
def test_others_than_the_assigner_are_turned_away(pages, city, group, who):
    pages.sign_in(getattr(city.people, who))
    pages.get(address(group), status=HTTPStatus.FORBIDDEN)
    pages.post(address(group), status=HTTPStatus.FORBIDDEN, **form(city))

    assert {case.state for case in city.cases} == {CaseState.SUBMITTED}


def test_what_was_joined_is_taken_apart(pages, city, group, session):
    pages.sign_in(city.people.assigner)
    pages.post(address(group), **form(city))
    lead = session.get(Case, city.cases[0].id)
    apart = f"/office/cases/{lead.id}/apart"
    pages.post(apart, status=HTTPStatus.CONFLICT, version="0")
    pages.post(apart, version=str(lead.version))

    session.expire_all()
    assert joining.members(session, lead) == []
    assert {case.state for case in city.cases[1:]} == {CaseState.ACCEPTED}
    pages.post(apart, status=HTTPStatus.CONFLICT, version=str(lead.version))


def test_a_large_group_costs_as_much_as_a_small_one(pages, city, group, make, session):
    pages.sign_in(city.people.assigner).get(address(group))
    with counted_queries(session) as few:
        pages.get(address(group))
    for n in range(10):
        case = city.send(f"再来一盏{n}", author=make.person())
        case.handler = make.staff(Role.HANDLER, city.lamps)
        membership = type(group.memberships[0])
        make._add(
            membership(
                suggestion_id=case.suggestion_id, cluster_id=group.id, placed_at=city.clock()
            )
        )
    with counted_queries(session) as more:
        pages.get(address(group))

    assert more.count <= few.count + 1


@pytest.fixture
def drafter(city, make):
    found = make.staff(Role.DRAFTER, city.mailbox.topic.agency)
    city.session.commit()
    return found


def consultation(group):
    return f"/office/groups/{group.id}/consultation"


def window(city, days=35, **values):
    now = city.clock()
    return {
        "agency": city.mailbox.topic.agency.slug,
        "title": "关于公园照明的意见征集",
        "kind": "livelihood",
        "summary": "您希望公园怎样照明？",
        "explanation": "我们正在考虑装灯。",
        "opens_at": f"{to_local(now + timedelta(hours=1)):%Y-%m-%dT%H:%M}",
        "closes_at": f"{to_local(now + timedelta(days=days)):%Y-%m-%dT%H:%M}",
        **values,
    }


def test_from_a_group_to_a_consultation_with_its_people_invited(
    app, pages, city, group, drafter, session
):
    pages.sign_in(drafter)
    page = pages.get(consultation(group))
    assert "公园没有路灯" in page
    page = pages.post(consultation(group), **window(city))
    topic = session.scalars(select(TopicOrigin)).one().topic
    assert topic.state is TopicState.DRAFT
    assert f"/office/groups/{group.id}" in page  # the way back to the messages

    topics.publish(session, topic=topic, actor=drafter, now=city.clock(), zone=zone())
    city.clock.advance(hours=2)
    topics.advance_due(session, now=city.clock())
    for number in invitations.due(session, city.clock()):
        invitations.invite(session, city.clock(), number)
    while notices.deliver_next(session, city.clock()):
        session.flush()
    session.commit()

    letters = session.scalars(select(Letter).where(Letter.subject.contains("公园照明"))).all()
    assert len(letters) == 4
    pages.sign_in(city.cases[0].suggestion.author)
    assert "关于公园照明的意见征集" in pages.get("/account/notices")
    assert f"/topics/{topic.slug}" in pages.get(f"/messages/{city.cases[0].no}")
    page = pages.get(f"/topics/{topic.slug}")
    assert f"/mailboxes/{city.mailbox.topic.slug}" in page


def test_a_window_that_ends_before_it_begins_keeps_what_was_typed(pages, city, group, drafter):
    pages.sign_in(drafter)
    page = pages.post(
        consultation(group),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        **window(city, days=-3, explanation="不要丢"),
    )

    assert "不要丢" in page


def test_only_who_drafts_for_the_agency_may(pages, city, group):
    pages.sign_in(city.people.assigner)
    pages.get(consultation(group), status=HTTPStatus.FORBIDDEN)


def test_a_group_of_a_consultation_has_neither_page(pages, city, make, drafter):
    elsewhere = make.cluster(make.suggestion(make.topic(agency=city.mailbox.topic.agency)))
    pages.sign_in(drafter)
    pages.get(consultation(elsewhere), status=HTTPStatus.CONFLICT)
    pages.get(address(elsewhere), status=HTTPStatus.CONFLICT)


def test_the_page_of_the_group_leads_to_both(pages, city, group, make, drafter):
    analyst = make.staff(Role.ANALYST, city.mailbox.topic.agency)
    for role in (Role.ASSIGNER, Role.DRAFTER):
        analyst.appointments += [
            type(analyst.appointments[0])(role=role, agency=city.mailbox.topic.agency)
        ]
    city.session.commit()
    page = pages.sign_in(analyst).get(f"/office/groups/{group.id}")

    assert address(group) in page
    assert consultation(group) in page
