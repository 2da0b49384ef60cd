"""Putting a suggestion to a consultation, step by step; nothing that was typed is ever lost."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from consult.extensions import db, indexes
from consult.services.grouping import placement
from models.attachment import Attachment
from models.person import PersonKind
from models.suggestion import Distinction, Suggestion, SuggestionStatus, Support
from tests.pages import text_of

TITLE, FACTS = "提高加装电梯的补贴", "造价六十万元，补贴二十万元太少。"


@pytest.fixture
def topic(make):
    topic = make.topic(slug="lifts")
    make.document(topic, "第一条 目的。", "第二条 补贴二十万元。")
    make.document(make.topic(slug="parks"), "第一条 别处的条款。")  # noise
    return topic


@pytest.fixture
def citizen(make, pages, topic):
    citizen = make.person()
    pages.sign_in(citizen)
    return citizen


@pytest.fixture
def said(app, session, make, topic, now):
    """What others have already suggested, placed and searchable."""
    said = make.suggestion(topic, "提高加装电梯的补贴标准", facts="补贴二十万元太少。")
    make.suggestion(topic, "增加河边的路灯", facts="晚上太黑。")  # noise
    make.suggestion(topic, "电梯补贴应当提高", facts="补贴太少。", publish_text=False)  # noise
    placement.place_pending(session, topic=topic, indexes=indexes(), now=now)
    session.commit()
    return said


def sent(session):
    return session.scalar(select(Suggestion).filter_by(title=TITLE))


def hidden(page):
    """What the page would send back without anybody typing."""
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in pairs if name != "csrf_token"}


def test_the_first_step_asks_for_the_title_and_carries_the_chosen_clause(pages, citizen):
    page = pages.get("/topics/lifts/suggest?clause=art-2")

    assert '<option selected value="art-2">' in page
    assert 'value="similar"' in page


def test_without_script_it_goes_over_what_others_said_to_a_receipt(session, pages, citizen, said):
    page = pages.post("/topics/lifts/suggest", go="similar", title=TITLE, facts="", clause="art-2")
    assert said.title in page
    assert "路灯" not in page

    page = pages.post("/topics/lifts/suggest", **(hidden(page) | {"go": "details"}))
    assert TITLE in page
    assert '<option selected value="art-2">' in page

    page = pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS, go="send")
    assert sent(session).no in page


def test_mine_is_different_is_recorded(session, pages, citizen, said):
    pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS, different_from=f"{said.id},x,-1")

    assert session.scalars(select(Distinction.other_id)).all() == [said.id]


def test_one_can_support_a_similar_one_on_the_way_and_take_it_back(session, pages, citizen, said):
    typed = {"title": TITLE, "facts": FACTS}
    page = pages.post("/topics/lifts/suggest", go=f"support:{said.id}", **typed)
    assert session.scalars(select(Support.person_id)).all() == [citizen.id]
    assert hidden(page)["facts"] == FACTS

    pages.post("/topics/lifts/suggest", go=f"support:off-{said.id}", **typed)
    assert session.scalars(select(Support.person_id)).all() == []


def test_with_nothing_similar_it_goes_straight_on(pages, citizen):
    page = pages.post("/topics/lifts/suggest", go="similar", title=TITLE)

    assert "目前还没有相近的建议" in text_of(page)
    assert 'value="send"' in page


def test_everything_arrives_where_it_belongs(session, pages, citizen, topic, make):
    question = make.question(topic)
    pages.post(
        "/topics/lifts/suggest",
        title=TITLE,
        facts=FACTS,
        proposal="补贴三十万元。",
        place="河口区",
        kind="question",
        clause="art-2",
        question=str(question.id),
        publish_text="y",
        name="陈思远",
    )

    suggestion = sent(session)
    assert (suggestion.clause.anchor, suggestion.question) == ("art-2", question)
    assert (suggestion.publish_text, suggestion.publish_name) == (True, False)
    assert suggestion.contact.name_masked == "陈**"


def test_personal_data_is_shown_before_anything_is_sent(session, pages, citizen):
    typed = {"title": TITLE, "facts": "电话13800138000。", "proposal": "好", "place": "河口"}
    page = pages.post("/topics/lifts/suggest", go="send", **typed)
    assert sent(session) is None
    assert "138****8000" in page

    back = pages.post("/topics/lifts/suggest", **(hidden(page) | {"go": "details"}))
    assert "电话13800138000。" in back

    pages.post("/topics/lifts/suggest", **(hidden(page) | {"go": "masked"}))
    assert sent(session).public_facts == "电话138****8000。"


def test_what_is_missing_or_too_long_comes_back_with_all_that_was_typed(session, pages, citizen):
    page = pages.post(
        "/topics/lifts/suggest", status=422, title="长" * 61, facts="", proposal="我的对策"
    )

    assert "长" * 61 in page
    assert "我的对策" in page
    assert "请先填写主要事由" in page
    assert session.scalar(select(Suggestion)) is None


def test_another_topics_clause_is_refused_and_the_words_stay(session, pages, citizen):
    page = pages.post("/topics/lifts/suggest", status=422, title=TITLE, facts=FACTS, clause="art-9")

    assert "属于其他征集" in page
    assert FACTS in page


def test_the_text_comes_back_to_be_copied_when_the_topic_closed_meanwhile(
    session, pages, citizen, clock
):
    clock.advance(days=31)
    pages.sign_in(citizen)
    page = pages.post("/topics/lifts/suggest", status=409, title=TITLE, facts=FACTS)

    assert TITLE in page
    assert FACTS in page
    assert sent(session) is None


def test_who_sends_very_often_keeps_the_text_and_waits(app, session, pages, citizen):
    app.config["SUGGESTIONS_PER_HOUR"] = 1
    pages.post("/topics/lifts/suggest", title="第一件", facts="事由。")
    page = pages.post("/topics/lifts/suggest", status=429, title=TITLE, facts=FACTS)

    assert FACTS in page
    assert "请稍后再继续" in page


def test_sending_twice_leads_to_the_same_receipt(session, pages, citizen, clock):
    pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS)
    clock.advance(seconds=1)
    page = pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS)

    assert len(session.scalars(select(Suggestion).filter_by(title=TITLE)).all()) == 1
    assert "此前已提交" in page


def test_whoever_is_not_signed_in_is_told_how(pages, topic):
    page = pages.get("/topics/lifts/suggest?clause=art-2")

    assert "next=/topics/lifts/suggest?clause%3Dart-2" in page
    assert "take-part" not in page


def test_without_an_account_where_the_topic_allows_it(session, pages, make, topic):
    somebody = make.person(kind=PersonKind.VERIFIED)
    pages.sign_in(somebody)
    assert "仅验证邮箱还不能参与" in pages.get("/topics/lifts/suggest")

    topic.allows_anonymous = True
    session.commit()
    pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS)
    assert sent(session).author is somebody


def test_when_the_sign_in_is_over_the_text_stays(session, pages, topic):
    page = pages.post("/topics/lifts/suggest", status=401, title=TITLE, facts=FACTS)

    assert FACTS in page
    assert sent(session) is None


def test_a_stale_token_keeps_the_text_and_sends_nothing(app, session, pages, citizen):
    app.config["WTF_CSRF_ENABLED"] = True
    page = pages.post(
        "/topics/lifts/suggest", status=400, title=TITLE, facts=FACTS, csrf_token="stale"
    )

    assert FACTS in page
    assert sent(session) is None
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS, csrf_token=token)
    assert sent(session) is not None


def test_files_are_kept_through_every_step(session, pages, citizen):
    file = (BytesIO(b"%PDF-1.4 a small document"), "说明.pdf")
    page = pages.post("/topics/lifts/suggest", status=422, title=TITLE, facts="", files=file)
    assert "说明.pdf" in page

    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS, kept=kept)
    assert session.scalar(select(Attachment)).suggestion is sent(session)


def test_somebody_elses_token_for_a_file_is_passed_over(session, make, pages, citizen):
    file = (BytesIO(b"%PDF-1.4 a small document"), "说明.pdf")
    page = pages.post("/topics/lifts/suggest", status=422, title=TITLE, facts="", files=file)
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]

    pages.sign_in(make.person())
    pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS, kept=kept)
    assert session.scalar(select(Attachment)) is None


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [(b"MZ\x90\x00 a program", "建议.pdf", 422), (b"%PDF-1.4" + b"x" * 11_000_000, "大.pdf", 413)],
)
def test_a_file_that_is_not_taken_leaves_the_text_where_it_was(
    session, pages, citizen, content, name, status
):
    page = pages.post(
        "/topics/lifts/suggest",
        status=status,
        title=TITLE,
        facts=FACTS,
        files=(BytesIO(content), name),
    )

    assert FACTS in page
    assert name in page
    assert sent(session) is None


def test_broken_characters_are_taken_out(session, pages, citizen):
    pages.post("/topics/lifts/suggest", title=f"{TITLE}\x00", facts=f"{FACTS}\u202e😀")

    assert sent(session).facts == f"{FACTS}😀"


def test_a_draft_topic_has_no_such_page(session, pages, citizen, topic):
    topic.state = "draft"
    session.commit()

    pages.get("/topics/lifts/suggest", status=404)


def test_withdrawn_words_can_be_sent_again(session, pages, citizen):
    pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS)
    sent(session).status = SuggestionStatus.WITHDRAWN
    page = pages.post("/topics/lifts/suggest", title=TITLE, facts=FACTS)

    assert "此前已提交" not in page
    assert db.session.is_active
