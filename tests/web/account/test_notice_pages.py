from http import HTTPStatus

import pytest

from models.decision import DecisionState, Outcome
from models.notice import Notice, NoticeKind


@pytest.fixture
def notify(make, session, clock):
    """Leaves a notice on a published decision for ``person``, an author or a supporter."""

    def act(person, author=None, title="增设充电桩", kind=NoticeKind.DECIDED, **values):
        suggestion = make.suggestion(title=title, author=author or person, **values)
        decision = make.decision(
            make.cluster(suggestion), Outcome.PARTLY_ADOPTED, state=DecisionState.PUBLISHED
        )
        notice = Notice(
            person=person,
            kind=kind,
            topic=suggestion.topic,
            subject_key=f"decision:{decision.id}",
            decision=decision,
            suggestion=suggestion,
            created_at=clock(),
        )
        session.add(notice)
        session.flush()
        return notice

    return act


@pytest.fixture
def reader(english, make, notify):
    notify(make.person(), title="别人的建议")
    person = make.person()
    english.sign_in(person)
    return person


def test_a_notice_says_in_one_sentence_what_happened(english, reader, notify):
    notify(reader)
    page = english.get("/account/notices")
    assert "Your suggestion “增设充电桩” has its answer: Partly adopted." in page
    assert "别人的建议" not in page


def test_a_supporter_reads_that_they_supported_it(english, reader, notify, make):
    notify(reader, author=make.person())
    assert "that you supported has its answer" in english.get("/account/notices")


def test_what_is_not_public_is_not_quoted_to_its_supporters(english, reader, notify, make):
    notify(reader, author=make.person(), title="保密的标题", publish_text=False)
    page = english.get("/account/notices")
    assert "保密的标题" not in page
    assert "Something that you supported" in page


def test_an_enacted_policy_is_told_apart(english, reader, notify):
    notify(reader, kind=NoticeKind.ENACTED)
    assert "The policy is enacted" in english.get("/account/notices")


def test_nothing_new_is_said_in_a_friendly_way(english, reader):
    assert "You have no notices" in english.get("/account/notices")


def test_a_notice_is_marked_as_read(english, reader, notify, now):
    notice = notify(reader)
    english.post(f"/account/notices/{notice.id}")
    assert notice.read_at == now


def test_opening_a_notice_leads_to_the_journey_of_ones_suggestion(english, reader, notify, now):
    notice = notify(reader)
    english.session.commit()
    answer = english.client.post(f"/account/notices/{notice.id}", data={"open": "1"})
    assert answer.headers["Location"].endswith(notice.suggestion.query_code)


def test_all_are_marked_as_read_at_once(english, reader, notify):
    notices = [notify(reader), notify(reader)]
    english.post("/account/notices/read-all")
    assert all(notice.read_at for notice in notices)


def test_the_notice_of_another_is_not_found(english, reader, notify, make):
    theirs = notify(make.person())
    english.post(f"/account/notices/{theirs.id}", status=HTTPStatus.NOT_FOUND)
    assert theirs.read_at is None
