from datetime import timedelta

import pytest

from consult.exceptions import Conflict, NotAllowed
from consult.services.people import letters
from models.notice import Letter
from models.person import Role


@pytest.fixture
def vault(app):
    return app.extensions["vault"]


@pytest.fixture
def write(session, vault, now):
    def act(key="notice:1", to="wang@example.org", body="您的建议已被采纳。"):
        letter = letters.write(
            session, vault=vault, key=key, to=to, subject="结果", body=body, now=now
        )
        session.flush()
        return letter

    return act


@pytest.fixture
def claim(session, vault, clock):
    def act():
        parcel = letters.claim(session, vault=vault, now=clock())
        session.flush()
        return parcel

    return act


def test_the_same_letter_is_written_once(write, session):
    assert write(body="first") is write(body="second")
    assert session.query(Letter).count() == 1


def test_address_and_words_are_sealed(write):
    letter = write()
    assert b"wang@example.org" not in letter.to_sealed
    assert "采纳".encode() not in letter.body_sealed
    assert letter.to_masked == "w***@example.org"


def test_a_letter_to_a_person_goes_to_their_address(make, write, claim):
    write(to=make.person(address="li@example.org"))
    assert claim().to == "li@example.org"


def test_a_letter_on_its_way_is_not_taken_a_second_time(write, claim):
    write()
    assert claim().body == "您的建议已被采纳。"
    assert claim() is None


def test_the_words_are_dropped_once_the_letter_has_gone(write, claim, session, now):
    letter = write()
    letters.note_sent(session, parcel=claim(), now=now)
    assert (letter.sent_at, letter.body_sealed) == (now, None)


def test_the_pauses_grow_until_the_letter_is_given_up(write, claim, session, clock):
    letter, pauses = write(), []
    while parcel := claim():
        letters.note_failure(session, parcel=parcel, error="mailbox full")
        pauses.append(letter.next_attempt_at - clock())
        clock.advance(seconds=pauses[-1].total_seconds())
    assert len(pauses) == Letter.MAX_ATTEMPTS
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=1)
    assert list(letters.given_up(session)) == [letter]


def test_a_new_letter_does_not_wait_behind_those_that_fail(write, claim, clock):
    write("old")
    claim()
    clock.advance(hours=1)
    write("new", to="new@example.org")
    assert claim().to == "new@example.org"


def test_an_administrator_has_a_letter_tried_again(make, write, claim, session, clock):
    letter = write()
    letter.attempts = Letter.MAX_ATTEMPTS
    session.flush()
    administrator = make.staff(Role.ADMINISTRATOR, make.agency())
    letters.send_again(session, number=letter.id, actor=administrator, now=clock())
    assert claim().to == "wang@example.org"


def test_an_auditor_does_not_send_letters(make, write, session, now):
    auditor = make.staff(Role.AUDITOR, make.agency())
    with pytest.raises(NotAllowed):
        letters.send_again(session, number=write().id, actor=auditor, now=now)


def test_a_letter_that_went_is_not_sent_again(make, write, claim, session, now):
    letters.note_sent(session, parcel=(parcel := claim_after(write, claim)), now=now)
    administrator = make.staff(Role.ADMINISTRATOR, make.agency())
    with pytest.raises(Conflict):
        letters.send_again(session, number=parcel.letter_id, actor=administrator, now=now)


def claim_after(write, claim):
    write()
    return claim()
