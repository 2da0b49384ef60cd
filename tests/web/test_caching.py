"""What a browser may keep: nothing that was shown to somebody who is signed in, or by a secret."""

import pytest


@pytest.fixture
def suggestion(session, make):
    suggestion = make.suggestion()
    session.commit()
    return suggestion


def kept(pages, path):
    return pages.client.get(path).headers.get("Cache-Control", "")


def test_a_page_seen_by_somebody_signed_in_is_not_kept(pages, make, suggestion):
    pages.sign_in(make.person())

    assert kept(pages, f"/suggestions/{suggestion.id}") == "private, no-store"


@pytest.mark.parametrize("path", ["/receipts/{code}", "/receipts/{code}/entry", "/journeys/{code}"])
def test_what_a_query_code_opens_is_not_kept(pages, suggestion, path):
    assert kept(pages, path.format(code=suggestion.query_code)) == "private, no-store"


def test_scripts_and_sheets_are_kept_whoever_is_signed_in(pages, make, session):
    pages.sign_in(make.person())

    assert "no-store" not in kept(pages, "/static/js/main.js")
