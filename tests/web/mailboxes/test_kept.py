"""Public pages of mailboxes that are kept for whoever is not signed in, and no longer than true."""

from http import HTTPStatus

import pytest

from consult.services.caseload.message_pages import NUMBER
from consult.web.versions import VERSIONS
from tests.pages import Pages
from tests.services.caseload.scenes import reported
from tests.web.world import ask


@pytest.fixture(autouse=True)
def room(app):
    app.config["KEPT_PAGES_MB"] = 8


@pytest.fixture
def case(city):
    found = city.replied(title="路灯已经修好", publish_text=True)
    city.session.commit()
    return found


def addresses(case):
    slug = case.topic.slug
    return {
        "mailboxes.index": "/mailboxes",
        "mailboxes.mailbox": f"/mailboxes/{slug}",
        "mailboxes.answered": f"/mailboxes/{slug}/answered",
        "mailboxes.message": f"/messages/{case.no}",
    }


def ask_again(pages, address, tag):
    pages._forget()
    pages.session.commit()
    return pages.client.get(address, headers={"If-None-Match": tag})


def test_every_public_page_of_a_mailbox_is_kept(pages, case):
    asked = addresses(case)
    assert set(asked) == {one for one in VERSIONS if one.startswith("mailboxes.")}
    for address in asked.values():
        first = ask(pages, "GET", address)
        assert first.status_code == HTTPStatus.OK, address
        assert first.headers["Cache-Control"].startswith("public"), address
        again = ask_again(pages, address, first.headers["ETag"])
        assert (again.status_code, again.data) == (HTTPStatus.NOT_MODIFIED, b""), address
        assert ask(pages, "GET", address).data == first.data, address


@pytest.mark.parametrize("who", ["author", "assigner", "stranger"])
def test_who_is_signed_in_gets_pages_that_nobody_keeps(app, pages, city, case, who):
    for address in addresses(case).values():
        Pages(app, pages.session).get(address)
    author = case.suggestion.author
    pages.sign_in(author if who == "author" else getattr(city.people, who))
    for address in addresses(case).values():
        answer = ask(pages, "GET", address)
        assert "ETag" not in answer.headers, address
        assert answer.headers["Cache-Control"] == "private, no-store", address


def test_an_act_on_a_message_is_seen_by_the_next_reader(pages, city, case):
    tags = {one: ask(pages, "GET", one).headers["ETag"] for one in addresses(case).values()}

    city.replied(title="井盖已经换好", publish_text=True)
    city.session.commit()

    for address, tag in tags.items():
        assert ask_again(pages, address, tag).status_code == HTTPStatus.OK, address
    assert "井盖已经换好" in pages.get(f"/mailboxes/{case.topic.slug}/answered")


def test_a_statement_is_seen_at_once(pages, city, case):
    address = f"/mailboxes/{case.topic.slug}"
    tag = ask(pages, "GET", address).headers["ETag"]
    case.mailbox.statement = "今晚检修，明早恢复。"
    case.topic.version += 1
    city.session.commit()

    assert ask_again(pages, address, tag).status_code == HTTPStatus.OK


def test_what_is_hidden_is_not_answered_from_what_was_kept(pages, city, case):
    address = f"/messages/{case.no}"
    tag = ask(pages, "GET", address).headers["ETag"]
    case.suggestion.publish_text = False
    city.session.commit()

    answer = ask_again(pages, address, tag)

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "ETag" not in answer.headers


def test_a_report_has_no_page_that_could_be_kept(pages, city, case):
    report = reported(city, "举报路灯采购")
    city.session.commit()
    known = ask(pages, "GET", f"/messages/{report.no}")
    number = NUMBER.fullmatch(report.no)
    nobody = ask(pages, "GET", f"/messages/{number[1]}-{int(number[2]) + 500:06d}")

    for answer in (known, nobody):
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert "ETag" not in answer.headers
        assert "Cache-Control" not in answer.headers


def test_another_number_of_the_same_message_is_no_address(pages, case):
    pages.get(f"/messages/{case.no}")
    number = NUMBER.fullmatch(case.no)

    wrong = ask(pages, "GET", f"/messages/{int(number[1]) + 1:04d}-{number[2]}")

    assert wrong.status_code == HTTPStatus.NOT_FOUND
