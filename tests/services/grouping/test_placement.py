"""Placement: every valid suggestion gets exactly one place."""

import threading

import pytest
from sqlalchemy import func, select

from consult.extensions import db, indexes, reading
from consult.services.grouping import placement
from models.cluster import Cluster, Membership, PairConstraint, Verdict
from models.run import Lineage, LineageEvent
from models.suggestion import Embedding, SuggestionStatus
from models.topic import TopicState


@pytest.fixture
def place(session, now):
    def go(topic=None, limit=200):
        return placement.place_pending(
            session, topic=topic, indexes=indexes(), now=now, limit=limit
        )

    return go


@pytest.fixture
def topic(make):
    """A topic, and beside it another with the same words."""
    noise = make.topic()
    make.suggestion(noise, "建议在小区增设电动车充电桩")
    return make.topic()


def cluster_of(session, suggestion):
    return session.get(Membership, suggestion.id).cluster_id


def test_the_first_suggestion_begins_a_group_named_by_its_title(session, make, topic, place):
    one = make.suggestion(topic, "建议在小区增设电动车充电桩")

    place(topic)

    cluster = session.get(Cluster, cluster_of(session, one))
    assert (cluster.name, cluster.suggestion_count) == ("建议在小区增设电动车充电桩", 1)
    assert (
        session.scalar(select(Lineage.event).filter_by(cluster_id=cluster.id)) == LineageEvent.BORN
    )


def test_the_same_words_join_and_other_words_do_not(session, make, topic, place):
    same = [
        make.suggestion(topic, "建议在小区增设电动车充电桩", facts="没有充电桩") for _ in range(3)
    ]
    other = make.suggestion(topic, "希望延长图书馆的开放时间", facts="周末关门太早")

    place(topic)

    assert len({cluster_of(session, one) for one in same}) == 1
    assert cluster_of(session, other) != cluster_of(session, same[0])


def test_later_arrivals_find_those_of_an_earlier_transaction(session, make, topic, place):
    first = make.suggestion(topic, "建议在小区增设电动车充电桩", facts="没有充电桩")
    place(topic)
    session.commit()
    later = make.suggestion(topic, "建议在小区增设电动车充电桩", facts="没有充电桩")

    place(topic)

    assert cluster_of(session, later) == cluster_of(session, first)


def test_doing_it_twice_does_nothing(session, make, topic, place):
    make.suggestion(topic)

    assert (place(topic), place(topic)) == (1, 0)


def test_a_step_is_bounded_and_the_next_goes_on(session, make, topic, place):
    for _ in range(5):
        make.suggestion(topic)

    assert [place(topic, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_withdrawn_suggestions_and_reported_topics_are_left_alone(session, make, topic, place):
    make.suggestion(topic, status=SuggestionStatus.WITHDRAWN)
    make.suggestion(make.topic(state=TopicState.REPORTED))

    assert place(topic) == 0
    assert place() == 1  # the one of the other open topic
    assert session.scalar(select(func.count(Membership.suggestion_id))) == 1


def test_a_pair_judged_not_the_same_is_not_put_together(session, make, topic, place):
    first, second = (make.suggestion(topic, "增设充电桩", facts="没有充电桩") for _ in range(2))
    session.add(
        PairConstraint(
            topic_id=topic.id,
            first_id=first.id,
            second_id=second.id,
            verdict=Verdict.DIFFERENT,
            person_id=first.author_id,
        )
    )

    place(topic)

    assert cluster_of(session, first) != cluster_of(session, second)


def test_an_edited_suggestion_is_placed_anew(session, make, topic, place):
    one, two = (make.suggestion(topic, "增设充电桩", facts="没有充电桩") for _ in range(2))
    place(topic)
    session.commit()
    two.title, two.facts, two.digest = "延长图书馆开放时间", "周末关门太早", "other words"

    place(topic)

    assert cluster_of(session, one) != cluster_of(session, two)
    assert session.scalar(select(Embedding.digest).filter_by(suggestion_id=two.id)) == "other words"


def test_what_is_rolled_back_is_not_remembered(session, make, topic, place):
    session.commit()
    make.suggestion(topic, "增设充电桩", facts="没有充电桩")
    place(topic)
    session.rollback()
    other = make.suggestion(topic, "延长图书馆开放时间", facts="周末关门太早")
    place(topic)
    session.commit()

    assert list(indexes().index(session, topic)) == [other.id]


def test_two_threads_place_each_suggestion_once(app, session, make, topic, now):
    for _ in range(30):
        make.suggestion(topic, "增设充电桩", facts="没有充电桩")
    session.commit()
    faults = []

    def work():
        with app.app_context():
            reading.set(False)
            try:
                while placement.place_pending(db.session(), indexes=indexes(), now=now, limit=7):
                    db.session.commit()
            except Exception as fault:  # noqa: BLE001 - shown by the assertion below
                faults.append(fault)
            db.session.rollback()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.expire_all()

    assert not faults
    counts = session.execute(
        select(Membership.cluster_id, func.count())
        .join(Cluster)
        .filter_by(topic_id=topic.id)
        .group_by(Membership.cluster_id)
    ).all()
    assert [count for _, count in counts] == [30]
