from time import perf_counter

import pytest
from argon2 import PasswordHasher

from consult.exceptions import Invalid, NotAllowed, TooMany
from consult.services.people import passwords
from models.person import Attempt

PASSWORD = "three blue lamps"


@pytest.fixture
def person(make):
    make.person(password_hash=passwords.hashed("another's password"))
    return make.person(address="wang@example.org", password_hash=passwords.hashed(PASSWORD))


@pytest.fixture
def sign_in(session, app, clock):
    def act(address="wang@example.org", password=PASSWORD, client="192.0.2.1"):
        session.flush()
        return passwords.sign_in(
            session,
            vault=app.extensions["vault"],
            address=address,
            password=password,
            client=client,
            now=clock(),
        )

    return act


def fail(sign_in, times, **values):
    for _ in range(times):
        with pytest.raises(Invalid):
            sign_in(password="wrong", **values)


def test_the_right_password_opens_the_account(person, sign_in):
    assert sign_in(address=" Wang@example.org") is person


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(person, sign_in):
    with pytest.raises(Invalid) as wrong:
        sign_in(password="wrong")
    with pytest.raises(Invalid) as unknown:
        sign_in(address="nobody@example.org")
    assert str(wrong.value) == str(unknown.value)
    assert wrong.value.field == unknown.value.field == ""


def test_an_unknown_address_takes_as_long_as_a_wrong_password(person, sign_in):
    def quickest(address):
        times = []
        for _ in range(4):
            start = perf_counter()
            fail(sign_in, 1, address=address)
            times.append(perf_counter() - start)
        return min(times)

    assert quickest("nobody@example.org") > quickest("wang@example.org") / 2


def test_somebody_without_a_password_cannot_sign_in(make, sign_in):
    make.person(address="code@example.org")
    with pytest.raises(Invalid):
        sign_in(address="code@example.org", password="nobody's password")


def test_after_ten_failures_even_the_right_password_waits(person, sign_in, clock):
    fail(sign_in, 10)
    with pytest.raises(TooMany):
        sign_in()
    clock.advance(minutes=15)
    assert sign_in() is person


def test_failures_from_elsewhere_do_not_lock_the_owner_out(person, sign_in):
    fail(sign_in, 10, client="203.0.113.9")
    assert sign_in() is person


def test_one_client_cannot_try_account_after_account(person, sign_in):
    for number in range(60):
        fail(sign_in, 1, address=f"a{number}@example.org")
    with pytest.raises(TooMany):
        sign_in()


def test_neither_address_nor_client_is_written_down(person, sign_in, session):
    fail(sign_in, 1)
    session.flush()
    digests = [attempt.digest for attempt in session.query(Attempt)]
    assert len(digests) == 3
    assert not {"wang@example.org", "192.0.2.1"} & set(digests)


def test_whoever_is_blocked_is_told_so_only_with_the_right_password(person, sign_in, now):
    person.blocked_at = now
    with pytest.raises(NotAllowed, match="blocked"):
        sign_in()
    fail(sign_in, 1)


def test_a_hash_of_weaker_settings_is_renewed(make, sign_in):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    person = make.person(address="old@example.org", password_hash=weak)
    sign_in(address="old@example.org")
    assert "m=19456,t=2,p=1" in person.password_hash
    assert sign_in(address="old@example.org") is person


def test_changing_the_password_needs_the_present_one(person, session, app, now):
    change = {"vault": app.extensions["vault"], "person": person, "now": now}
    with pytest.raises(Invalid) as caught:
        passwords.change(session, old="wrong", new="four red kettles", **change)
    assert caught.value.field == "old"
    passwords.change(session, old=PASSWORD, new="four red kettles", **change)
    assert passwords.matches(person, "four red kettles")
