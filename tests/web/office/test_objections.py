"""The pages on which staff answer authors."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from models.cluster import Membership, Objection
from models.person import Role


@pytest.fixture
def objection(session, make, now):
    topic = make.topic(slug="fees")
    members = [make.suggestion(topic) for _ in range(3)]
    cluster = make.cluster(*members, name="停车收费")
    found = Objection(topic_id=topic.id, suggestion=members[1], cluster=cluster, created_at=now)
    found.words = "我说的是另一个小区。"
    session.add(found)
    session.flush()
    return found


@pytest.fixture
def office(make, pages, objection):
    agency = objection.cluster.topic.agency
    return pages.speak("en").sign_in(make.staff(Role.ANALYST, agency))


def test_objections_wait_on_a_list(office, objection):
    page = office.get("/office/topics/fees/objections")

    assert "我说的是另一个小区。" in page
    assert objection.suggestion.no in page


def test_one_is_upheld_on_its_page(session, office, objection):
    office.post(
        f"/office/objections/{objection.id}",
        verdict="uphold",
        answer="已移出。",
        version=str(objection.cluster.version),
    )

    place = session.get(Membership, objection.suggestion_id).cluster_id
    assert (objection.upheld, place == objection.cluster_id) == (True, False)
    assert "已移出。" in office.get("/office/topics/fees/objections?tab=settled")


def test_declining_without_a_word_is_refused(session, office, objection):
    page = office.post(
        f"/office/objections/{objection.id}",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        verdict="decline",
        version=str(objection.cluster.version),
    )

    assert "Say why it stays where it is" in page
    assert session.scalar(select(Objection.settled_at)) is None


def test_an_older_page_is_refused_and_keeps_the_answer(session, office, objection):
    page = office.post(
        f"/office/objections/{objection.id}",
        status=HTTPStatus.CONFLICT,
        verdict="uphold",
        answer="写好的答复",
        version="0",
    )

    assert "写好的答复" in page
    assert session.scalar(select(Objection.settled_at)) is None
