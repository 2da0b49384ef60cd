"""What an author does with a suggestion afterwards."""

import pytest
from sqlalchemy import select

from models.suggestion import SuggestionStatus, SuggestionVersion


@pytest.fixture
def suggestion(make, pages):
    suggestion = make.suggestion(title="增设电梯", facts="老人下楼难。")
    make.suggestion(suggestion.topic)  # noise
    pages.sign_in(suggestion.author)
    return suggestion


def url(suggestion, act):
    return f"/suggestions/{suggestion.id}/{act}"


def words(suggestion, **changes):
    own = {"title": suggestion.title, "facts": suggestion.facts, "version": suggestion.version}
    return own | changes


def test_an_edit_is_kept_with_the_words_before(session, pages, suggestion):
    assert "老人下楼难。" in pages.get(url(suggestion, "edit"))
    page = pages.post(url(suggestion, "edit"), **words(suggestion, facts="老人上下楼都难。"))

    assert suggestion.public_facts == "老人上下楼都难。"
    assert "老人下楼难。" in page  # under "the words before"


def test_personal_data_in_an_edit_is_shown_first(session, pages, suggestion):
    changed = words(suggestion, facts="电话13800138000。")
    page = pages.post(url(suggestion, "edit"), **changed)
    assert "138****8000" in page
    assert suggestion.facts == "老人下楼难。"

    pages.post(url(suggestion, "edit"), **changed, go="masked")
    assert suggestion.public_facts == "电话138****8000。"


def test_a_stale_edit_keeps_what_was_typed_beside_what_stands(session, pages, suggestion):
    stale = words(suggestion, facts="我在旧页面上写的。")
    suggestion.facts = "在另一个窗口改过。"
    page = pages.post(url(suggestion, "edit"), status=409, **stale)

    assert "我在旧页面上写的。" in page
    assert "在另一个窗口改过。" in page
    assert session.scalar(select(SuggestionVersion)) is None
    pages.post(url(suggestion, "edit"), **(stale | {"version": suggestion.version}))
    assert suggestion.facts == "我在旧页面上写的。"


@pytest.mark.parametrize(("by", "words_kept"), [({"hours": 25}, "时限已过"), ({"days": 31}, "已")])
def test_a_late_edit_keeps_what_was_typed(pages, suggestion, clock, by, words_kept):
    clock.advance(**by)
    pages.sign_in(suggestion.author)
    page = pages.post(url(suggestion, "edit"), status=409, **words(suggestion, facts="晚到的话。"))

    assert "晚到的话。" in page
    assert words_kept in page
    assert suggestion.facts == "老人下楼难。"


def test_an_edit_from_a_stale_page_keeps_its_words(app, pages, suggestion):
    app.config["WTF_CSRF_ENABLED"] = True
    page = pages.post(url(suggestion, "edit"), status=400, **words(suggestion, facts="新的话。"))
    assert "新的话。" in page
    assert suggestion.facts == "老人下楼难。"

    pages.client.delete_cookie(app.config["SESSION_COOKIE_NAME"])
    page = pages.post(url(suggestion, "edit"), status=401, **words(suggestion, facts="新的话。"))
    assert "新的话。" in page
    assert suggestion.query_code not in page


def test_too_long_an_edit_comes_back(pages, suggestion):
    page = pages.post(url(suggestion, "edit"), status=422, **words(suggestion, facts="字" * 4001))

    assert "字" * 4001 in page


def test_withdrawing_keeps_the_number(session, pages, suggestion):
    page = pages.post(url(suggestion, "withdraw"), reason="已经解决")

    assert suggestion.status is SuggestionStatus.WITHDRAWN
    assert suggestion.no in page


def test_consents_can_be_changed_afterwards(session, pages, suggestion):
    pages.post(url(suggestion, "consents"), publish_name="y")

    assert (suggestion.publish_text, suggestion.publish_name) == (False, True)


@pytest.mark.parametrize("act", ["edit", "withdraw", "consents"])
def test_nobody_else_changes_anything(session, make, pages, suggestion, act):
    pages.sign_in(make.person())
    pages.post(url(suggestion, act), status=403, **words(suggestion, facts="别人写的"))

    assert suggestion.is_public
    assert suggestion.facts == "老人下楼难。"
