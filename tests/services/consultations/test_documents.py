"""Drafts, split into clauses that people can speak to."""

import io

import docx
import pytest

from consult.exceptions import Invalid, NotAllowed, NotFound, NotInThisPhase, StaleVersion
from consult.services.consultations import documents
from models.document import DocumentKind
from models.person import Role
from models.suggestion import SuggestionStatus
from models.topic import TopicState

TEXT = """停车管理办法

第一章 总则
第一条 为了规范停车管理，制定本办法。
第二条 本市行政区域内适用本办法。
第二章 收费
第三条 停车收费实行政府指导价。
"""


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.DRAFT)


@pytest.fixture
def set_text(session, topic, now):
    def set_text(text=TEXT, **values):
        defaults = {
            "topic": topic,
            "kind": DocumentKind.DRAFT,
            "title": "",
            "actor": topic.created_by,
        }
        return documents.set_text(session, text=text, now=now, **(defaults | values))

    return set_text


def test_a_draft_falls_into_clauses_with_addresses(session, topic, set_text):
    set_text()
    document = documents.of_topic(session, topic, DocumentKind.DRAFT)

    articles = [clause for clause in document.clauses if clause.kind == "article"]
    assert [clause.anchor for clause in articles] == ["art-1", "art-2", "art-3"]
    assert articles[2].heading == "第二章 收费"
    assert document.title == topic.title


def test_an_unchanged_clause_keeps_its_row_when_the_text_is_set_again(session, topic, set_text):
    before = {clause.anchor: clause.id for clause in set_text().clauses}
    set_text(
        TEXT.replace("第二条 本市行政区域内适用本办法。\n", "")
        + "第四条 本办法自公布之日起施行。\n"
    )
    session.expire_all()

    after = {c.anchor: c.id for c in documents.of_topic(session, topic, DocumentKind.DRAFT).clauses}
    assert after["art-3"] == before["art-3"]
    assert {"art-4"} == after.keys() - before.keys()
    assert {"art-2"} == before.keys() - after.keys()


@pytest.mark.parametrize("text", ["", " \n\t", "字" * (documents.LONGEST + 1)])
def test_no_words_or_far_too_many_are_refused(session, topic, set_text, text):
    with pytest.raises(Invalid) as refusal:
        set_text(text)
    assert refusal.value.field == "text"


def test_a_published_draft_stays_as_it_is(session, make, set_text):
    with pytest.raises(NotInThisPhase):
        set_text(topic=(topic := make.topic()), actor=topic.created_by)


def test_another_agency_may_not_set_the_text(make, set_text):
    with pytest.raises(NotAllowed):
        set_text(actor=make.staff(Role.DRAFTER, make.agency()))


def test_the_second_of_two_editors_of_the_text_is_told(session, topic, set_text):
    seen = topic.version
    set_text(version=seen)
    session.flush()

    with pytest.raises(StaleVersion):
        set_text("第一条 我的版本。", version=seen)
    assert "收费" in documents.of_topic(session, topic, DocumentKind.DRAFT).source


def test_voices_are_counted_for_each_clause(session, make):
    topic = make.topic()
    first, second, _third = make.document(topic, "甲", "乙", "丙").clauses
    for clause in (first, first, second):
        make.suggestion(topic, clause=clause)
    make.suggestion(topic, clause=second, status=SuggestionStatus.WITHDRAWN)
    other = make.document(make.topic(), "别处")
    make.suggestion(other.topic, clause=other.clauses[0])

    assert documents.voices(session, first.document) == {first.id: 2, second.id: 1}


def test_a_clause_is_found_in_its_own_topic_only(session, make):
    here, there = make.document(make.topic(), "甲"), make.document(make.topic(), "乙", "丙")

    found = documents.clause(session, here.topic, "art-1", DocumentKind.DRAFT)
    assert found.text == "甲"
    with pytest.raises(NotFound):
        documents.clause(session, here.topic, "art-2", DocumentKind.DRAFT)
    assert documents.neighbours(session, there.clauses[1]) == (there.clauses[0], None)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("草案.txt", TEXT.encode()),
        ("草案.TXT", TEXT.encode("gbk")),
        ("草案.md", TEXT.encode("utf-8-sig")),
        ("草案.txt", TEXT.replace("\n", "\r\n").encode("utf-16")),
    ],
)
def test_text_files_are_read_in_the_encodings_of_offices(name, content):
    assert documents.text_of_upload(name, content) == TEXT


def test_a_word_document_gives_its_words():
    document, file = docx.Document(), io.BytesIO()
    document.add_paragraph("第一条 为了规范停车管理，制定本办法。")
    document.save(file)

    assert "第一条 为了规范停车管理" in documents.text_of_upload("草案.docx", file.getvalue())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("草案.docx", b"PK\x03\x04 cut off"),
        ("草案.docx", b"not a word document at all"),
        ("草案.txt", "停车".encode() + b"\xff\xfe\x81" * 9),
        ("草案.txt", b"words\0with\0nothing"),
        ("草案.pdf", b"%PDF-1.7"),
        ("草案", b"words"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(name, content):
    with pytest.raises(Invalid) as refusal:
        documents.text_of_upload(name, content)
    assert refusal.value.field == "file"
