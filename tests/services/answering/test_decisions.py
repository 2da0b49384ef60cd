"""Deciding: one proposes, another approves, and nothing is overwritten on the way."""

import pytest
from sqlalchemy import func, select

from consult.exceptions import Conflict, Invalid, NotAllowed, NotInThisPhase, StaleVersion
from consult.services.answering import decision_batches, decision_exceptions, decisions
from consult.services.answering.decisions import Answer, Wording
from consult.services.records import ledger
from models.decision import Decision, DecisionState, Outcome
from models.person import Role
from models.topic import TopicState


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING, opens=-40, closes=-5)


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


@pytest.fixture
def leader(make, topic):
    return make.staff(Role.UNIT_LEADER, topic.agency)


@pytest.fixture
def cluster(make, topic):
    """A group of two; beside it one of another topic that is decided already."""
    other = make.cluster(make.suggestion(make.topic(state=TopicState.ANALYSING)))
    make.decision(other, state=DecisionState.APPROVED)
    return make.cluster(make.suggestion(topic), make.suggestion(topic))


@pytest.fixture
def proposed(session, cluster, analyst, now):
    return decisions.propose(
        session,
        cluster=cluster,
        answer=Answer(Outcome.NOTED, "留待修订时研究。"),
        actor=analyst,
        now=now,
    )


def acts(session, decision):
    return [entry.act for entry in ledger.of_subject(session, decision)]


def test_a_proposal_waits_for_approval_and_stands_in_the_ledger(session, proposed, analyst):
    assert (proposed.state, proposed.proposed_by) == (DecisionState.PROPOSED, analyst)
    assert acts(session, proposed) == ["decision.proposed"]


def test_every_answer_but_adopted_needs_a_reason_and_leaves_no_trace_without(
    session, cluster, analyst, now
):
    answer = Answer(Outcome.NOT_ADOPTED, "  ")

    with pytest.raises(Invalid, match="needs a reason"):
        decisions.propose(session, cluster=cluster, answer=answer, actor=analyst, now=now)

    assert decisions.standing(session, cluster) is None


def test_adopted_needs_no_reason(session, cluster, analyst, now):
    made = decisions.propose(
        session, cluster=cluster, answer=Answer(Outcome.ADOPTED), actor=analyst, now=now
    )

    assert made.outcome is Outcome.ADOPTED


def test_a_group_is_decided_once(session, proposed, cluster, analyst, now):
    with pytest.raises(Conflict, match="already"):
        decisions.propose(
            session, cluster=cluster, answer=Answer(Outcome.ADOPTED), actor=analyst, now=now
        )


def test_a_withdrawn_decision_makes_room_for_another(session, proposed, cluster, analyst, now):
    decisions.withdraw(session, decision=proposed, version=1, actor=analyst, now=now)

    again = decisions.propose(
        session, cluster=cluster, answer=Answer(Outcome.ADOPTED), actor=analyst, now=now
    )

    assert decisions.standing(session, cluster) is again


def test_nobody_approves_a_proposal_of_their_own(session, make, topic, cluster, now):
    both = make.staff(Role.ANALYST, topic.agency)
    both.appointments += make.staff(Role.UNIT_LEADER, topic.agency).appointments
    mine = decisions.propose(
        session, cluster=cluster, answer=Answer(Outcome.ADOPTED), actor=both, now=now
    )

    with pytest.raises(NotAllowed, match="proposed it yourself"):
        decisions.approve(session, decision=mine, version=mine.version, actor=both, now=now)

    assert mine.state is DecisionState.PROPOSED


def test_a_second_person_approves(session, proposed, leader, now):
    decisions.approve(session, decision=proposed, version=1, actor=leader, now=now)

    assert (proposed.state, proposed.reviewed_by) == (DecisionState.APPROVED, leader)


def test_of_two_approvers_at_once_the_second_is_told_so(
    session, make, proposed, leader, topic, now
):
    decisions.approve(session, decision=proposed, version=1, actor=leader, now=now)
    other = make.staff(Role.ASSIGNER, topic.agency)

    with pytest.raises(StaleVersion):
        decisions.return_(
            session, decision=proposed, reason="依据不足", version=1, actor=other, now=now
        )

    assert (proposed.state, proposed.reviewed_by) == (DecisionState.APPROVED, leader)


def test_a_return_needs_a_reason(session, proposed, leader, now):
    with pytest.raises(Invalid, match="why"):
        decisions.return_(session, decision=proposed, reason=" ", version=1, actor=leader, now=now)


def test_a_returned_one_is_put_forward_again_by_whoever_changes_it(
    session, make, proposed, leader, topic, now
):
    decisions.return_(
        session, decision=proposed, reason="请补依据", version=1, actor=leader, now=now
    )
    colleague = make.staff(Role.ANALYST, topic.agency)

    decisions.revise(
        session,
        decision=proposed,
        answer=Answer(Outcome.IN_PLACE, "第三条已有规定。"),
        version=proposed.version,
        actor=colleague,
        now=now,
    )

    assert (proposed.state, proposed.proposed_by) == (DecisionState.PROPOSED, colleague)
    assert proposed.return_reason == ""


def test_a_change_over_somebody_elses_is_refused(session, proposed, analyst, now):
    with pytest.raises(StaleVersion):
        decisions.revise(
            session,
            decision=proposed,
            answer=Answer(Outcome.ADOPTED),
            version=proposed.version + 1,
            actor=analyst,
            now=now,
        )

    assert proposed.outcome is Outcome.NOTED


