"""Home, the list, a consultation and a clause, as everybody sees them."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest

from models.decision import ClauseChange, DecisionState, Outcome
from models.person import Role
from models.suggestion import SuggestionStatus
from models.topic import TopicKind, TopicState, WindowChange, WindowChangeKind
from tests.pages import text_of
from tests.queries import counted_queries


@pytest.fixture(autouse=True)
def english(pages):
    return pages.speak("en")


@pytest.fixture
def page(session, pages):
    """The words of a page, after storing what was arranged."""

    def page(url, **kwargs):
        session.commit()
        return " ".join(text_of(pages.get(url, **kwargs)).split())

    return page


def test_home_begins_with_what_is_open_and_what_became_of_the_rest(make, page):
    make.topic(title="停车办法", closes=3)
    answered = make.topic(title="养犬办法", state=TopicState.REPORTED, closes=-9)
    make.decision(make.cluster(make.suggestion(answered)), state=DecisionState.PUBLISHED)
    make.topic(title="秘密草稿", state=TopicState.DRAFT)

    words = page("/")
    assert words.index("停车办法") < words.index("养犬办法")
    assert "3 days left" in words
    assert "1 suggestion answered" in words
    assert "秘密草稿" not in words


def test_an_empty_platform_has_a_front_page_too(page):
    assert "No consultation is open at the moment" in page("/")


def test_how_it_works_is_told(page):
    assert "A person counts once in a group" in page("/about")


def test_the_list_shows_a_stage_and_counts_the_others(make, page):
    make.topic(title="征集中的")
    make.topic(title="已结束的", closes=-1)
    make.topic(title="秘密草稿", state=TopicState.DRAFT)

    words = page("/topics?stage=awaiting")
    assert "已结束的" in words
    assert "征集中的" not in words
    assert "Open 1" in words
    assert "秘密草稿" not in words


def test_words_kind_and_agency_narrow_the_list_together(make, page):
    bureau = make.agency("住建局", slug="housing")
    make.topic(title="物业规划", agency=bureau, kind=TopicKind.PLAN)
    make.topic(title="物业规章", agency=bureau, kind=TopicKind.RULE)
    make.topic(title="别处物业规划", kind=TopicKind.PLAN)

    words = page("/topics?q=物业&kind=plan&agency=housing")
    assert "物业规划" in words
    assert "物业规章" not in words
    assert "别处物业规划" not in words


@pytest.mark.parametrize(
    "query", ["stage=xyz", "kind=xyz", "page=999", "page=-1", "page=x", "region=%25"]
)
def test_nonsense_in_the_address_is_passed_over(make, page, query):
    make.topic(title="停车办法")

    page(f"/topics?{query}")


def test_an_empty_search_leads_back(page):
    assert "Show all without filters" in page("/topics?q=找不到")


def test_the_page_says_what_is_asked_until_when_and_why_so_short(make, page):
    topic = make.topic(closes=5, opens=-1, summary="小区停车", short_window_reason="汛期将至")
    make.question(topic, "停车费由谁定？")

    words = page(f"/topics/{topic.slug}")
    for expected in (
        "小区停车",
        "停车费由谁定？",
        "汛期将至",
        "days left 5",
        "Say what should change",
    ):
        assert expected in words


def test_a_changed_window_is_told_with_its_reason(session, make, page, now):
    topic = make.topic()
    change = {"closes_before": now, "closes_after": topic.closes_at, "reason": "群众要求延长"}
    session.add(
        WindowChange(
            topic_id=topic.id,
            kind=WindowChangeKind.EXTENDED,
            person_id=topic.created_by_id,
            **change,
        )
    )

    assert "群众要求延长" in page(f"/topics/{topic.slug}")


def test_each_clause_shows_how_many_spoke_to_it(make, page):
    topic = make.topic()
    clause = make.document(topic, "停车收费实行政府指导价。", "本办法自公布之日起施行。").clauses[0]
    for _ in range(2):
        make.suggestion(topic, clause=clause)
    make.suggestion(topic, clause=clause, status=SuggestionStatus.WITHDRAWN)

    words = page(f"/topics/{topic.slug}")
    assert "停车收费实行政府指导价。 2 suggestions on this" in words
    assert "0 suggestions on this" in words


def test_the_largest_groups_and_the_latest_words_are_shown(make, page):
    topic = make.topic()
    make.cluster(make.suggestion(topic, "降低停车费"), name="停车费太高")
    make.suggestion(topic, "不公开的话", publish_text=False)
    make.cluster(make.suggestion(make.topic(), "别处的建议"), name="别处的组")

    words = page(f"/topics/{topic.slug}")
    assert "停车费太高" in words
    assert "降低停车费" in words
    for hidden in ("不公开的话", "别处的组", "别处的建议"):
        assert hidden not in words


def test_what_became_of_it_stands_on_the_page_once_it_is_reported(make, page):
    topic = make.topic(state=TopicState.REPORTED, closes=-9)
    make.decision(
        make.cluster(make.suggestion(topic)), Outcome.ADOPTED, state=DecisionState.PUBLISHED
    )

    words = page(f"/topics/{topic.slug}")
    assert "1 suggestion, and how it was answered" in words
    assert "Say what should change" not in words


def test_a_closed_consultation_offers_no_way_to_speak(make, page, pages, clock):
    topic = make.topic(closes=1)
    make.document(topic, "条文")
    clock.advance(days=1)

    assert "Say what should change" not in page(f"/topics/{topic.slug}")
    assert not re.search(r"/suggest[\"?]", pages.get(f"/topics/{topic.slug}"))


@pytest.mark.parametrize(
    "explanation",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](https://elsewhere.example/spy.png)",
        '<a href="x" style="position:fixed" onclick="alert(1)">x</a>',
    ],
)
def test_markdown_brings_no_script_style_or_foreign_picture(session, make, pages, explanation):
    topic = make.topic(explanation=explanation)
    session.commit()

    html = pages.get(f"/topics/{topic.slug}")  # which looks for inline script and style
    assert 'href="javascript' not in html
    assert "elsewhere.example" not in html
    assert "<img src=x" not in html


def test_words_of_people_are_never_markup(session, make, pages):
    topic = make.topic(summary="<i>x</i>")
    make.document(topic, "<u>条文</u>")
    make.cluster(make.suggestion(topic, "<s>建议</s>"), name="<em>组</em>")
    make.question(topic, "<q>问</q>")
    session.commit()

    html = pages.get(f"/topics/{topic.slug}")
    assert not [tag for tag in ("<i>x", "<u>条", "<s>建", "<em>组", "<q>问") if tag in html]


def test_a_draft_is_not_found_by_the_public_nor_by_other_agencies(session, make, pages):
    topic = make.topic(state=TopicState.DRAFT)
    session.commit()
    pages.get(f"/topics/{topic.slug}", status=HTTPStatus.NOT_FOUND)

    pages.sign_in(make.staff(Role.DRAFTER, make.agency()))
    pages.get(f"/topics/{topic.slug}", status=HTTPStatus.NOT_FOUND)


def test_the_page_of_a_clause_gathers_who_spoke_to_it(make, page):
    topic = make.topic()
    clause, other = make.document(topic, "停车费由市场调节。", "施行日期。").clauses
    make.cluster(make.suggestion(topic, "停车费要封顶", clause=clause), name="封顶")
    make.cluster(make.suggestion(topic, "尽快施行", clause=other), name="施行")

    words = page(f"/topics/{topic.slug}/clauses/{clause.anchor}")
    for expected in (
        "停车费由市场调节。",
        "停车费要封顶",
        "封顶",
        "Comment on this clause",
        "第2条 →",
    ):
        assert expected in words
    assert "尽快施行" not in words


def test_a_decided_clause_shows_its_words_before_and_after(session, make, page):
    topic = make.topic(state=TopicState.REPORTED, closes=-9)
    clause = make.document(topic, "停车费由市场调节。").clauses[0]
    decision = make.decision(make.cluster(make.suggestion(topic)), state=DecisionState.PUBLISHED)
    decision.clause_changes.append(
        ClauseChange(clause=clause, before=clause.text, after="停车费实行封顶。")
    )

    words = page(f"/topics/{topic.slug}/clauses/{clause.anchor}")
    assert "停车费实行封顶。" in words
    assert decision.reason in words


def test_an_unknown_clause_is_not_found(session, make, pages):
    topic = make.topic()
    make.document(topic, "甲")
    session.commit()

    pages.get(f"/topics/{topic.slug}/clauses/art-99", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_stage_has_a_good_page_in_both_languages(session, make, pages, language):
    topics = [
        make.topic(state=state, closes=-1) for state in TopicState if state != TopicState.DRAFT
    ]
    for topic in topics:
        make.document(topic, "条文")
        make.cluster(make.suggestion(topic))
    session.commit()

    pages.speak(language)
    for topic in topics:
        pages.get(f"/topics/{topic.slug}")


def fill(make, topic, number):
    clause = topic.documents[0].clauses[0]
    for n in range(number):
        suggestion = make.suggestion(
            topic, clause=clause, created_at=topic.opens_at + timedelta(minutes=n)
        )
        make.support(suggestion)
        make.cluster(suggestion)


def test_a_consultation_with_many_voices_takes_no_more_queries(session, make, pages):
    topic = make.topic()
    make.document(topic, "甲")

    def asked(number):
        fill(make, topic, number)
        session.commit()
        with counted_queries(session) as queries:
            pages.get(f"/topics/{topic.slug}")
        return queries.count

    assert asked(10) == asked(190) <= 16


def test_a_long_list_takes_no_more_queries(session, make, pages):
    def asked(number):
        for _ in range(number):
            make.suggestion(make.topic())
        session.commit()
        with counted_queries(session) as queries:
            pages.get("/topics")
        return queries.count

    assert asked(10) == asked(190) <= 8


def test_what_closed_stays_on_a_public_list_until_it_is_answered(make, page):
    make.topic(title="刚截止的", closes=-2)
    make.topic(title="等了很久的", state=TopicState.ANALYSING, closes=-90)
    make.topic(title="已反馈的", state=TopicState.REPORTED, closes=-120)

    words = page("/topics?stage=awaiting")
    assert words.index("等了很久的") < words.index("刚截止的")
    assert "closed 90 days ago, not answered yet" in words
    assert "已反馈的" not in words


@pytest.mark.parametrize(
    ("state", "waits"),
    [(TopicState.OPEN, True), (TopicState.ANALYSING, True), (TopicState.REPORTED, False)],
)
def test_a_consultation_says_how_long_its_answer_has_been_awaited(make, page, state, waits):
    topic = make.topic(state=state, closes=-12)

    assert ("It closed 12 days ago" in page(f"/topics/{topic.slug}")) is waits


def test_home_leads_to_what_awaits_its_answer(make, page):
    make.topic(closes=-1)

    assert "Awaiting an answer 1" in page("/")


def test_words_in_another_language_than_the_page_say_so(make, pages, session):
    """A screen reader reads them with the right voice."""
    make.topic(title="停车办法")
    make.topic(title="Parking", language="en")
    session.commit()

    page = pages.get("/topics")
    assert re.search(r'<a [^>]*lang="zh-Hans-CN">停车办法</a>', page)
    assert re.search(r'<a [^>]*lang="en">Parking</a>', page)


def test_the_contents_of_a_draft_say_what_a_bare_number_is_about(make, page):
    topic = make.topic(language="en")
    make.document(topic, "Twenty miles an hour")
    topic.documents[0].clauses[0].label = "1.1"

    assert "1.1 Twenty miles an hour" in page(f"/topics/{topic.slug}")
