"""The similarity indexes follow the database."""

import threading

import pytest
from sqlalchemy import event

from consult.extensions import db, indexes, reading
from consult.services.grouping import placement, similarity
from models.suggestion import SuggestionStatus

WORDS = {"title": "增设充电桩", "facts": "小区没有充电桩。"}


@pytest.fixture
def topic(make):
    noise = make.topic()
    make.suggestion(noise, **WORDS)
    return make.topic()


@pytest.fixture
def arrive(session, make, topic, now):
    def go(**values):
        made = make.suggestion(topic, **(WORDS | values))
        placement.place_pending(session, indexes=indexes(), now=now)
        session.commit()
        return made

    return go


def known(session, topic):
    return set(indexes().index(session, topic))


def test_an_index_holds_the_suggestions_of_its_topic_only(session, topic, arrive):
    first, second = arrive(), arrive()

    assert known(session, topic) == {first.id, second.id}


def test_what_arrives_later_is_added(session, topic, arrive):
    first = arrive()
    assert known(session, topic) == {first.id}

    assert known(session, topic) | {arrive().id} == known(session, topic)


def test_the_withdrawn_go_and_those_accepted_again_come_back(session, topic, arrive, clock):
    one = arrive()
    known(session, topic)
    one.status, one.status_at = SuggestionStatus.WITHDRAWN, clock()
    assert known(session, topic) == set()

    one.status, one.status_at = SuggestionStatus.RECEIVED, clock.advance(hours=1)
    assert known(session, topic) == {one.id}


def test_changed_words_are_found_and_the_old_ones_are_not(session, topic, arrive, now):
    one = arrive()
    known(session, topic)
    one.title, one.facts, one.digest = "延长图书馆开放时间", "周末关门太早。", "other"
    placement.place_pending(session, indexes=indexes(), now=now)
    session.commit()

    index, encoder = indexes().index(session, topic), indexes().encoder
    [vector] = encoder.encode(["图书馆开放时间"])
    [match] = index.search("图书馆开放时间", vector)
    assert (match.id, "图书馆" in "".join(match.shared_words)) == (one.id, True)


def test_looking_again_costs_three_small_queries(session, topic, arrive):
    arrive()
    known(session, topic)
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    known(session, topic)

    assert sum(statement.startswith("SELECT") for statement in asked) == 3


def test_only_so_many_topics_are_kept_in_memory(session, make, monkeypatch):
    monkeypatch.setattr(similarity, "CAPACITY", 2)
    topics = [make.topic() for _ in range(3)]
    for topic in topics:
        indexes().index(session, topic)

    assert list(indexes()._topics) == [topic.id for topic in topics[1:]]


def test_threads_share_one_index(app, session, topic, arrive):
    expected = {arrive().id for _ in range(5)}
    app.extensions["indexes"]._topics.clear()
    seen, topic_id = [], topic.id

    def look():
        with app.app_context():
            reading.set(True)
            found = db.session.get(type(topic), topic_id)
            seen.append(known(db.session(), found))
            db.session.rollback()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [expected] * 4