def test_clauses_are_kept_with_their_words_before_and_after(
    session, make, topic, cluster, analyst, now
):
    [clause] = make.document(topic, "第一条 收费五百元。").clauses
    answer = Answer(
        Outcome.ADOPTED,
        wordings=[Wording(clause, "第一条 收费二百元。"), Wording(None, "新增一条。")],
    )

    made = decisions.propose(session, cluster=cluster, answer=answer, actor=analyst, now=now)

    assert [(change.before, change.after) for change in made.clause_changes] == [
        ("第一条 收费五百元。", "第一条 收费二百元。"),
        ("", "新增一条。"),
    ]


def test_a_clause_of_another_consultation_is_refused(session, make, cluster, analyst, now):
    [foreign] = make.document(make.topic(), "第一条 别处。").clauses
    answer = Answer(Outcome.ADOPTED, wordings=[Wording(foreign, "改写")])

    with pytest.raises(Invalid, match="another document"):
        decisions.propose(session, cluster=cluster, answer=answer, actor=analyst, now=now)


def test_a_clause_twice_is_refused(session, make, topic, cluster, analyst, now):
    [clause] = make.document(topic, "第一条 收费。").clauses
    answer = Answer(Outcome.ADOPTED, wordings=[Wording(clause, "甲"), Wording(clause, "乙")])

    with pytest.raises(Invalid, match="twice"):
        decisions.propose(session, cluster=cluster, answer=answer, actor=analyst, now=now)


def test_a_member_answered_apart_makes_the_decision_new_for_the_approver(
    session, proposed, cluster, analyst, leader, now
):
    member = cluster.memberships[1].suggestion
    decision_exceptions.except_member(
        session,
        decision=proposed,
        suggestion=member,
        outcome=Outcome.ADOPTED,
        reason="此件另提出免收，予以采纳。",
        actor=analyst,
        now=now,
    )

    with pytest.raises(StaleVersion):
        decisions.approve(session, decision=proposed, version=1, actor=leader, now=now)

    assert [one.suggestion for one in proposed.exceptions] == [member]


def test_only_a_member_is_answered_apart(session, make, topic, proposed, analyst, now):
    stranger = make.suggestion(topic)

    with pytest.raises(Invalid, match="not in the group"):
        decision_exceptions.except_member(
            session,
            decision=proposed,
            suggestion=stranger,
            outcome=Outcome.ADOPTED,
            reason="理由",
            actor=analyst,
            now=now,
        )


def test_an_approved_decision_is_not_changed(session, proposed, leader, analyst, now):
    decisions.approve(session, decision=proposed, version=1, actor=leader, now=now)

    with pytest.raises(Conflict):
        decisions.revise(
            session,
            decision=proposed,
            answer=Answer(Outcome.ADOPTED),
            version=proposed.version,
            actor=analyst,
            now=now,
        )


def test_a_citizen_and_the_analyst_of_another_agency_propose_nothing(session, make, cluster, now):
    for stranger in (make.person(), make.staff(Role.ANALYST, make.agency())):
        with pytest.raises(NotAllowed):
            decisions.propose(
                session, cluster=cluster, answer=Answer(Outcome.ADOPTED), actor=stranger, now=now
            )


def test_after_publication_nothing_is_proposed(session, topic, cluster, analyst, now):
    topic.state = TopicState.REPORTED

    with pytest.raises(NotInThisPhase):
        decisions.propose(
            session, cluster=cluster, answer=Answer(Outcome.ADOPTED), actor=analyst, now=now
        )


def test_many_groups_get_one_answer_and_the_decided_ones_are_named(
    session, make, topic, cluster, proposed, analyst, now
):
    free = make.cluster(make.suggestion(topic))
    foreign = make.cluster(make.suggestion(make.topic(state=TopicState.ANALYSING)))

    batch = decision_batches.propose_many(
        session,
        topic=topic,
        cluster_ids=[cluster.id, free.id, foreign.id],
        answer=Answer(Outcome.OUT_OF_SCOPE, "不属于本办法调整范围。"),
        actor=analyst,
        now=now,
    )

    assert (batch.done, [left.cluster for left in batch.left]) == (1, [cluster])
    assert decisions.standing(session, free).outcome is Outcome.OUT_OF_SCOPE
    assert decisions.standing(session, foreign) is None


def test_many_without_a_reason_propose_nothing(session, topic, cluster, analyst, now):
    with pytest.raises(Invalid):
        decision_batches.propose_many(
            session,
            topic=topic,
            cluster_ids=[cluster.id],
            answer=Answer(Outcome.NOTED),
            actor=analyst,
            now=now,
        )

    mine = select(func.count(Decision.id)).filter_by(topic_id=topic.id)
    assert session.scalar(mine) == 0


def test_many_are_approved_but_for_ones_own_and_those_that_changed(
    session, make, topic, proposed, leader, now
):
    leader.appointments += make.staff(Role.ANALYST, topic.agency).appointments
    mine = make.decision(make.cluster(make.suggestion(topic)), proposed_by=leader)
    changed = make.decision(make.cluster(make.suggestion(topic)))
    seen = {proposed.id: 1, mine.id: 1, changed.id: 7}

    batch = decision_batches.approve_many(
        session, topic=topic, versions=seen, actor=leader, now=now
    )

    assert (batch.done, proposed.state) == (1, DecisionState.APPROVED)
    assert [type(left.refusal) for left in batch.left] == [NotAllowed, StaleVersion]
    assert {mine.state, changed.state} == {DecisionState.PROPOSED}
