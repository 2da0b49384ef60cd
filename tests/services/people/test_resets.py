from datetime import timedelta

import pytest

from consult.exceptions import Gone, Invalid, TooMany
from consult.services.people import passwords, resets, sessions
from consult.services.people.letters import Words
from models.notice import Letter
from models.person import MailedToken, PersonKind


@pytest.fixture
def person(make):
    make.person(password_hash=passwords.hashed("another's password"))
    return make.person(
        address="wang@example.org", password_hash=passwords.hashed("three blue lamps")
    )


@pytest.fixture
def ask(session, app, clock):
    """Asks for a reset and gives the secret that was put into words."""

    def act(address="wang@example.org"):
        secrets = []
        resets.ask(
            session,
            vault=app.extensions["vault"],
            address=address,
            client="192.0.2.1",
            compose=lambda secret: secrets.append(secret) or Words("subject", secret),
            now=clock(),
        )
        session.flush()
        return secrets[0]

    return act


@pytest.fixture
def reset(session, app, clock):
    def act(secret, password="four red kettles"):  # noqa: S107 - of a test person
        return resets.reset(
            session, vault=app.extensions["vault"], secret=secret, password=password, now=clock()
        )

    return act


def test_the_link_sets_a_new_password_and_signs_out_everywhere(person, ask, reset, session, now):
    token = sessions.open_session(
        session, person=person, device="", lifetime=timedelta(days=1), now=now
    )
    session.flush()
    reset(ask())
    assert passwords.matches(person, "four red kettles")
    assert sessions.person_of(session, token, now=now) is None


def test_only_a_digest_of_the_link_is_kept(person, ask, session, app):
    secret = ask()
    assert secret not in {token.digest for token in session.query(MailedToken)}
    [letter] = session.query(Letter)
    assert secret.encode() not in letter.body_sealed
    assert app.extensions["vault"].open(letter.body_sealed) == secret


def test_a_link_works_once(person, ask, reset):
    secret = ask()
    reset(secret)
    with pytest.raises(Gone):
        reset(secret, "five green drums")


def test_an_older_link_ends_with_the_reset(person, ask, reset):
    older, newer = ask(), ask()
    reset(newer)
    with pytest.raises(Gone):
        reset(older)


def test_a_link_is_good_for_an_hour(person, ask, reset, clock):
    secret = ask()
    clock.advance(minutes=60)
    with pytest.raises(Gone, match="older than an hour"):
        reset(secret)


@pytest.mark.parametrize("secret", ["", "foreign", "%00", "x" * 3000])
def test_a_foreign_link_is_refused(person, ask, reset, secret):
    ask()
    with pytest.raises(Gone):
        reset(secret)


def test_a_poor_password_leaves_the_link_good(person, ask, reset):
    secret = ask()
    with pytest.raises(Invalid):
        reset(secret, "short")
    assert reset(secret) is person


def test_no_letter_goes_where_there_is_no_account(make, ask, session, now):
    make.person(address="code@example.org", kind=PersonKind.VERIFIED)
    make.person(address="out@example.org", password_hash="x", blocked_at=now)
    for address in ("nobody@example.org", "code@example.org", "out@example.org", "no address"):
        ask(address)
    assert session.query(Letter).count() == 0


def test_an_account_made_without_a_password_gets_one_by_the_link(make, ask, reset):
    person = make.person(address="new@example.org")
    reset(ask("new@example.org"))
    assert passwords.matches(person, "four red kettles")


def test_nobody_is_flooded_with_links(person, ask):
    for _ in range(5):
        ask()
    with pytest.raises(TooMany):
        ask()
