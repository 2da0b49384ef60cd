"""What an analyst does to groups, and takes back."""

import pytest
from sqlalchemy import func, select

from consult.exceptions import Conflict, Invalid, NotAllowed, NotInThisPhase, StaleVersion
from consult.services.grouping import judging, reviewing, undoing
from models.cluster import Membership, PairConstraint, Verdict
from models.decision import DecisionState
from models.ledger import LedgerEntry
from models.person import Role
from models.run import Lineage, LineageEvent
from models.topic import TopicState


@pytest.fixture
def topic(make):
    noise = make.topic()
    make.cluster(make.suggestion(noise), make.suggestion(noise))
    return make.topic(state=TopicState.ANALYSING)


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def group(make, topic):
    """A group of ``n`` suggestions, whose ids come with it."""

    def go(n, **values):
        members = [make.suggestion(topic) for _ in range(n)]
        return make.cluster(*members, **values), [one.id for one in members]

    return go


@pytest.fixture
def act(session, analyst, now):
    """Does an act on a group as it stands now."""

    def go(kind, cluster, **values):
        values = {"version": cluster.version, "actor": analyst, "now": now} | values
        made = getattr(reviewing, kind)(session, cluster=cluster, **values)
        session.flush()
        return made

    return go


@pytest.fixture
def undo(session, analyst, now):
    return lambda act: undoing.undo(session, act=act, actor=analyst, now=now)


@pytest.fixture
def judge(session, analyst, now):
    def go(first, second, verdict):
        one, other = (session.get(reviewing.Suggestion, key) for key in (first, second))
        return judging.judge_pair(
            session, first=one, second=other, verdict=verdict, actor=analyst, now=now
        )

    return go


def members(session, cluster):
    query = select(Membership.suggestion_id).filter_by(cluster_id=cluster.id)
    return sorted(session.scalars(query))


def test_a_name_is_given_and_taken_back(group, act, undo, analyst):
    cluster, _ = group(2, name="机器起的名")

    renamed = act("rename", cluster, name="  电动车   充电 ")
    assert (cluster.name, cluster.named_by) == ("电动车 充电", analyst)

    undo(renamed)
    assert (cluster.name, cluster.named_by_id) == ("机器起的名", None)


@pytest.mark.parametrize("name", ["", "   ", "字" * 121])
def test_an_empty_or_endless_name_is_refused(group, act, name):
    cluster, _ = group(1, name="原名")

    with pytest.raises(Invalid) as refusal:
        act("rename", cluster, name=name)

    assert (refusal.value.field, cluster.name) == ("name", "原名")


def test_the_first_of_two_names_cannot_be_taken_back_under_the_second(group, act, undo):
    cluster, _ = group(1)
    first = act("rename", cluster, name="甲")
    act("rename", cluster, name="乙")

    with pytest.raises(Conflict, match="renamed again"):
        undo(first)


def test_confirming_holds_all_members_and_undoing_lets_them_go(session, group, act, undo):
    cluster, ids = group(3)

    confirmed = act("confirm", cluster)
    assert {session.get(Membership, one).held_at is not None for one in ids} == {True}

    undo(confirmed)
    assert {session.get(Membership, one).held_at for one in ids} == {None}
    assert cluster.confirmed_at is None


def test_a_member_moves_and_is_held_there(session, group, act):
    source, ids = group(3)
    target, _ = group(1)

    act("move", source, suggestion_ids=ids[:1], target=target)

    assert (source.suggestion_count, target.suggestion_count) == (2, 2)
    assert session.get(Membership, ids[0]).held_at is not None


def test_a_move_speaks_for_and_against_the_representatives(session, group, act):
    source, ids = group(3)
    target, there = group(1)

    act("move", source, suggestion_ids=ids[1:2], target=target)

    said = {
        (one.first_id, one.second_id): one.verdict
        for one in session.scalars(select(PairConstraint))
    }
    assert said == {
        (ids[0], ids[1]): Verdict.DIFFERENT,
        (ids[1], there[0]): Verdict.SAME,
    }


