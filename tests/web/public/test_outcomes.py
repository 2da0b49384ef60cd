"""Outcome, as the public reads it: honest before, adding up after, both ways at the end."""

import csv
import io
import re
from http import HTTPStatus

import pytest
from docx import Document as Word
from openpyxl import load_workbook

from models.decision import ClauseChange, DecisionException, DecisionState, Outcome
from models.document import DocumentKind
from models.topic import TopicState
from tests.pages import text_of
from tests.queries import counted_queries

BEFORE, AFTER = "收费五百元。", "收费二百元。"


@pytest.fixture
def topic(make, now):
    return make.topic(
        state=TopicState.REPORTED, slug="dogs", title="养犬管理办法（征求意见稿）", reported_at=now
    )


@pytest.fixture
def clause(make, topic):
    return make.document(topic, BEFORE, "第二条 不变。").clauses[0]


def answered(make, topic, outcome, *, size=1, name="", **values):
    cluster = make.cluster(*(make.suggestion(topic) for _ in range(size)), name=name)
    return make.decision(
        cluster, outcome, state=DecisionState.PUBLISHED, published_at=make.clock(), **values
    )


@pytest.fixture
def lower(session, make, topic, clause):
    """Adopted for three who ask for lower fees, one of whom is answered apart."""
    decision = answered(make, topic, Outcome.ADOPTED, size=3, name="降低收费")
    decision.clause_changes.append(ClauseChange(clause=clause, before=BEFORE, after=AFTER))
    member = decision.cluster.memberships[2].suggestion
    decision.exceptions.append(
        DecisionException(suggestion=member, outcome=Outcome.NOT_ADOPTED, reason="不能全免")
    )
    answered(make, topic, Outcome.NOT_ADOPTED, size=2, name="全面禁养", reason="缺乏上位法依据。")
    answered(make, make.topic(state=TopicState.REPORTED), Outcome.ADOPTED, name="别的专题的一组")
    session.flush()
    return decision


@pytest.fixture
def enacted(session, make, topic, lower, now):
    final = make.document(
        topic,
        AFTER,
        "第二条 不变。",
        "新增的要求。",
        kind=DocumentKind.FINAL,
        number="澄政令〔2026〕5号",
    )
    lower.clause_changes[0].final_clause = final.clauses[0]
    topic.state, topic.enacted_at = TopicState.ENACTED, now
    session.commit()
    return final


def test_before_it_is_published_the_page_says_how_far_it_has_come(pages, session, make):
    topic = make.topic(state=TopicState.ANALYSING, slug="early")
    make.decision(
        make.cluster(make.suggestion(topic)), state=DecisionState.APPROVED, reason="保密的理由"
    )
    make.suggestion(topic)
    session.commit()

    page = pages.speak("en").get("/topics/early/outcome")

    assert "The answers are not published yet" in page
    assert "50%" in page
    assert "保密的理由" not in page


def test_the_report_shows_every_line_and_nothing_of_other_topics(pages, session, lower):
    session.commit()

    page = pages.speak("en").get("/topics/dogs/outcome")

    assert all(words in page for words in ("降低收费", "不能全免", "全面禁养", AFTER))
    assert "别的专题的一组" not in page


def test_the_totals_equal_the_lines(pages, session, lower):
    session.commit()

    page = pages.speak("en").get("/topics/dogs/outcome")

    counts = re.findall(r'class="numeric" data-label="How many said so">(\d+)<', page)
    assert sorted(map(int, counts)) == [1, 2, 2]
    assert "3 lines, 5 suggestions" in text_of(page)


def test_reasons_for_refusing_have_a_section_of_their_own(pages, session, lower):
    session.commit()

    page = pages.speak("en").get("/topics/dogs/outcome")

    refused = page.partition("3. Why suggestions were not adopted")[2]
    assert "缺乏上位法依据。" in refused
    assert "不能全免" in refused


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("outcome=not_adopted", "2 lines, 3 suggestions"),
        ("clause=art-1", "1 line, 2 suggestions"),
        ("q=禁养", "1 line, 2 suggestions"),
        ("outcome=nonsense&page=99", "3 lines, 5 suggestions"),
    ],
)
def test_the_lines_are_chosen_by_outcome_clause_and_words(pages, session, lower, query, lines):
    session.commit()

    assert lines in text_of(pages.speak("en").get(f"/topics/dogs/outcome?{query}"))


