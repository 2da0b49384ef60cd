"""What staff do with one suggestion from its page."""

import pytest

from consult.services.records import ledger
from consult.services.suggesting import contacts
from consult.services.suggesting.contacts import ContactDetails
from models.person import Role
from models.suggestion import SuggestionStatus


@pytest.fixture
def suggestion(app, make, session):
    suggestion = make.suggestion(title="增设电梯")
    suggestion.contact = contacts.sealed(
        ContactDetails("张晓明", "13912345678", hidden_note="晚上方便"), app.extensions["vault"]
    )
    session.commit()
    return suggestion


@pytest.fixture
def analyst(make, pages, suggestion):
    analyst = make.staff(Role.ANALYST, suggestion.topic.agency)
    pages.sign_in(analyst)
    return analyst


def url(suggestion, act):
    return f"/office/suggestions/{suggestion.id}/{act}"


def test_it_is_not_accepted_with_a_reason_and_accepted_after_all(pages, suggestion, analyst):
    page = pages.post(url(suggestion, "refuse"), reason="off_topic")
    assert suggestion.status is SuggestionStatus.NOT_ACCEPTED
    assert "与本次征集内容无关" in page

    pages.post(url(suggestion, "restore"))
    assert suggestion.is_valid


@pytest.mark.parametrize("reason", ["", "because", "off_topic\x00"])
def test_a_reason_has_to_be_one_of_the_list(pages, suggestion, analyst, reason):
    pages.post(url(suggestion, "refuse"), status=422, reason=reason)
    pages.post(url(suggestion, "contact"), status=422, reason=reason)

    assert suggestion.is_valid


def test_the_contact_is_opened_once_and_written_down(session, pages, suggestion, analyst):
    masked = pages.get(f"/suggestions/{suggestion.id}")
    assert "张晓明" not in masked
    assert "139****5678" in masked

    page = pages.post(url(suggestion, "contact"), reason="reply")
    assert "13912345678" in page
    assert "晚上方便" in page
    [entry] = ledger.of_subject(session, suggestion)
    assert (entry.act, entry.actor_id) == ("contact.revealed", analyst.id)


@pytest.mark.parametrize("act", ["refuse", "restore", "contact"])
def test_staff_of_another_agency_and_citizens_may_not(session, make, pages, suggestion, act):
    for person in (make.staff(Role.ANALYST, make.agency()), suggestion.author):
        pages.sign_in(person)
        pages.post(
            url(suggestion, act), status=403, reason="reply" if act == "contact" else "empty"
        )

    assert suggestion.is_valid
    assert ledger.of_subject(session, suggestion) == []


def test_the_public_sees_none_of_it(pages, suggestion):
    page = pages.get(f"/suggestions/{suggestion.id}")

    assert "工作人员操作" not in page
    assert "139****5678" not in page
