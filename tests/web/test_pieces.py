"""Pieces of pages that are kept are, byte for byte, what would be rendered anew."""

import re

import pytest

from consult.web import pieces
from models.suggestion import Suggestion
from tests.pages import Pages

#: What an address may bring along, in the ways in which it could break out.
BACK = "/topics/t/suggestions?q=%22%3E%3Cb%3E&kind=advice&x='%26amp;(1)*,路灯+a b"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def topic(make):
    return make.topic(slug="t")


def twice(pages, app, address):
    """The page rendered anew, and again where its pieces are kept."""
    app.config["KEPT_PAGES_MB"] = 0
    app.extensions.pop("kept_pieces", None)
    fresh = pages.get(address)
    app.config["KEPT_PAGES_MB"] = 8
    app.extensions.pop("kept_pieces", None)
    pages.get(address.partition("?")[0] + "?sort=oldest")  # with another way back
    before = app.extensions["kept_pieces"].bytes
    kept = pages.get(address)
    assert app.extensions["kept_pieces"].bytes == before > 0
    return without_token(fresh), without_token(kept)


def without_token(page):
    return TOKEN.sub("", page)


@pytest.fixture
def address(topic, make):
    make.suggestion(topic, "<i>路灯</i> & “灯”", facts="<script>1</script>")
    make.suggestion(topic, "电梯")
    return BACK


def test_a_kept_piece_is_what_a_stranger_would_be_given_anew(app, pages, address):
    fresh, kept = twice(pages, app, address.replace("q=", "z="))

    assert kept == fresh
    assert pieces.BACK not in kept
    assert "<script>1" not in kept
    assert "next=/topics/t/suggestions" in kept


def test_a_kept_piece_is_what_somebody_signed_in_would_be_given_anew(app, pages, address, make):
    pages.sign_in(make.person())

    fresh, kept = twice(pages, app, address.replace("q=", "z="))

    assert kept == fresh
    assert pieces.TOKEN not in kept
    assert pieces.BACK not in kept


@pytest.mark.usefixtures("address")
def test_everybody_gets_a_token_of_their_own(app, session, make):
    app.config["KEPT_PAGES_MB"], app.config["WTF_CSRF_ENABLED"] = 8, True
    tokens = []
    for _ in range(2):
        pages = Pages(app, session)
        pages.sign_in(make.person())
        tokens.append(set(TOKEN.findall(pages.get("/topics/t/suggestions"))))

    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]


def test_what_changed_is_shown_at_once_to_whom_it_concerns(app, pages, session, make, topic):
    app.config["KEPT_PAGES_MB"] = 8
    shown: Suggestion = make.suggestion(topic, "路灯")
    reader = make.person()
    pages.sign_in(reader)
    assert 'aria-pressed="false"' in pages.get("/topics/t/suggestions")

    make.support(shown, reader)
    shown.public_title = "路灯坏了"
    session.commit()

    page = pages.get("/topics/t/suggestions")
    assert "路灯坏了" in page
    assert 'aria-pressed="true"' in page
    pages.sign_in(make.person())
    assert 'aria-pressed="false"' in pages.get("/topics/t/suggestions")
    pages.sign_in(shown.author)
    assert "aria-pressed" not in pages.get("/topics/t/suggestions")
