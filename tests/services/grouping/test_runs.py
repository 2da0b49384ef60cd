"""Runs: the whole topic regrouped under what people said of it."""

import pytest
from sqlalchemy import func, select

from consult.exceptions import Conflict, NotAllowed, NotInThisPhase
from consult.extensions import indexes
from consult.services.grouping import placement, runs
from models.cluster import Cluster, Membership, PairConstraint, Verdict
from models.decision import DecisionState
from models.person import Role
from models.run import Lineage, LineageEvent, RunAssignment, RunCause, RunState
from models.suggestion import Embedding, SuggestionStatus
from models.topic import TopicState

CHARGERS = ("建议在小区增设电动车充电桩", "小区里没有充电桩，居民只能飞线充电，十分危险。")
LIBRARY = ("希望延长图书馆的开放时间", "图书馆周末五点就关门，上班的人去不了。")


@pytest.fixture
def topic(make):
    noise = make.topic()
    make.cluster(make.suggestion(noise, CHARGERS[0], facts=CHARGERS[1]), name="noise")
    return make.topic()


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def regroup(session, topic, analyst, now):
    def go(**options):
        values = {"topic": topic, "indexes": indexes(), "actor": analyst, "now": now} | options
        run = runs.regroup(session, **values)
        assert run.state is RunState.FINISHED, run.error
        return run

    return go


@pytest.fixture
def say(make, topic):
    def go(words, n=1, **values):
        made = [make.suggestion(topic, words[0], facts=words[1], **values) for _ in range(n)]
        return made if n > 1 else made[0]

    return go


def cluster_of(session, suggestion):
    return session.get(Membership, suggestion.id).cluster_id


def test_a_first_run_groups_what_was_never_placed(session, say, regroup):
    chargers, library = say(CHARGERS, 3), say(LIBRARY, 2)

    run = regroup()

    assert len({cluster_of(session, one) for one in chargers}) == 1
    assert len({cluster_of(session, one) for one in library}) == 1
    assert (run.suggestion_count, run.cluster_count, run.difference["born"]) == (5, 2, 2)


def test_a_group_keeps_its_address_in_a_second_run(session, say, regroup):
    [first, *_] = say(CHARGERS, 3)
    regroup()
    address = cluster_of(session, first)
    say(CHARGERS, 2)

    run = regroup()

    assert cluster_of(session, first) == address
    assert session.get(Cluster, address).suggestion_count == 5
    assert (run.difference["born"], run.difference["grew"], run.difference["moved"]) == (0, 1, 0)


def test_everything_that_made_a_run_is_kept_with_it(session, say, regroup, analyst):
    say(CHARGERS, 2)

    run = regroup(cause=RunCause.MANUAL)

    assert (run.number, run.started_by, run.model) == (1, analyst, "hashing 1")
    assert run.model_fingerprint
    assert run.input_fingerprint
    assert run.engine_version
    assert run.settings["threshold"] == 0.5
    assert session.scalar(select(func.count()).select_from(RunAssignment)) == 2


def test_the_same_inputs_have_the_same_fingerprint_and_others_another(session, say, regroup):
    say(CHARGERS, 2)
    first, again = regroup().input_fingerprint, regroup().input_fingerprint
    say(LIBRARY)

    assert first == again != regroup().input_fingerprint


def test_pairs_judged_not_the_same_are_kept_apart(session, topic, say, regroup):
    first, second = say(CHARGERS, 2)
    pair(session, topic, first, second, Verdict.DIFFERENT)

    regroup()

    assert cluster_of(session, first) != cluster_of(session, second)


def test_pairs_judged_the_same_are_brought_together(session, topic, say, regroup):
    first, second = say(CHARGERS), say(LIBRARY)
    pair(session, topic, first, second, Verdict.SAME)

    regroup()

    assert cluster_of(session, first) == cluster_of(session, second)


def test_what_a_person_holds_is_not_moved(session, make, say, regroup, now, analyst):
    odd, *_alike = say(CHARGERS, 4)
    cluster = make.cluster(odd, name="只有这一条")
    membership = session.get(Membership, odd.id)
    membership.held_at, membership.held_by = now, analyst

    regroup()

    assert cluster_of(session, odd) == cluster.id
    assert session.get(Cluster, cluster.id).retired_at is None


def test_two_held_groups_that_the_machine_would_join_stay_two(session, make, say, regroup, now):
    left, right = make.cluster(*say(CHARGERS, 2)), make.cluster(*say(CHARGERS, 2))
    for membership in session.scalars(select(Membership)):
        membership.held_at = now

    regroup()

    counts = [session.get(Cluster, one.id).suggestion_count for one in (left, right)]
    assert counts == [2, 2]


@pytest.mark.parametrize("state", [DecisionState.APPROVED, DecisionState.PUBLISHED])
def test_the_members_of_an_answered_group_stay(session, make, say, regroup, state):
    mixed = [say(CHARGERS), say(LIBRARY)]
    cluster = make.cluster(*mixed)
    make.decision(cluster, state=state)

    regroup()

    assert [cluster_of(session, one) for one in mixed] == [cluster.id, cluster.id]


