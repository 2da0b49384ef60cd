"""Similar suggestions for a script, while a title is typed."""

import pytest

from consult.extensions import indexes
from consult.services.grouping import placement


@pytest.fixture
def said(session, make, now):
    topic = make.topic(slug="lifts")
    said = make.suggestion(topic, "提高电梯补贴", facts="补贴太少。")
    make.suggestion(topic, "公园多种树", facts="夏天太热。")  # noise
    make.support(said)
    placement.place_pending(session, topic=topic, indexes=indexes(), now=now)
    session.commit()
    return said


def ask(pages, query):
    return pages.client.get(f"/api/topics/lifts/similar?{query}")


def test_a_title_finds_what_was_said(pages, said):
    [item] = ask(pages, "title=提高电梯补贴标准").get_json()["items"]

    assert (item["id"], item["no"], item["title"]) == (said.id, said.no, said.title)
    assert (item["support_count"], item["supported"], item["own"]) == (1, False, False)
    assert item["support_url"] == f"/suggestions/{said.id}/support"
    assert item["shared_words"]


def test_readers_see_what_they_support(session, make, pages, said):
    reader = make.person()
    make.support(said, reader)
    pages.sign_in(reader)

    [item] = ask(pages, "title=提高电梯补贴").get_json()["items"]
    assert item["supported"] is True


@pytest.mark.parametrize("query", ["", "title=", "title=%00%20", "title=%ff&limit=-1", "limit=x"])
def test_nothing_typed_finds_nothing(pages, said, query):
    assert ask(pages, query).get_json() == {"items": []}


def test_a_very_long_text_is_answered_too(pages, said):
    answer = ask(pages, "title=" + "提高电梯补贴" * 300 + "&limit=99999")

    assert answer.status_code == 200


def test_an_unknown_topic_is_a_problem_in_json(pages, session):
    answer = pages.client.get("/api/topics/nowhere/similar?title=x")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
