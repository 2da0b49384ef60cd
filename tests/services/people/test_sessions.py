from datetime import timedelta

import pytest

from consult.exceptions import NotFound
from consult.services.people import sessions
from models.person import UserSession
from tests.conftest import NOW


@pytest.fixture
def open_one(session, now):
    def act(person, device="Firefox"):
        token = sessions.open_session(
            session, person=person, device=device, lifetime=timedelta(days=14), now=now
        )
        session.flush()
        return token

    return act


def test_a_session_leads_to_its_person_with_their_roles(session, make, open_one, now):
    open_one(make.person("别人"))
    staff = make.staff("analyst", make.agency("住建局"))
    found = sessions.person_of(session, open_one(staff), now=now)
    assert found is staff
    assert found.appointments[0].agency.name == "住建局"


def test_every_sign_in_has_a_token_of_its_own_and_none_is_stored(session, make, open_one):
    person = make.person()
    first, second = open_one(person), open_one(person)
    assert first != second
    assert not session.query(UserSession).filter(UserSession.digest.in_([first, second])).all()


def test_a_session_ends_when_its_time_is_over(session, make, open_one, now):
    token = open_one(make.person())
    assert sessions.person_of(session, token, now=now + timedelta(days=13))
    assert sessions.person_of(session, token, now=now + timedelta(days=14)) is None


@pytest.mark.parametrize("token", ["", "foreign", "x" * 5000])
def test_a_foreign_token_leads_to_nobody(session, make, open_one, token, now):
    open_one(make.person())
    assert sessions.person_of(session, token, now=now) is None


def test_whoever_is_blocked_is_out_at_once(session, make, open_one, now):
    person = make.person()
    token = open_one(person)
    person.blocked_at = now
    assert sessions.person_of(session, token, now=now) is None


def test_ending_the_others_keeps_this_one(session, make, open_one, now):
    person, stranger = make.person(), make.person()
    away, here, theirs = open_one(person), open_one(person), open_one(stranger)
    sessions.end_all(session, person=person, now=now, keep=here)
    standing = [bool(sessions.person_of(session, token, now=now)) for token in (away, here, theirs)]
    assert standing == [False, True, True]


def test_nobody_ends_the_session_of_another(session, make, open_one, now):
    open_one(make.person())
    theirs = session.query(UserSession).one()
    with pytest.raises(NotFound):
        sessions.end(session, person=make.person(), number=theirs.id, now=now)
    assert theirs.ended_at is None


def test_the_list_shows_only_what_stands_and_is_ones_own(session, make, open_one, now):
    person = make.person()
    open_one(make.person(), "another's")
    open_one(person, "phone")
    gone = open_one(person, "library")
    sessions.end_token(session, token=gone, now=now)
    found = sessions.standing(session, person=person, now=NOW)
    assert [one.device for one in found] == ["phone"]