def test_a_proposed_decision_keeps_its_group(session, make, say, regroup):
    one, other = say(CHARGERS, 2)
    _big, small = make.cluster(one), make.cluster(other)
    make.decision(small, state=DecisionState.PROPOSED)

    regroup()

    assert session.get(Cluster, small.id).retired_at is None
    assert cluster_of(session, other) == small.id


def test_names_given_by_people_survive_and_those_of_the_machine_are_renewed(
    session, make, say, regroup, analyst
):
    named = make.cluster(*say(CHARGERS, 2), name="电动车充电", named_by=analyst)
    unnamed = make.cluster(*say(LIBRARY, 2), name="旧名字")

    regroup()

    assert session.get(Cluster, named.id).name == "电动车充电"
    assert session.get(Cluster, unnamed.id).name == LIBRARY[0]


def test_an_emptied_group_retires_into_its_successor(session, make, say, regroup):
    big, small = make.cluster(*say(CHARGERS, 3)), make.cluster(say(CHARGERS))

    run = regroup()

    retired = session.get(Cluster, small.id)
    assert retired.retired_into_id == big.id
    assert (run.difference["retired"], run.difference["merged"], run.difference["moved"]) == (
        1,
        1,
        1,
    )
    events = session.scalars(select(Lineage.event).filter_by(run_id=run.id).order_by(Lineage.id))
    assert set(events) == {LineageEvent.RETIRED, LineageEvent.MERGED}


def test_withdrawn_suggestions_are_left_out(session, say, regroup):
    say(CHARGERS)
    say(CHARGERS, status=SuggestionStatus.WITHDRAWN)

    assert regroup().suggestion_count == 1


def test_contradictions_are_listed_and_the_rest_holds(session, topic, say, regroup):
    a, b, c = say(CHARGERS), say(LIBRARY), say(LIBRARY)
    pair(session, topic, a, b, Verdict.SAME)
    pair(session, topic, b, c, Verdict.SAME)
    pair(session, topic, a, c, Verdict.DIFFERENT)

    run = regroup()

    assert run.difference["contradictions"] == [["same", b.id, c.id]]
    assert cluster_of(session, a) == cluster_of(session, b) != cluster_of(session, c)


def test_a_failed_run_is_kept_and_changes_nothing(session, topic, say, now, analyst):
    class Broken:
        name, version, fingerprint, dimension = "broken", "1", "broken", 4

        def encode(self, texts):
            raise RuntimeError("the model is gone")

    say(CHARGERS)
    found = indexes()
    found._encoding._encoder = Broken()

    run = runs.regroup(session, topic=topic, indexes=found, actor=analyst, now=now)

    assert (run.state, run.error) == (RunState.FAILED, "RuntimeError: the model is gone")
    assert session.scalar(select(func.count()).select_from(Embedding)) == 0


def test_one_run_of_a_topic_at_a_time(session, topic, say, now, analyst, clock):
    values = {"topic": topic, "cause": RunCause.MANUAL, "actor": analyst}
    hanging = runs.begin(session, **values, now=now)
    with pytest.raises(Conflict):
        runs.begin(session, **values, now=now)

    runs.begin(session, **values, now=clock.advance(hours=13))
    assert hanging.state is RunState.FAILED


def test_what_people_do_while_a_run_thinks_wins(session, topic, say, now, analyst):
    first, second = say(CHARGERS, 2)
    run = runs.begin(session, topic=topic, cause=RunCause.GROWTH, actor=None, now=now)
    inputs = runs.run_inputs.gather(session, topic, indexes().encoder)
    made = runs.think(inputs, indexes().encoder)
    pair(session, topic, first, second, Verdict.DIFFERENT)

    with pytest.raises(Conflict, match="changed by people"):
        runs.finish(session, run=run, inputs=inputs, made=made, indexes=indexes(), now=now)


def test_what_arrives_while_a_run_thinks_keeps_its_place(session, topic, say, now):
    say(CHARGERS, 2)
    run = runs.begin(session, topic=topic, cause=RunCause.GROWTH, actor=None, now=now)
    inputs = runs.run_inputs.gather(session, topic, indexes().encoder)
    made = runs.think(inputs, indexes().encoder)
    late = say(LIBRARY)
    placement.place_pending(session, topic=topic, indexes=indexes(), now=now)
    place = cluster_of(session, late)

    runs.finish(session, run=run, inputs=inputs, made=made, indexes=indexes(), now=now)

    assert cluster_of(session, late) == place
    assert session.get(Cluster, place).retired_at is None


def test_only_the_last_runs_can_be_returned_to(session, say, regroup):
    say(CHARGERS)
    first = regroup()
    regroup(kept=1)

    assert session.scalars(select(RunAssignment.run_id).distinct()).all() != [first.id]
    assert session.get(type(first), first.id) is not None


def test_only_an_analyst_regroups_and_only_while_groups_may_change(session, make, regroup):
    with pytest.raises(NotAllowed):
        regroup(actor=make.person())
    with pytest.raises(NotInThisPhase):
        regroup(topic=make.topic(state=TopicState.REPORTED), actor=None)


def pair(session, topic, first, second, verdict):
    one, other = sorted((first.id, second.id))
    session.add(
        PairConstraint(
            topic_id=topic.id,
            first_id=one,
            second_id=other,
            verdict=verdict,
            person_id=topic.created_by_id,
        )
    )
    session.flush()
