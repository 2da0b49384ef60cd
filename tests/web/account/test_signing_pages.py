from http import HTTPStatus

import pytest

from consult.services.people import people
from models.person import Person, PersonKind, UserSession
from tests.pages import Pages

PASSWORD = "three blue lamps"


def sign_in(pages, status=HTTPStatus.OK, url="/account/sign-in", **values):
    form = {"address": "wang@example.org", "password": PASSWORD} | values
    return pages.post(url, status=status, **form)


def test_somebody_registers_and_is_signed_in(english, session, app):
    page = english.post(
        "/account/register",
        kind="citizen",
        name="王芳",
        address="138 0000 1111",
        password=PASSWORD,
        again=PASSWORD,
    )
    assert "signed in" in page
    assert "王芳" in page
    person = people.by_address(session, vault=app.extensions["vault"], address="13800001111")
    assert (person.kind, person.locale) == (PersonKind.CITIZEN, "en")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"address": "wang"}, "mobile number of eleven digits"),
        ({"password": "short", "again": "short"}, "at least 10 characters"),
        ({"again": "something else"}, "The two passwords differ"),
        ({"name": " "}, "what you wish to be called"),
        ({"address": "other@example.org"}, "There is an account"),
    ],
)
def test_a_registration_comes_back_with_what_was_typed(english, account, session, values, sentence):
    form = {"kind": "citizen", "name": "李明", "address": "li@example.org"} | {
        "password": PASSWORD,
        "again": PASSWORD,
    }
    before = session.query(Person).count()
    page = english.post(
        "/account/register", status=HTTPStatus.UNPROCESSABLE_ENTITY, **(form | values)
    )
    assert sentence in page
    assert values.get("address", "li@example.org") in page
    assert session.query(Person).count() == before


def test_nobody_finds_out_who_has_an_account_by_trying_many_addresses(english, account):
    form = {"kind": "citizen", "name": "李", "password": "short", "again": "short"}
    for _ in range(30):
        english.post("/account/register", status=422, **(form | {"address": "other@example.org"}))
    form["address"] = "new@example.org"
    english.post("/account/register", status=HTTPStatus.TOO_MANY_REQUESTS, **form)


def test_signing_in_and_out(english, account):
    assert "王芳" in sign_in(english)
    assert "signed out" in english.post("/account/sign-out")
    assert "Sign in" in english.get("/account/profile")


def test_a_wrong_password_is_refused_and_the_address_kept(english, account):
    page = sign_in(english, HTTPStatus.UNPROCESSABLE_ENTITY, password="wrong")
    assert "The address or the password is not right" in page
    assert "wang@example.org" in page


def test_failures_are_counted_although_they_are_refused(english, account):
    for _ in range(10):
        sign_in(english, HTTPStatus.UNPROCESSABLE_ENTITY, password="wrong")
    assert "wait" in sign_in(english, HTTPStatus.TOO_MANY_REQUESTS)


def test_a_planted_cookie_is_worth_nothing_after_signing_in(english, account, session, app):
    planted = people.open_session(
        session,
        person=account,
        device="",
        lifetime=app.config["SESSION_LIFETIME"],
        now=app.config["CLOCK"](),
    )
    session.commit()
    with english.client.session_transaction() as cookie:
        cookie["_user_id"] = planted
    sign_in(english)
    with english.client.session_transaction() as cookie:
        assert cookie["_user_id"] != planted
    assert session.query(UserSession).filter(UserSession.ended_at.is_not(None)).count() == 1


def test_without_staying_signed_in_the_session_ends_within_a_day(english, account, clock):
    sign_in(english)
    clock.advance(hours=13)
    assert "Sign in" in english.get("/account/profile")


def test_staying_signed_in_lasts_two_weeks(english, account, clock):
    sign_in(english, remember="y")
    clock.advance(days=13)
    assert "王芳" in english.get("/account/profile")


def test_after_signing_in_one_is_where_one_wanted_to_be(english, account):
    page = english.get("/account/profile")
    assert 'value="/account/profile"' in page
    assert "Settings" in sign_in(english, next="/account/profile")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example/",
        "javascript:alert(1)",
        "evil.example",
        "",
    ],
)
def test_nobody_is_led_to_another_site(english, account, target):
    english.session.commit()
    form = {"address": "wang@example.org", "password": PASSWORD, "next": target}
    answer = english.client.post("/account/sign-in", data=form)
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"] == "/"


def test_whoever_is_blocked_is_out_at_once_and_told_why_they_cannot_enter(
    english, account, session, now
):
    sign_in(english)
    account.blocked_at = now
    session.commit()
    assert "Sign in" in english.get("/account/profile")
    assert "blocked" in sign_in(english, HTTPStatus.FORBIDDEN)


def test_a_session_ended_elsewhere_asks_to_sign_in(app, session, english, account):
    sign_in(english)
    other = Pages(app, session).speak("en")
    sign_in(other)
    assert "All other devices are signed out" in other.post("/account/sessions/end-others")
    assert "Sign in" in english.get("/account/profile")
    assert "王芳" in other.get("/account/profile")


def test_one_device_can_be_ended_from_the_list(app, session, english, account):
    sign_in(english)
    [first] = session.query(UserSession)
    other = Pages(app, session).speak("en")
    sign_in(other)
    assert "This device" in other.get("/account/sessions")
    other.post(f"/account/sessions/{first.id}/end")
    assert "Sign in" in english.get("/account/sessions")


def test_the_session_of_another_is_not_found(english, account, make, session):
    stranger = make.person()
    english.sign_in(stranger)
    theirs = session.query(UserSession).one()
    english.sign_in(account)
    english.post(f"/account/sessions/{theirs.id}/end", status=HTTPStatus.NOT_FOUND)
    assert theirs.ended_at is None
