"""Receipt, look-up and journey: open to who holds the code, and telling the whole way."""

import hashlib

import pytest

from consult.app import create_app
from consult.services.suggesting import suggestions
from consult.services.suggesting.contacts import ContactDetails, RevealReason, reveal
from models.person import Role
from models.suggestion import SuggestionStatus
from tests.conftest import settings
from tests.pages import text_of


@pytest.fixture
def suggestion(app, session, make, clock):
    suggestion = suggestions.submit(
        session,
        topic=make.topic(slug="lifts"),
        author=make.person(),
        title="增设电梯",
        facts="请打电话13800138000。",
        contact=ContactDetails("张晓明", "13800138000"),
        vault=app.extensions["vault"],
        now=clock(),
    )
    make.suggestion(suggestion.topic)  # noise
    session.commit()
    return suggestion


def shown(code):
    return f"{code[:5]}-{code[5:]}"


def test_the_receipt_shows_number_code_and_the_entry_of_the_ledger(pages, suggestion):
    page = pages.get(f"/receipts/{suggestion.query_code}")

    assert suggestion.no in page
    assert shown(suggestion.query_code) in page
    entry = pages.client.get(f"/receipts/{suggestion.query_code}/entry").get_data()
    assert hashlib.sha256(entry).hexdigest() in page


def test_an_altered_entry_is_not_called_proof(session, pages, suggestion):
    session.connection().exec_driver_sql("UPDATE ledger_entry SET at = '2020-01-01 00:00:00'")
    session.commit()

    assert "日志记录与其哈希值不符" in pages.get(f"/receipts/{suggestion.query_code}")


def test_without_signing_in_the_code_shows_masked_words_only(pages, suggestion):
    for kind in ("receipts", "journeys"):
        page = pages.get(f"/{kind}/{suggestion.query_code}")
        assert "138****8000" in page
        assert "13800138000" not in page
        assert "张晓明" not in page


def test_its_author_reads_the_original(pages, suggestion):
    page = pages.sign_in(suggestion.author).get(f"/journeys/{suggestion.query_code}")

    assert "13800138000" in page


def test_no_cache_and_no_search_engine_keeps_these_pages(pages, suggestion):
    answer = pages.client.get(f"/journeys/{suggestion.query_code}")

    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("spelling", ["{}", " {} ", "lower", "dashed"])
def test_a_code_is_found_however_it_is_typed(pages, suggestion, spelling):
    code = suggestion.query_code
    typed = {"lower": code.lower(), "dashed": shown(code)}.get(spelling, spelling.format(code))

    assert suggestion.no in pages.post("/lookup", code=typed)


def test_an_unknown_code_is_not_found_and_stays_in_the_field(pages, suggestion):
    page = pages.post("/lookup", status=404, code="ZZZZZ-ZZZZZ")

    assert "没有与此查询码对应的建议或留言" in page
    assert 'value="ZZZZZ-ZZZZZ"' in page


def test_an_empty_code_is_asked_for_again(pages):
    pages.post("/lookup", status=422, code=" ")


@pytest.mark.parametrize("code", ["\x00", "😀" * 3000, "' OR 1=1", "9" * 40, "１２－３４"])
def test_nonsense_is_not_found(pages, suggestion, code):
    pages.post("/lookup", status=404, code=code)


def test_a_number_leads_to_the_public_page_and_never_to_the_journey(session, pages, suggestion):
    page = pages.post("/lookup", status=404, code=suggestion.no)
    assert "没有此编号的公开建议或留言" in page

    suggestion.publish_text = True
    page = pages.post("/lookup", code=suggestion.no)
    assert suggestion.query_code not in page


def test_who_guesses_codes_is_stopped(database, tmp_path, suggestion, clock):
    limited = {"RATELIMIT_ENABLED": True, "WTF_CSRF_ENABLED": False}
    app = create_app(**settings(tmp_path, database) | limited, CLOCK=clock)
    client = app.test_client()
    answers = [client.post("/lookup", data={"code": f"GUESS{n:05}"}).status_code for n in range(25)]

    assert answers[:20] == [404] * 20
    assert answers[-1] == 429


def test_a_withdrawn_one_keeps_its_journey_for_its_author(session, pages, suggestion, now):
    suggestions.withdraw(
        session, suggestion=suggestion, actor=suggestion.author, reason="写错了", now=now
    )
    session.commit()

    page = text_of(pages.get(f"/journeys/{suggestion.query_code}"))
    assert "已由您撤回" in page
    assert "写错了" in page


def test_the_author_sees_who_opened_the_contact_and_why(app, session, make, pages, suggestion, now):
    handler = make.staff(Role.HANDLER, suggestion.topic.agency, name="周承办")
    reveal(
        session,
        suggestion=suggestion,
        reason=RevealReason.CHECK_FACTS,
        actor=handler,
        vault=app.extensions["vault"],
        now=now,
    )
    session.commit()

    page = text_of(pages.get(f"/journeys/{suggestion.query_code}"))
    assert "周承办" in page
    assert "核实情况" in page


def test_one_that_was_not_accepted_says_why(session, pages, suggestion):
    suggestion.status, suggestion.status_reason = SuggestionStatus.NOT_ACCEPTED, "off_topic"
    session.commit()

    assert "与本次征集内容无关" in pages.get(f"/journeys/{suggestion.query_code}")