def test_a_move_is_taken_back_with_all_that_it_said(session, group, act, undo):
    source, ids = group(2)
    target, _ = group(1)
    moved = act("move", source, suggestion_ids=ids[:1], target=target)

    undo(moved)

    assert (members(session, source), target.suggestion_count) == (ids, 1)
    assert session.get(Membership, ids[0]).held_at is None
    standing = select(func.count()).where(PairConstraint.undone_at.is_(None))
    assert session.scalar(standing) == 0


def test_a_merge_retires_one_and_counts_people_once(session, make, group, act):
    source, ids = group(2)
    target, _ = group(1)
    both = make.person()
    for cluster in (source, target):
        make.support(cluster.representative, both)

    act("merge", source, into=target)

    assert (target.suggestion_count, target.people_count) == (3, 4)
    assert (source.retired_into_id, source.suggestion_count) == (target.id, 0)
    assert members(session, target)[:2] == ids


def test_a_merge_is_taken_back(session, group, act, undo):
    source, ids = group(2)
    target, there = group(2)
    merged = act("merge", source, into=target)

    undo(merged)

    assert (members(session, source), members(session, target)) == (ids, there)
    assert source.retired_at is None
    events = session.scalars(select(Lineage.event).filter_by(cluster_id=source.id)).all()
    assert LineageEvent.REVIVED in events


def test_a_split_begins_a_group_that_says_where_it_came_from(session, group, act):
    cluster, ids = group(4)

    made = act("split", cluster, suggestion_ids=ids[2:]).other_cluster

    assert (members(session, cluster), members(session, made)) == (ids[:2], ids[2:])
    [line] = session.scalars(select(Lineage).filter_by(cluster_id=made.id))
    assert (line.event, line.other_id, line.size_after) == (LineageEvent.SPLIT, cluster.id, 2)


def test_a_split_is_taken_back_and_its_group_retires(session, group, act, undo):
    cluster, ids = group(3)
    made = act("split", cluster, suggestion_ids=ids[:1])

    undo(made)

    assert members(session, cluster) == ids
    assert made.other_cluster.retired_into_id == cluster.id


def test_splitting_everything_off_is_refused(group, act):
    cluster, ids = group(2)

    with pytest.raises(Conflict, match="at least one"):
        act("split", cluster, suggestion_ids=ids)


def test_not_the_same_within_a_group_parts_them_at_once(session, group, judge, undo):
    cluster, ids = group(3)

    judged = judge(ids[0], ids[1], Verdict.DIFFERENT)
    assert (judged.parted, members(session, cluster)) == (True, [ids[0], ids[2]])

    undo(judged.act)
    assert members(session, cluster) == ids


def test_the_same_across_groups_waits_for_the_next_run(session, group, judge):
    _, here = group(1)
    _, there = group(1)

    judged = judge(here[0], there[0], Verdict.SAME)

    assert (judged.later, judged.parted) == (True, False)
    assert session.scalar(select(PairConstraint.verdict)) is Verdict.SAME


def test_a_second_word_on_a_pair_replaces_the_first_until_it_is_taken_back(
    session, group, judge, undo
):
    _, here = group(1)
    _, there = group(1)
    judge(here[0], there[0], Verdict.SAME)
    second = judge(here[0], there[0], Verdict.DIFFERENT)
    standing = select(PairConstraint.verdict).where(PairConstraint.undone_at.is_(None))
    assert session.scalars(standing).all() == [Verdict.DIFFERENT]

    undo(second.act)
    assert session.scalars(standing).all() == [Verdict.SAME]


def test_groups_with_a_pair_judged_different_are_not_merged(session, group, judge, act):
    first, here = group(1)
    second, there = group(1)
    judge(here[0], there[0], Verdict.DIFFERENT)

    with pytest.raises(Conflict, match="were judged not the same"):
        act("merge", first, into=second)


def test_what_a_move_implied_gives_way_to_a_merge(session, group, act, undo):
    source, ids = group(2)
    target, _ = group(1)
    act("move", source, suggestion_ids=ids[1:], target=target)

    merged = act("merge", source, into=target)
    assert target.suggestion_count == 3

    undo(merged)
    different = select(func.count()).where(
        PairConstraint.undone_at.is_(None), PairConstraint.verdict == Verdict.DIFFERENT
    )
    assert session.scalar(different) == 1


