"""What lies on a member of staff's desk."""

import pytest

from consult.services.overview import desk
from consult.services.overview.desk import Errand, Shelf
from models.cluster import Objection
from models.decision import DecisionState
from models.person import Appointment, Role
from models.topic import TopicState
from tests.queries import counted_queries


@pytest.fixture
def city(make):
    return make.agency("市政府")


@pytest.fixture
def bureau(make, city):
    return make.agency("住建局", parent=city)


@pytest.fixture
def noise(make):
    """Another agency with everything that could wait."""
    topic = make.topic(state=TopicState.ANALYSING, closes=-1, title="外")
    suggestion = make.suggestion(topic)
    make.cluster(make.suggestion(topic))
    cluster = make.cluster(suggestion)
    make.decision(cluster)
    make.session.add(
        Objection(topic_id=topic.id, suggestion_id=suggestion.id, cluster_id=cluster.id)
    )
    make.topic(closes=-1)
    make.topic(state=TopicState.DRAFT)


def waiting(session, person, now):
    return {
        (one.errand, one.topic.title): one.count
        for one in desk.waiting(session, person=person, now=now)
    }


def test_shelves_hold_what_my_agencies_and_those_below_do(session, make, city, bureau, noise, now):
    make.topic(agency=bureau, title="草稿", state=TopicState.DRAFT)
    make.topic(agency=bureau, title="征集")
    make.topic(agency=city, title="已到期", closes=-1)
    leader = make.staff(Role.UNIT_LEADER, city)

    def titles(shelf):
        found = desk.topics(session, person=leader, shelf=shelf, now=now)
        return [topic.title for topic in found.items]

    assert [titles(shelf) for shelf in Shelf] == [["草稿"], ["征集"], ["已到期"], []]
    counts = desk.shelf_counts(session, person=leader, now=now)
    assert list(counts.values()) == [1, 1, 1, 0]


def test_the_role_below_does_not_reach_above(session, make, city, bureau, now):
    make.topic(agency=city)
    analyst = make.staff(Role.ANALYST, bureau)

    assert desk.shelf_counts(session, person=analyst, now=now)[Shelf.RUNNING] == 0


def test_an_administrator_has_no_consultations_on_the_desk(session, make, city, now):
    make.topic(agency=city)
    administrator = make.staff(Role.ADMINISTRATOR, city)

    assert sum(desk.shelf_counts(session, person=administrator, now=now).values()) == 0


def test_one_may_draft_for_ones_agency_and_those_below(session, make, city, bureau, noise):
    assert list(desk.agencies(session, person=make.staff(Role.DRAFTER, city))) == [city, bureau]
    assert list(desk.agencies(session, person=make.staff(Role.DRAFTER, bureau))) == [bureau]
    assert list(desk.agencies(session, person=make.staff(Role.ANALYST, city))) == []


def test_decisions_wait_for_those_who_may_approve_them(session, make, bureau, noise, now):
    leader = make.staff(Role.UNIT_LEADER, bureau)
    topic = make.topic(agency=bureau, state=TopicState.ANALYSING, title="电梯")
    make.decision(make.cluster(make.suggestion(topic)))
    make.decision(make.cluster(make.suggestion(topic)), proposed_by=leader)
    make.decision(make.cluster(make.suggestion(topic)), state=DecisionState.APPROVED)

    assert waiting(session, leader, now) == {(Errand.APPROVE, "电梯"): 1}


def test_groups_objections_and_returned_decisions_wait_for_the_analyst(
    session, make, bureau, noise, now
):
    analyst = make.staff(Role.ANALYST, bureau)
    topic = make.topic(agency=bureau, state=TopicState.ANALYSING, title="电梯")
    first, second = make.suggestion(topic), make.suggestion(topic)
    make.decision(make.cluster(first), state=DecisionState.RETURNED)
    undecided = make.cluster(second)
    make.cluster(make.suggestion(topic), retired_at=now)
    session.add(Objection(topic_id=topic.id, suggestion_id=second.id, cluster_id=undecided.id))

    assert waiting(session, analyst, now) == {
        (Errand.RETURNED, "电梯"): 1,
        (Errand.OBJECTIONS, "电梯"): 1,
        (Errand.UNDECIDED, "电梯"): 1,
    }


def test_a_closed_consultation_waits_for_its_drafter(session, make, bureau, noise, now):
    drafter = make.staff(Role.DRAFTER, bureau)
    make.topic(agency=bureau, title="到期", closes=-1)
    make.topic(agency=bureau, title="未到期")

    assert waiting(session, drafter, now) == {(Errand.START_ANALYSIS, "到期"): 1}


def test_a_person_of_two_agencies_sees_both_desks(session, make, city, bureau, now):
    person = make.staff(Role.ANALYST, bureau)
    person.appointments.append(Appointment(role=Role.DRAFTER, agency=make.agency("环保局")))
    make.topic(agency=bureau)
    make.topic(agency=person.appointments[1].agency)

    assert desk.shelf_counts(session, person=person, now=now)[Shelf.RUNNING] == 2


def test_more_that_waits_takes_no_more_queries(session, make, bureau, now):
    leader = make.staff(Role.UNIT_LEADER, bureau)

    def asked():
        with counted_queries(session) as queries:
            desk.waiting(session, person=leader, now=now)
        return queries.count

    make.decision(make.cluster(make.suggestion(make.topic(agency=bureau))))
    few = asked()
    for _ in range(12):
        make.decision(make.cluster(make.suggestion(make.topic(agency=bureau))))
    assert asked() == few <= 7