def test_words_that_were_not_to_be_shown_are_not(pages, session, lower):
    hidden = lower.cluster.representative
    hidden.publish_text, hidden.public_facts = False, "不公开的事由"
    session.commit()

    assert "不公开的事由" not in pages.get("/topics/dogs/outcome")
    assert "不公开的事由" not in pages.get("/topics/dogs/outcome.csv")


def test_the_csv_has_a_byte_order_mark_and_adds_up(pages, session, lower):
    session.commit()

    answer = pages.speak("en").client.get("/topics/dogs/outcome.csv")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert sum(int(row["How many said so"]) for row in rows) == 5
    assert rows[0]["Wording after the change"] == AFTER


def test_a_formula_in_what_somebody_wrote_is_defused(pages, session, lower):
    lower.cluster.name = '=HYPERLINK("http://example.org")'
    session.commit()

    answer = pages.client.get("/topics/dogs/outcome.csv")

    assert "'=HYPERLINK" in answer.data.decode("utf-8-sig")


def test_the_workbook_and_the_word_document_open_and_hold_the_lines(pages, session, lower):
    session.commit()

    book = load_workbook(io.BytesIO(pages.client.get("/topics/dogs/outcome.xlsx").data))
    word = Word(io.BytesIO(pages.client.get("/topics/dogs/outcome.docx").data))

    assert book.active.max_row == 4
    assert len(word.tables[0].rows) == 4


def test_files_come_only_after_publication(pages, session, make):
    make.topic(state=TopicState.ANALYSING, slug="early")
    session.commit()

    pages.get("/topics/early/outcome.csv", status=HTTPStatus.NOT_FOUND)


def test_the_final_text_is_not_shown_before_it_is_enacted(pages, session, make, topic, lower):
    make.document(topic, AFTER, kind=DocumentKind.FINAL)
    session.commit()

    pages.get("/topics/dogs/final", status=HTTPStatus.NOT_FOUND)
    pages.get("/topics/dogs/final/art-1", status=HTTPStatus.NOT_FOUND)


def test_the_final_text_says_of_each_clause_what_became_of_it(pages, enacted):
    page = pages.speak("en").get("/topics/dogs/final")

    marks = ["Changed after what was suggested", "As in the draft", "Added by the agency"]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "2 suggestions behind it" in page


def test_a_clause_shows_before_and_after_and_the_words_behind_it(pages, enacted, lower):
    page = pages.speak("en").get("/topics/dogs/final/art-1")

    behind, apart = lower.cluster.memberships[0], lower.cluster.memberships[2]
    assert "收费五百元" in page
    assert "收费二百元" in page
    assert behind.suggestion.title in page
    assert apart.suggestion.title not in page, "it was answered otherwise"


def test_an_unchanged_clause_says_so(pages, enacted):
    page = pages.speak("en").get("/topics/dogs/final/art-2")

    assert "This clause stands as it did in the draft" in page


def test_an_unknown_clause_is_not_found(pages, enacted):
    pages.get("/topics/dogs/final/art-99", status=HTTPStatus.NOT_FOUND)


def test_a_draft_topic_has_no_outcome(pages, session, make):
    make.topic(state=TopicState.DRAFT, slug="secret")
    session.commit()

    pages.get("/topics/secret/outcome", status=HTTPStatus.NOT_FOUND)


def test_the_number_of_queries_does_not_grow_with_the_lines(pages, session, make, topic, lower):
    def queries():
        session.commit()
        with counted_queries(session) as counted:
            pages.get("/topics/dogs/outcome?all=1")
        return counted.count

    few = queries()
    for _ in range(60):
        decision = answered(make, topic, Outcome.NOTED, size=2)
        decision.exceptions.append(
            DecisionException(
                suggestion=decision.cluster.memberships[0].suggestion,
                outcome=Outcome.ADOPTED,
                reason="另复",
            )
        )

    assert queries() == few
