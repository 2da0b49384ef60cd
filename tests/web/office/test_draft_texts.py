"""The text of a draft and its files, on pages."""

from http import HTTPStatus
from io import BytesIO

import docx
import pytest

from consult.services.consultations import attachments, documents
from models.document import DocumentKind
from models.person import Role
from models.topic import TopicState

TEXT = "第一条 为了规范停车管理，制定本办法。\n第二条 本市适用本办法。\n"
PDF = b"%PDF-1.7\n" + b"x" * 100


@pytest.fixture
def topic(make, session, pages):
    agency = make.agency("住建局")
    drafter = make.staff(Role.DRAFTER, agency)
    topic = make.topic(agency=agency, created_by=drafter, state=TopicState.DRAFT)
    pages.sign_in(drafter).speak("en")
    session.commit()
    return topic


@pytest.fixture
def send(pages, topic):
    def send(status=HTTPStatus.OK, **values):
        values = {"version": str(topic.version), "title": "", "text": "", "act": "save"} | values
        return pages.post(f"/office/topics/{topic.slug}/document", status=status, **values)

    return send


def stored(session, topic):
    return documents.of_topic(session, topic, DocumentKind.DRAFT)


def test_a_look_at_the_clauses_saves_nothing(session, topic, send):
    html = send(text=TEXT, act="preview")

    assert "Falls into 2 passages" in html
    assert "art-2" in html
    assert "为了规范停车管理" in html
    assert stored(session, topic) is None


def test_pasted_text_is_saved_in_clauses(session, topic, send):
    send(text=TEXT)

    assert [clause.label for clause in stored(session, topic).clauses] == ["第一条", "第二条"]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16"])
def test_the_words_of_a_file_are_shown_before_they_are_saved(session, topic, send, encoding):
    html = send(file=(BytesIO(TEXT.encode(encoding)), "草案.txt"))

    assert "为了规范停车管理" in html
    assert "Falls into 2 passages" in html
    assert stored(session, topic) is None


def test_a_word_document_is_taken(send):
    document, file = docx.Document(), BytesIO()
    document.add_paragraph("第一条 为了规范停车管理，制定本办法。")
    document.save(file)

    assert "为了规范停车管理" in send(file=(BytesIO(file.getvalue()), "草案.docx"))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("草案.docx", b"PK\x03\x04 cut off", "not a Word document"),
        ("草案.txt", "停车".encode() * 9 + b"\xff\xfe\x81", "UTF-8 nor GBK"),
        ("草案.pdf", PDF, "TXT, MD or DOCX"),
        ("草案.txt", b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_a_bad_file_is_explained_and_the_typed_text_stays(send, name, content, sentence):
    html = send(
        HTTPStatus.UNPROCESSABLE_ENTITY, text="已经写好的条文", file=(BytesIO(content), name)
    )

    assert sentence in html
    assert "已经写好的条文" in html


def test_an_empty_text_is_refused(session, topic, send):
    assert "Paste the text of the draft" in send(HTTPStatus.UNPROCESSABLE_ENTITY, text="  ")
    assert stored(session, topic) is None


def test_a_stale_text_is_kept_in_the_form(session, topic, send):
    seen = str(topic.version)
    send(text=TEXT)
    html = send(HTTPStatus.CONFLICT, text="第一条 我的版本。", version=seen)

    assert "第一条 我的版本。" in html
    assert "停车" in stored(session, topic).source


def test_a_published_text_can_only_be_read(session, pages, topic, send):
    send(text=TEXT)
    topic.state = TopicState.OPEN
    session.commit()

    assert "<textarea" not in pages.get(f"/office/topics/{topic.slug}/document")
    send(HTTPStatus.CONFLICT, text="第一条 改过的。")
    assert "停车" in stored(session, topic).source


def attach(pages, topic, content=PDF, name="说明.pdf", status=HTTPStatus.OK):
    url = f"/office/topics/{topic.slug}/files"
    return pages.post(url, status=status, file=(BytesIO(content), name))


def test_a_file_is_attached_and_removed(session, pages, topic):
    assert "说明.pdf" in attach(pages, topic)
    [row] = attachments.of_owner(session, topic)
    pages.post(f"/office/topics/{topic.slug}/files/{row.id}/remove")

    assert attachments.of_owner(session, topic) == []


@pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (b"<html>", "page.html", HTTPStatus.UNPROCESSABLE_ENTITY, "not taken"),
        (b"", "空.pdf", HTTPStatus.UNPROCESSABLE_ENTITY, "empty"),
        (
            PDF + b"x" * 10 * 1024 * 1024,
            "大.pdf",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "larger than 10 MB",
        ),
        (
            PDF + b"x" * 13 * 1024 * 1024,
            "巨.pdf",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "larger than this platform takes",
        ),
    ],
)
def test_a_file_that_is_not_taken_is_explained(
    session, pages, topic, content, name, status, sentence
):
    assert sentence in attach(pages, topic, content, name, status)
    assert attachments.of_owner(session, topic) == []


def test_a_file_is_not_removed_through_another_consultation(session, make, pages, topic):
    attach(pages, topic)
    [row] = attachments.of_owner(session, topic)
    other = make.topic(agency=topic.agency, state=TopicState.DRAFT)
    session.commit()

    pages.post(f"/office/topics/{other.slug}/files/{row.id}/remove", status=HTTPStatus.NOT_FOUND)
    assert attachments.of_owner(session, topic) == [row]


def test_another_agency_neither_attaches_nor_removes(session, make, pages, topic):
    attach(pages, topic)
    [row] = attachments.of_owner(session, topic)
    pages.sign_in(make.staff(Role.DRAFTER, make.agency()))

    attach(pages, topic, status=HTTPStatus.FORBIDDEN)
    topic.state = TopicState.DRAFT
    url = f"/office/topics/{topic.slug}/files/{row.id}/remove"
    pages.post(url, status=HTTPStatus.NOT_FOUND)
    assert attachments.of_owner(session, topic) == [row]
