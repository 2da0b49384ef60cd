"""Files of topics and suggestions."""

import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, NotInThisPhase, TooLarge
from consult.services.consultations import attachments
from models.attachment import Attachment
from models.person import Role
from models.suggestion import SuggestionStatus
from models.topic import TopicState

PDF = b"%PDF-1.7\n" + b"x" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.DRAFT)


@pytest.fixture
def attach(session, storage, now):
    def attach(owner, filename="说明.pdf", content=PDF, actor=None, max_bytes=1000):
        actor = actor or getattr(owner, "created_by", None) or owner.author
        return attachments.add(
            session,
            storage=storage,
            owner=owner,
            filename=filename,
            content=content,
            actor=actor,
            now=now,
            max_bytes=max_bytes,
        )

    return attach


def test_a_file_is_kept_outside_of_what_is_served(session, topic, attach, storage, app):
    row = attach(topic)

    assert (row.filename, row.media_type, row.size) == ("说明.pdf", "application/pdf", len(PDF))
    assert storage.path(row.sha256).read_bytes() == PDF
    assert not storage.path(row.sha256).is_relative_to(app.static_folder)


def test_the_same_bytes_sent_twice_are_one_attachment(session, topic, attach):
    assert attach(topic) is attach(topic, filename="再次.pdf")
    assert len(attachments.of_owner(session, topic)) == 1


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script>"),
        ("picture.svg", b"<svg onload='alert(1)'/>"),
        ("说明.pdf", PNG),
        ("说明.pdf", b"<html>"),
        ("说明.txt", b"<script>alert(1)</script>"),
        ("run.exe", b"MZ\x90"),
        ("没有扩展名", PDF),
        ("空.pdf", b""),
    ],
)
def test_what_is_of_another_kind_than_its_name_says_is_refused(
    session, topic, attach, filename, content
):
    with pytest.raises(Invalid) as refusal:
        attach(topic, filename, content)
    assert refusal.value.field == "file"
    assert attachments.of_owner(session, topic) == []


def test_a_file_above_the_limit_is_too_large(topic, attach):
    with pytest.raises(TooLarge):
        attach(topic, max_bytes=len(PDF) - 1)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "C:\\temp\\..\\x.pdf", "a\r\nSet-Cookie: x.pdf"]
)
def test_a_name_cannot_be_a_path_or_a_header(topic, attach, name):
    assert not set("/\\\r\n:") & set(attach(topic, name).filename)


def test_a_suggestion_takes_five_files_and_no_sixth(session, make, attach):
    suggestion = make.suggestion()
    for n in range(attachments.MOST_FOR_A_SUGGESTION):
        attach(suggestion, content=PDF + bytes([n]))

    with pytest.raises(Conflict):
        attach(suggestion, content=PDF + b"one more")


def test_another_agency_may_not_attach(make, topic, attach):
    with pytest.raises(NotAllowed):
        attach(topic, actor=make.staff(Role.DRAFTER, make.agency()))


def test_somebody_elses_suggestion_takes_no_file(make, attach):
    with pytest.raises(NotAllowed):
        attach(make.suggestion(), actor=make.person())


def test_the_files_of_a_published_consultation_stay(session, make, topic, attach, now):
    row = attach(topic)
    topic.state = TopicState.OPEN

    with pytest.raises(NotInThisPhase):
        attach(topic, content=PNG, filename="图.png")
    with pytest.raises(NotInThisPhase):
        attachments.remove(session, attachment=row, actor=topic.created_by, now=now)


def test_a_removed_file_leaves_the_same_bytes_to_others(session, make, topic, attach, storage, now):
    row, other = attach(topic), attach(make.topic(state=TopicState.DRAFT))
    attachments.remove(session, attachment=row, actor=topic.created_by, now=now)

    assert attachments.of_owner(session, topic) == []
    assert storage.path(other.sha256).is_file()


def readers(session, row, *people):
    seen = []
    for person in people:
        try:
            attachments.readable(session, number=row.id, reader=person)
        except NotFound:
            seen.append(False)
        else:
            seen.append(True)
    return seen


def test_the_file_of_a_draft_is_for_its_staff(session, make, topic, attach):
    row, stranger = attach(topic), make.staff(Role.DRAFTER, make.agency())

    assert readers(session, row, None, stranger, topic.created_by) == [False, False, True]
    topic.state = TopicState.OPEN
    assert readers(session, row, None, stranger) == [True, True]


@pytest.mark.parametrize(
    "hidden", [{"publish_text": False}, {"status": SuggestionStatus.WITHDRAWN}]
)
def test_the_file_of_a_hidden_suggestion_is_for_author_and_staff(session, make, attach, hidden):
    suggestion = make.suggestion()
    row = attach(suggestion)
    assert readers(session, row, None) == [True]

    for name, value in hidden.items():
        setattr(suggestion, name, value)
    staff = make.staff(Role.ANALYST, suggestion.topic.agency)
    assert readers(session, row, None, make.person(), suggestion.author, staff) == [
        False,
        False,
        True,
        True,
    ]


def test_an_unknown_number_is_not_found(session):
    with pytest.raises(NotFound):
        attachments.readable(session, number=404, reader=None)
    assert session.query(Attachment).count() == 0
