from http import HTTPStatus

import pytest

from consult.services.people import passwords
from models.notice import Letter
from tests.pages import text_of

NEW = "four red kettles"


def test_a_forgotten_password_is_reset_by_the_mailed_link(english, account, mailed_path, session):
    english.post("/account/forgot", address="Wang@example.org")
    page = english.post(mailed_path(), password=NEW, again=NEW)
    assert "Sign in with it" in page
    session.expire_all()
    assert passwords.matches(account, NEW)


def test_the_answer_does_not_tell_whether_there_is_an_account(english, account, session):
    known = english.post("/account/forgot", address="wang@example.org")
    unknown = english.post("/account/forgot", address="nobody@example.org")
    assert text_of(known).replace("wang@", "nobody@") == text_of(unknown)
    assert session.query(Letter).count() == 1


def test_a_used_link_is_gone(english, account, mailed_path):
    english.post("/account/forgot", address="wang@example.org")
    path = mailed_path()
    english.post(path, password=NEW, again=NEW)
    page = english.get(path, status=HTTPStatus.GONE)
    assert "Ask for a new one" in page


def test_an_expired_link_is_gone_also_when_the_form_was_open(english, account, mailed_path, clock):
    english.post("/account/forgot", address="wang@example.org")
    english.get(mailed_path())
    clock.advance(hours=1)
    english.post(mailed_path(), status=HTTPStatus.GONE, password=NEW, again=NEW)


@pytest.mark.parametrize("secret", ["foreign", "x" * 500, "%E4%BD%A0"])
def test_a_foreign_link_is_gone(english, account, secret):
    english.get(f"/account/reset/{secret}", status=HTTPStatus.GONE)


def test_a_poor_new_password_comes_back_with_its_reason(english, account, mailed_path):
    english.post("/account/forgot", address="wang@example.org")
    page = english.post(
        mailed_path(),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        password="1234567890",
        again="1234567890",
    )
    assert "Too many people" in page
    english.get(mailed_path())


def test_changing_the_password_signs_out_elsewhere_and_not_here(english, account, app, session):
    english.sign_in(account)
    elsewhere = type(english)(app, session).speak("en").sign_in(account)
    form = {"old": "three blue lamps", "password": NEW, "again": NEW}
    assert "Your new password is set" in english.post("/account/password", **form)
    assert "Sign in" in elsewhere.get("/account/profile")


def test_a_wrong_present_password_changes_nothing(english, account, session):
    english.sign_in(account)
    form = {"old": "wrong", "password": NEW, "again": NEW}
    page = english.post("/account/password", status=HTTPStatus.UNPROCESSABLE_ENTITY, **form)
    assert "not your present password" in page
    assert not passwords.matches(account, NEW)


def test_settings_are_kept_and_the_language_changes_at_once(english, account):
    english.sign_in(account)
    page = english.post("/account/profile", name="王小芳", locale="zh_Hans_CN")
    assert 'lang="zh-Hans-CN"' in page
    assert "王小芳" in page
    assert account.mail_wanted is False


def test_the_language_is_chosen_without_an_account(pages):
    page = pages.post("/account/language", language="en", next="/account/sign-in")
    assert 'lang="en"' in page
    assert "Sign in" in page


def test_an_unknown_language_changes_nothing_and_leads_nowhere_else(pages):
    page = pages.post("/account/language", language="xx", next="https://evil.example/")
    assert 'lang="zh-Hans-CN"' in page
