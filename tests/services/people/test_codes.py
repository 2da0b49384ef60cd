import pytest

from consult.exceptions import Gone, Invalid, NotAllowed, TooMany
from consult.services.people import codes
from consult.services.people.letters import Words
from models.notice import Letter
from models.person import MailedToken, PersonKind


@pytest.fixture
def send(session, app, clock):
    """Asks for a code and gives it, as the letter would."""

    def act(address="13800001111"):
        seen = []
        codes.send(
            session,
            vault=app.extensions["vault"],
            address=address,
            client="192.0.2.1",
            compose=lambda code: seen.append(code) or Words("subject", code),
            now=clock(),
        )
        session.flush()
        return seen[0]

    return act


@pytest.fixture
def verify(session, app, clock):
    def act(code, address="13800001111"):
        person = codes.verify(
            session,
            vault=app.extensions["vault"],
            address=address,
            code=code,
            locale="zh_Hans_CN",
            now=clock(),
        )
        session.flush()
        return person

    return act


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_is_six_digits_and_kept_only_as_a_digest(send, session):
    code = send()
    assert len(code) == 6
    assert code.isdigit()
    assert code not in session.query(MailedToken).one().digest


def test_the_same_number_is_the_same_person(send, verify):
    first = verify(send())
    second = verify(send("+86 138-0000-1111"), "138 0000 1111")
    assert first is second
    assert first.kind is PersonKind.VERIFIED


def test_another_number_is_another_person(send, verify):
    assert verify(send()) is not verify(send("13900002222"), "13900002222")


def test_what_stands_of_somebody_with_a_code_is_masked(send, verify):
    assert verify(send()).name == "138****1111"


def test_the_fifth_wrong_guess_spends_the_code(send, verify):
    code = send()
    for _ in range(5):
        with pytest.raises(Invalid):
            verify(wrong(code))
    with pytest.raises(Gone):
        verify(code)


def test_four_wrong_guesses_are_forgiven(send, verify):
    code = send()
    for _ in range(4):
        with pytest.raises(Invalid):
            verify(wrong(code))
    assert verify(f" {code} ").kind is PersonKind.VERIFIED


def test_a_code_is_good_once_and_for_ten_minutes(send, verify, clock):
    used = send()
    verify(used)
    with pytest.raises(Gone):
        verify(used)
    late = send()
    clock.advance(minutes=10)
    with pytest.raises(Gone):
        verify(late)


def test_a_new_code_ends_the_one_before(send, verify):
    earlier, later = send(), send()
    if earlier != later:
        with pytest.raises(Invalid):
            verify(earlier)
    assert verify(later)


def test_a_code_for_one_address_is_worth_nothing_for_another(send, verify):
    code = send()
    send("13900002222")
    with pytest.raises((Invalid, Gone)):
        verify(wrong(code) if code == "000000" else code, "13900002222")


def test_a_code_is_no_second_door_into_an_account(make, send, verify):
    make.person(address="13800001111", password_hash="x")
    with pytest.raises(NotAllowed, match="Sign in"):
        verify(send())


def test_whoever_is_blocked_does_not_enter_by_code(make, send, verify, now):
    make.person(address="13800001111", blocked_at=now, kind=PersonKind.VERIFIED)
    with pytest.raises(NotAllowed, match="blocked"):
        verify(send())


def test_nobody_is_flooded_with_codes(send, session):
    for _ in range(5):
        send()
    with pytest.raises(TooMany):
        send()
    assert session.query(Letter).count() == 5
