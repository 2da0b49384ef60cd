"""Going back to an earlier run."""

import pytest
from sqlalchemy import select

from consult.exceptions import Conflict
from consult.extensions import indexes
from consult.services.grouping import placement, rollbacks, runs
from models.cluster import Cluster, Membership, PairConstraint, Verdict
from models.person import Role
from models.run import Lineage, LineageEvent, Run, RunCause
from models.suggestion import SuggestionStatus

CHARGERS = ("建议在小区增设电动车充电桩", "小区里没有充电桩，居民只能飞线充电，十分危险。")
LIBRARY = ("希望延长图书馆的开放时间", "图书馆周末五点就关门，上班的人去不了。")


@pytest.fixture
def topic(make):
    return make.topic()


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def world(session, make, topic, analyst, now):
    """Three in one group because somebody said so, then torn when that was taken back."""
    members = [make.suggestion(topic, CHARGERS[0], facts=CHARGERS[1]) for _ in range(2)]
    members.append(make.suggestion(topic, LIBRARY[0], facts=LIBRARY[1]))
    said = PairConstraint(
        topic_id=topic.id,
        first_id=members[0].id,
        second_id=members[2].id,
        verdict=Verdict.SAME,
        person_id=analyst.id,
    )
    session.add(said)
    first = runs.regroup(session, topic=topic, indexes=indexes(), actor=analyst, now=now)
    said.undone_at = now
    second = runs.regroup(session, topic=topic, indexes=indexes(), actor=analyst, now=now)
    return members, first, second


def places(session, members):
    return [session.get(Membership, one.id, populate_existing=True).cluster_id for one in members]


def back(session, run, analyst, now):
    return rollbacks.roll_back(session, run=run, indexes=indexes(), actor=analyst, now=now)


def test_everything_is_where_the_run_had_it(session, world, analyst, now):
    members, first, second = world
    assert (first.cluster_count, second.cluster_count) == (1, 2)

    made = back(session, first, analyst, now)

    assert len(set(places(session, members))) == 1
    assert (made.cause, made.restores, made.number) == (RunCause.ROLLBACK, first, 3)
    assert (made.difference["moved"], made.difference["retired"]) == (1, 1)


def test_a_group_that_was_retired_lives_again(session, world, analyst, now):
    members, first, second = world
    back(session, first, analyst, now)

    back(session, second, analyst, now)

    assert len(set(places(session, members))) == 2
    alive = session.scalars(
        select(Cluster.retired_at).where(Cluster.id.in_(places(session, members)))
    )
    assert set(alive) == {None}
    assert LineageEvent.REVIVED in session.scalars(select(Lineage.event)).all()


def test_later_arrivals_keep_their_place(session, make, topic, world, analyst, now):
    _members, first, _ = world
    late = make.suggestion(topic, "公交车增加晚班", facts="晚上九点以后没有车。")
    placement.place_pending(session, topic=topic, indexes=indexes(), now=now)
    before = places(session, [late])

    back(session, first, analyst, now)

    assert places(session, [late]) == before


def test_what_is_held_stays_held(session, world, analyst, now):
    members, first, _ = world
    odd = session.get(Membership, members[2].id)
    odd.held_at, place = now, odd.cluster_id

    back(session, first, analyst, now)

    assert places(session, [members[2]]) == [place]


def test_what_was_judged_different_since_is_not_joined_again(session, topic, world, analyst, now):
    members, first, _ = world
    pair = PairConstraint(
        topic_id=topic.id,
        first_id=members[0].id,
        second_id=members[2].id,
        verdict=Verdict.DIFFERENT,
        person_id=analyst.id,
    )
    session.add(pair)
    before = places(session, members)

    back(session, first, analyst, now)

    assert places(session, members) == before


def test_the_withdrawn_do_not_come_back(session, world, analyst, now):
    members, first, _ = world
    members[0].status = SuggestionStatus.WITHDRAWN

    made = back(session, first, analyst, now)

    [cluster_id] = set(places(session, members[1:]))
    assert session.get(Cluster, cluster_id).suggestion_count == 2
    assert made.suggestion_count == 2


def test_a_run_without_places_cannot_be_returned_to(session, topic, analyst, now):
    broken = Run(topic=topic, number=9, cause=RunCause.MANUAL, created_at=now)
    session.add(broken)

    with pytest.raises(Conflict, match="cannot be returned to"):
        back(session, broken, analyst, now)
