"""Publishing: everything at one moment, and everyone concerned is told once."""

import pytest
from sqlalchemy import func, select

from consult.exceptions import Conflict, NotAllowed, NotInThisPhase
from consult.services.answering import publication
from consult.services.records import ledger
from models.decision import DecisionState, Outcome
from models.notice import Notice, NoticeKind
from models.person import PersonKind, Role
from models.topic import TopicState


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING, opens=-40, closes=-5)


@pytest.fixture
def leader(make, topic):
    return make.staff(Role.UNIT_LEADER, topic.agency)


@pytest.fixture
def cluster(make, topic):
    """A group of two with an approved answer; beside it, another topic's with none."""
    cluster = make.cluster(make.suggestion(topic), make.suggestion(topic))
    make.decision(cluster, state=DecisionState.APPROVED)
    other = make.topic(state=TopicState.ANALYSING)
    make.support(make.cluster(make.suggestion(other)).representative)
    return cluster


def told(session):
    return session.execute(select(Notice.person_id, Notice.suggestion_id)).all()


def test_authors_and_supporters_are_told_of_the_suggestion_that_is_theirs(
    session, make, topic, cluster, leader, now
):
    first, second = (m.suggestion for m in cluster.memberships)
    supporter = make.support(second).person_id

    publication.publish(session, topic=topic, actor=leader, now=now)

    assert sorted(told(session)) == sorted(
        [(first.author_id, first.id), (second.author_id, second.id), (supporter, second.id)]
    )


def test_somebody_who_wrote_one_and_supported_another_is_told_once(
    session, make, topic, cluster, leader, now
):
    first, second = (m.suggestion for m in cluster.memberships)
    make.support(second, first.author)

    publication.publish(session, topic=topic, actor=leader, now=now)

    assert (first.author_id, first.id) in told(session)
    assert len(told(session)) == 2


def test_people_of_an_imported_file_are_not_written_to(session, make, topic, leader, now):
    sender = make.person(kind=PersonKind.IMPORTED)
    cluster = make.cluster(make.suggestion(topic, author=sender))
    make.decision(cluster, state=DecisionState.APPROVED)

    publication.publish(session, topic=topic, actor=leader, now=now)

    assert told(session) == []


def test_publishing_makes_the_topic_reported_and_stands_in_the_ledger(
    session, topic, cluster, leader, now
):
    done = publication.publish(session, topic=topic, actor=leader, now=now)

    assert (topic.state, topic.reported_at) == (TopicState.REPORTED, now)
    assert (done.decisions, done.notices) == (1, 2)
    assert [entry.act for entry in ledger.of_subject(session, topic)] == ["topic.reported"]


def test_nothing_is_published_while_one_suggestion_has_no_answer(
    session, make, topic, cluster, leader, now
):
    make.suggestion(topic)

    with pytest.raises(Conflict, match="1 suggestions have no approved answer"):
        publication.publish(session, topic=topic, actor=leader, now=now)

    assert topic.state is TopicState.ANALYSING
    assert told(session) == []


def test_a_proposal_that_nobody_approved_is_no_answer(session, make, topic, cluster, leader, now):
    make.decision(make.cluster(make.suggestion(topic)), Outcome.NOTED)

    with pytest.raises(Conflict):
        publication.publish(session, topic=topic, actor=leader, now=now)


def test_publishing_twice_is_refused_and_tells_nobody_again(session, topic, cluster, leader, now):
    publication.publish(session, topic=topic, actor=leader, now=now)

    with pytest.raises(NotInThisPhase):
        publication.publish(session, topic=topic, actor=leader, now=now)

    assert session.scalar(select(func.count(Notice.id)).filter_by(kind=NoticeKind.DECIDED)) == 2


def test_the_leader_of_another_agency_publishes_nothing_here(session, make, topic, cluster, now):
    stranger = make.staff(Role.UNIT_LEADER, make.agency())

    with pytest.raises(NotAllowed):
        publication.publish(session, topic=topic, actor=stranger, now=now)
