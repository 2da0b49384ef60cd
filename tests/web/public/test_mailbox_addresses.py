"""The addresses of consultations lead on where a mailbox or a message is meant, and tell nothing else."""

from http import HTTPStatus

import pytest

from models.person import Appointment, Role
from models.suggestion import SuggestionKind, SuggestionStatus
from tests.web.world import ask

PAGES = ("", "/suggestions", "/groups", "/outcome", "/final", "/suggest")


@pytest.fixture
def slug(city, session):
    session.commit()
    return city.mailbox.topic.slug


@pytest.fixture
def staff(make, city):
    person = make.staff(Role.DRAFTER, city.mailbox.topic.agency)
    person.appointments += [
        Appointment(role=role, agency=city.mailbox.topic.agency)
        for role in (Role.ANALYST, Role.UNIT_LEADER, Role.ASSIGNER)
    ]
    return make._add(person)


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_consultation_lead_to_the_mailbox(pages, slug, page):
    answer = ask(pages, "GET", f"/topics/{slug}{page}")

    assert answer.status_code == HTTPStatus.FOUND
    assert answer.location == f"/mailboxes/{slug}"


def test_what_is_sent_to_a_mailbox_as_a_suggestion_is_not_taken(pages, city, slug, session):
    pages.sign_in(city.people.citizen)
    answer = ask(pages, "POST", f"/topics/{slug}/suggest", {"title": "请修路灯", "go": "send"})

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_the_number_of_a_public_message_leads_to_its_page(pages, city):
    case = city.replied(publish_text=True)

    answer = ask(pages, "GET", f"/suggestions/{case.suggestion_id}")

    assert (answer.status_code, answer.location) == (HTTPStatus.FOUND, f"/messages/{case.no}")


@pytest.mark.parametrize(
    "values",
    [
        {"publish_text": False},
        {"publish_text": True, "status": SuggestionStatus.WITHDRAWN},
        {"publish_text": True, "status": SuggestionStatus.NOT_ACCEPTED},
        {"publish_text": False, "kind": SuggestionKind.REPORT},
    ],
)
def test_the_number_of_any_other_is_like_one_that_was_never_given(pages, city, values):
    """To the public and to the staff of other units: no status tells that there is something."""
    case = city.send()
    for name, value in values.items():
        setattr(case.suggestion, name, value)
    number = case.suggestion_id
    for person in (None, city.people.stranger, city.people.other_leader):
        if person is not None:
            pages.sign_in(person)
        for method, path in (("GET", ""), ("POST", "/support")):
            here = ask(pages, method, f"/suggestions/{number}{path}", {"support": "yes"})
            nowhere = ask(pages, method, f"/suggestions/987654{path}", {"support": "yes"})
            assert here.status_code == nowhere.status_code, (method, path)


def test_an_etag_does_not_tell_that_there_is_a_message(pages, city, make, session):
    hidden = city.send(publish_text=False)
    shown = make.suggestion()
    session.commit()
    tag = ask(pages, "GET", f"/suggestions/{shown.id}").headers["ETag"]

    headers = {"If-None-Match": f"{tag}, *"}
    answer = pages.client.get(f"/suggestions/{hidden.suggestion_id}", headers=headers)

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_the_author_comes_from_the_query_code_to_the_progress(pages, city):
    case = city.send()
    code = case.suggestion.query_code

    for page, leads in (("journeys", "progress"), ("receipts", "receipt")):
        answer = ask(pages, "GET", f"/{page}/{code}")
        assert answer.location == f"/messages/{case.no}/{leads}?code={code}"


def test_staff_are_led_to_the_mailbox_and_told_what_does_not_apply(pages, city, slug, staff):
    pages.sign_in(staff)

    answer = ask(pages, "GET", f"/office/topics/{slug}")
    assert answer.location == f"/office/mailboxes/{slug}"
    for page in ("edit", "publish", "extend", "analysis", "enact", "document", "decisions"):
        told = ask(pages, "GET", f"/office/topics/{slug}/{page}")
        assert told.status_code == HTTPStatus.CONFLICT, page
        assert "留言" in told.get_data(as_text=True)


def test_the_groups_of_a_mailbox_are_looked_at_in_the_office(pages, city, slug, staff, make):
    make.cluster(city.send("路灯不亮").suggestion, name="路灯不亮的一组")
    pages.sign_in(staff)

    assert "路灯不亮的一组" in pages.get(f"/office/topics/{slug}/groups")
