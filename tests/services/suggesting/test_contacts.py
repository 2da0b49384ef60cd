"""Contacts: sealed, masked, and opened only with a reason that stays."""

import pytest

from consult.exceptions import NotAllowed, NotFound
from consult.services.records import ledger
from consult.services.suggesting import contacts
from consult.services.suggesting.contacts import ContactDetails, RevealReason
from models.person import Role


@pytest.fixture
def vault(app):
    return app.extensions["vault"]


@pytest.fixture
def suggestion(make, session, vault):
    suggestion = make.suggestion()
    suggestion.contact = contacts.sealed(ContactDetails("李四", "0523-8888 6666"), vault)
    session.flush()
    return suggestion


def reveal(session, suggestion, actor, vault, now):
    return contacts.reveal(
        session,
        suggestion=suggestion,
        reason=RevealReason.CHECK_FACTS,
        actor=actor,
        vault=vault,
        now=now,
    )


def test_a_handler_opens_a_contact_and_the_ledger_says_why(session, make, suggestion, vault, now):
    handler = make.staff(Role.HANDLER, suggestion.topic.agency)

    assert reveal(session, suggestion, handler, vault, now).name == "李四"
    [entry] = ledger.of_subject(session, suggestion)
    assert (entry.act, entry.actor, entry.detail) == (
        "contact.revealed",
        handler,
        {"reason": "check_facts"},
    )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.DRAFTER])
def test_other_roles_open_no_contact(session, make, suggestion, vault, now, role):
    with pytest.raises(NotAllowed):
        reveal(session, suggestion, make.staff(role, suggestion.topic.agency), vault, now)
    assert ledger.of_subject(session, suggestion) == []


def test_where_no_contact_was_left_there_is_none_to_open(session, make, suggestion, vault, now):
    other = make.suggestion(suggestion.topic)
    with pytest.raises(NotFound):
        reveal(session, other, make.staff(Role.HANDLER, other.topic.agency), vault, now)