@pytest.mark.parametrize("state", [DecisionState.APPROVED, DecisionState.PUBLISHED])
@pytest.mark.parametrize("name", ["move", "split", "merge"])
def test_an_answered_group_loses_no_member(make, group, act, state, name):
    cluster, ids = group(2)
    other, _ = group(1)
    make.decision(cluster, state=state)
    values = {
        "move": {"suggestion_ids": ids[:1], "target": other},
        "split": {"suggestion_ids": ids[:1]},
        "merge": {"into": other},
    }

    with pytest.raises(Conflict, match="decision"):
        act(name, cluster, **values[name])


def test_an_answered_group_loses_none_by_an_undo_either(make, group, act, undo):
    cluster, ids = group(2)
    target, _ = group(1)
    moved = act("move", cluster, suggestion_ids=ids[:1], target=target)
    make.decision(target, state=DecisionState.APPROVED)

    with pytest.raises(Conflict, match="approved"):
        undo(moved)


def test_a_proposal_keeps_its_group_from_being_dissolved(make, group, act):
    cluster, ids = group(2)
    other, _ = group(1)
    make.decision(cluster)

    with pytest.raises(Conflict, match="proposed"):
        act("merge", cluster, into=other)
    act("move", cluster, suggestion_ids=ids[:1], target=other)
    assert cluster.suggestion_count == 1


def test_an_act_on_an_older_version_is_refused(group, act):
    cluster, ids = group(3)
    other, _ = group(1)
    seen = cluster.version
    act("move", cluster, suggestion_ids=ids[:1], target=other)

    with pytest.raises(StaleVersion):
        act("confirm", cluster, version=seen)


def test_an_act_on_a_retired_group_is_refused(group, act):
    cluster, _ = group(1)
    other, _ = group(1)
    act("merge", cluster, into=other)

    with pytest.raises(Conflict, match="is no more"):
        act("rename", cluster, name="x")


def test_acts_are_taken_back_in_order_where_they_touch_the_same_members(group, act, undo):
    cluster, ids = group(3)
    other, _ = group(1)
    third, _ = group(1)
    first = act("move", cluster, suggestion_ids=ids[:1], target=other)
    second = act("move", other, suggestion_ids=ids[:1], target=third)

    with pytest.raises(Conflict, match="since"):
        undo(first)
    undo(second)
    undo(first)
    assert cluster.suggestion_count == 3


def test_an_act_is_taken_back_once(group, act, undo):
    cluster, _ = group(1)
    confirmed = act("confirm", cluster)
    undo(confirmed)

    with pytest.raises(Conflict, match="already"):
        undo(confirmed)


def test_groups_of_two_consultations_do_not_mix(make, group, act):
    cluster, ids = group(2)
    foreign = make.cluster(make.suggestion(make.topic(agency=cluster.topic.agency)))

    with pytest.raises(Conflict, match="different consultations"):
        act("move", cluster, suggestion_ids=ids[:1], target=foreign)


def test_members_of_another_group_are_not_moved(group, act):
    cluster, _ = group(2)
    _other, there = group(2)

    with pytest.raises(Conflict, match="Choose members"):
        act("split", cluster, suggestion_ids=there[:1])


def test_only_analysts_of_the_agency_act_and_only_before_the_report(make, group, act, topic):
    cluster, _ = group(1)
    stranger = make.staff(Role.ANALYST, make.agency())
    with pytest.raises(NotAllowed):
        act("confirm", cluster, actor=stranger)

    topic.state = TopicState.REPORTED
    with pytest.raises(NotInThisPhase):
        act("confirm", cluster)


def test_every_act_is_in_the_ledger(session, group, act, undo):
    cluster, ids = group(3)
    undo(act("split", cluster, suggestion_ids=ids[:1]))

    acts = session.scalars(select(LedgerEntry.act).order_by(LedgerEntry.id)).all()
    assert acts == ["cluster.split", "cluster.split_undone"]
