"""The page of alarms, and notices about cases on the page of notices."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from consult.services.handling import telling
from models.duty import DutyPage
from models.notice import Notice
from models.person import Role
from models.suggestion import SuggestionKind
from tests.queries import counted_queries


@pytest.fixture
def officer(city, make):
    person = make.staff(Role.ANALYST, city.mailbox.topic.agency, name="值班员")
    city.mailbox.duty_officer = person
    return person


@pytest.fixture
def rung(city, session, officer):
    """An alarm about a message of danger."""

    def act(title="楼里燃气泄漏", **values):
        case = city.send(title, **values)
        telling.tell_arrivals(session, now=city.clock())
        session.commit()
        return session.scalar(select(DutyPage).filter_by(case_id=case.id))

    return act


def test_the_officer_takes_an_alarm_in_hand(pages, session, officer, rung):
    page = rung()
    pages.speak("en").sign_in(officer)
    assert "楼里燃气泄漏" in pages.get("/office/duty")

    pages.post(f"/office/duty/{page.id}", note="已通知燃气公司")

    assert page.acknowledged_by_id == officer.id
    assert "No alarm waits" in pages.get("/office/duty")
    settled = pages.get("/office/duty?tab=settled")
    assert "已通知燃气公司" in settled
    assert "值班员" in settled


def test_who_comes_second_is_told_who_has_it_and_keeps_what_was_typed(
    pages, session, city, officer, rung
):
    page, other = rung(), rung("河里有人溺水")
    pages.speak("en").sign_in(officer)
    pages.post(f"/office/duty/{page.id}")
    pages.sign_in(city.people.assigner)

    refused = pages.post(f"/office/duty/{page.id}", note="我来处理", status=HTTPStatus.CONFLICT)

    assert "值班员 has it in hand already." in refused
    assert other.case.suggestion.title in refused


def test_an_alarm_of_others_is_not_found(pages, city, officer, rung):
    page = rung()
    pages.speak("en").sign_in(city.people.handler)
    assert "燃气泄漏" not in pages.get("/office/duty")
    pages.post(f"/office/duty/{page.id}", status=HTTPStatus.NOT_FOUND)
    pages.post("/office/duty/999999", status=HTTPStatus.NOT_FOUND)


def test_citizens_have_no_alarms(pages, city, officer, rung):
    rung()
    pages.speak("en").sign_in(city.people.citizen)
    assert "燃气" not in pages.get("/office/duty", status=HTTPStatus.FORBIDDEN)


def test_an_alarm_about_a_report_is_shown_to_its_unit_alone(pages, city, officer, rung):
    rung("灯管处隐瞒燃气泄漏", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    pages.speak("en").sign_in(city.people.inspector)
    assert "灯管处隐瞒燃气泄漏" in pages.get("/office/duty")
    for person in (officer, city.people.assigner, city.people.leader):
        pages.sign_in(person)
        assert "灯管处隐瞒" not in pages.get("/office/duty")


def test_more_alarms_ask_no_more_of_the_database(pages, session, officer, rung):
    pages.speak("en").sign_in(officer)
    counts = []
    for size in (2, 12):
        for n in range(size):
            rung(f"第{size}街{n}号燃气泄漏")
        with counted_queries(session) as queries:
            pages.get("/office/duty")
        counts.append(queries.count)
    assert counts[1] <= counts[0]


def test_a_notice_leads_the_author_and_staff_each_to_their_own_page(pages, session, city):
    case = city.assigned()
    telling.tell_arrivals(session, now=city.clock())
    telling.tell_steps(session, now=city.clock())
    session.commit()
    for who, wanted in (
        ("citizen", f"/messages/{case.no}/progress"),
        ("leader", f"/office/cases/{case.id}"),
    ):
        person = getattr(city.people, who)
        pages.speak("en").sign_in(person)
        assert case.no in pages.get("/account/notices")
        notice = session.scalar(select(Notice).filter_by(person_id=person.id, case_id=case.id))
        found = pages.post(f"/account/notices/{notice.id}", open="1")
        assert f'name="next" value="{wanted}"' in found


def test_many_notices_ask_no_more_of_the_database(pages, session, city):
    pages.speak("en").sign_in(city.people.citizen)
    counts = []
    for size in (2, 6):
        for n in range(size):
            city.assigned(title=f"第{size}街{n}号灯")
        telling.tell_arrivals(session, now=city.clock())
        telling.tell_steps(session, now=city.clock())
        session.commit()
        with counted_queries(session) as queries:
            pages.get("/account/notices")
        counts.append(queries.count)
    assert counts[1] <= counts[0]
