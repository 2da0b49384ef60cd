from http import HTTPStatus

import pytest

from models.person import Person, PersonKind


def begin(pages, address="13800001111", following="/topics"):
    return pages.post("/account/take-part", address=address, next=following)


def finish(pages, code, status=HTTPStatus.OK, address="13800001111", following="/topics"):
    return pages.post(
        "/account/take-part/code", status=status, code=code, address=address, next=following
    )


def test_a_code_lets_one_take_part_for_two_hours(english, mailed_code, session, clock):
    assert "13800001111" in begin(english)
    page = finish(english, mailed_code())
    assert "You can take part for two hours" in page
    assert session.query(Person).one().kind is PersonKind.VERIFIED
    clock.advance(hours=2)
    assert "Sign in" in english.get("/account/profile")


def test_wrong_guesses_are_counted_although_they_are_refused(english, mailed_code):
    begin(english)
    code = mailed_code()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        page = finish(english, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
        assert "not the code" in page
    page = finish(english, code, HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "Have a new one sent" in page


def test_a_code_too_old_says_so_and_offers_another(english, mailed_code, clock):
    begin(english)
    clock.advance(minutes=11)
    page = finish(english, mailed_code(), HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "Have a new one sent" in page
    assert "Send another code" in page


@pytest.mark.parametrize("address", ["", "12345", "x@", "名字"])
def test_what_is_no_address_gets_no_code(english, letters, address):
    english.post("/account/take-part", status=HTTPStatus.UNPROCESSABLE_ENTITY, address=address)
    assert letters() == []


def test_after_the_code_one_is_where_one_wanted_to_be_and_nowhere_else(english, mailed_code):
    begin(english)
    english.session.commit()
    form = {"code": mailed_code(), "address": "13800001111", "next": "//evil.example"}
    answer = english.client.post("/account/take-part/code", data=form)
    assert answer.headers["Location"] == "/"


def test_whoever_registers_after_a_code_keeps_what_they_wrote(english, mailed_code, session):
    begin(english, "wang@example.org")
    finish(english, mailed_code(), address="wang@example.org")
    password = "three blue lamps"
    english.post(
        "/account/register",
        kind="citizen",
        name="王芳",
        address="wang@example.org",
        password=password,
        again=password,
    )
    person = session.query(Person).one()
    assert (person.kind, person.name) == (PersonKind.CITIZEN, "王芳")


def test_the_letter_speaks_the_language_of_the_page(pages, letters):
    begin(pages.speak("en"))
    begin(pages.speak("zh_Hans_CN"), "13900002222")
    chinese, english = letters()
    assert "Your code is" in english
    assert "Your code is" not in chinese
