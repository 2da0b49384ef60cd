"""Attached files go out as files and as nothing else."""

from http import HTTPStatus
from urllib.parse import quote

import pytest

from consult.services.consultations import attachments
from models.topic import TopicState

PDF = b"%PDF-1.7\n" + b"x" * 100


@pytest.fixture
def attached(session, make, app, now):
    """A file of a draft."""
    topic = make.topic(state=TopicState.DRAFT)
    row = attachments.add(
        session,
        storage=app.extensions["storage"],
        owner=topic,
        filename="起草说明（征求意见稿）.pdf",
        content=PDF,
        actor=topic.created_by,
        now=now,
        max_bytes=1000,
    )
    session.commit()
    return row


def test_a_file_is_saved_under_its_chinese_name_and_can_do_nothing(session, pages, attached):
    attached.topic.state = TopicState.OPEN
    session.commit()

    answer = pages.client.get(f"/attachments/{attached.id}")
    assert answer.data == PDF
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert f"filename*=UTF-8''{quote(attached.filename)}" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.mimetype == "application/pdf"


def test_the_file_of_a_draft_is_not_found_by_the_public(pages, attached):
    pages.get(f"/attachments/{attached.id}", status=HTTPStatus.NOT_FOUND)


def test_bytes_that_are_gone_are_not_found(session, app, pages, attached):
    attached.topic.state = TopicState.OPEN
    session.commit()
    app.extensions["storage"].path(attached.sha256).unlink()

    pages.get(f"/attachments/{attached.id}", status=HTTPStatus.NOT_FOUND)
