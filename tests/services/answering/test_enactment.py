"""The policy comes into being: each change finds its clause, and everybody is told once more."""

from datetime import date

import pytest
from sqlalchemy import func, select

from consult.exceptions import Invalid, NotAllowed, NotInThisPhase
from consult.services.answering import enactment, telling
from models.decision import ClauseChange, DecisionState, Outcome
from models.notice import Notice, NoticeKind
from models.person import PersonKind, Role
from models.topic import TopicState

FINAL = "第一条 收费二百元。\n第二条 新增的要求。\n第三条 每年一次。"
DAY = date(2026, 6, 1)


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.REPORTED)


@pytest.fixture
def drafter(make, topic):
    return make.staff(Role.DRAFTER, topic.agency)


@pytest.fixture
def decision(session, make, topic):
    """A published answer with three changes: reworded, new, struck out; beside it a proposal."""
    draft = make.document(topic, "收费五百元。", "旧的要求。", "每年一次。")
    cluster = make.cluster(make.suggestion(topic), make.suggestion(topic))
    make.support(cluster.representative)
    decision = make.decision(cluster, Outcome.ADOPTED, state=DecisionState.PUBLISHED)
    first, second, _third = draft.clauses
    decision.clause_changes += [
        ClauseChange(clause=first, before=first.text, after="收费二百元。"),
        ClauseChange(before="", after="新增的要求。"),
        ClauseChange(clause=second, before=second.text, after=""),
    ]
    waiting = make.decision(make.cluster(make.suggestion(topic)))
    waiting.clause_changes.append(ClauseChange(after="没有公布的改法"))
    session.flush()
    return decision


@pytest.fixture
def final(session, topic, decision, drafter, now):
    return enactment.set_final(
        session, topic=topic, title="办法", text=FINAL, actor=drafter, now=now
    )


def enact(session, topic, actor, now, **more):
    return enactment.enact(
        session, topic=topic, number="5号", issued_on=DAY, actor=actor, now=now, **more
    )


def places(decision):
    return [c.final_clause.label if c.final_clause else "" for c in decision.clause_changes]


def test_changes_are_tied_where_their_words_stand(session, topic, decision, final, drafter, now):
    enact(session, topic, drafter, now)

    assert places(decision) == ["第一条", "第二条", ""]
    assert (topic.state, final.number, final.issued_on) == (TopicState.ENACTED, "5号", DAY)


def test_what_a_person_chose_stands_against_every_guess(
    session, topic, decision, final, drafter, now
):
    reworded, new, _gone = decision.clause_changes

    enact(session, topic, drafter, now, places={reworded.id: "", new.id: final.clauses[2].anchor})

    assert places(decision) == ["", "第三条", ""]


def test_a_clause_that_is_not_in_the_final_text_is_refused(
    session, topic, decision, final, drafter, now
):
    with pytest.raises(Invalid, match="no clause art-99"):
        enactment.place(
            session,
            topic=topic,
            places={decision.clause_changes[0].id: "art-99"},
            actor=drafter,
            now=now,
        )


def test_a_new_text_lets_go_of_what_was_tied_to_the_old_one(
    session, topic, decision, final, drafter, now
):
    first = {decision.clause_changes[0].id: final.clauses[2].anchor}
    enactment.place(session, topic=topic, places=first, actor=drafter, now=now)

    enactment.set_final(
        session, topic=topic, title="", text="第一条 收费二百元。", actor=drafter, now=now
    )
    session.flush()

    assert places(decision) == ["", "", ""]
    assert [clause.label for clause in final.clauses] == ["第一条"]


def test_everybody_concerned_is_told_once_more_and_once_only(
    session, topic, decision, final, drafter, now
):
    telling.tell_everyone(session, topic=topic, kind=NoticeKind.DECIDED, now=now)

    told = enact(session, topic, drafter, now)

    again = telling.tell_everyone(session, topic=topic, kind=NoticeKind.ENACTED, now=now)
    kinds = dict(session.execute(select(Notice.kind, func.count()).group_by(Notice.kind)).all())
    assert (told, again) == (3, 0)
    assert kinds == {NoticeKind.DECIDED: 3, NoticeKind.ENACTED: 3}


def test_the_number_to_be_told_leaves_out_people_of_a_file(session, make, topic, decision):
    sender = make.person(kind=PersonKind.IMPORTED)
    cluster = make.cluster(make.suggestion(topic, author=sender))
    make.decision(cluster, state=DecisionState.PUBLISHED)
    make.support(cluster.representative, decision.cluster.representative.author)

    assert telling.to_be_told(session, topic) == 3


def test_without_a_final_text_nothing_is_enacted(session, topic, decision, drafter, now):
    with pytest.raises(Invalid, match="final text first"):
        enact(session, topic, drafter, now)

    assert topic.state is TopicState.REPORTED


def test_an_address_that_is_none_of_the_web_is_refused(
    session, topic, decision, final, drafter, now
):
    with pytest.raises(Invalid, match="https"):
        enact(session, topic, drafter, now, url="javascript:alert(1)")


def test_before_the_answers_are_published_there_is_no_final_text(
    session, make, topic, drafter, now
):
    topic.state = TopicState.ANALYSING

    with pytest.raises(NotInThisPhase):
        enactment.set_final(session, topic=topic, title="", text=FINAL, actor=drafter, now=now)


def test_an_analyst_enacts_nothing(session, make, topic, decision, final, now):
    with pytest.raises(NotAllowed):
        enact(session, topic, make.staff(Role.ANALYST, topic.agency), now)


def test_what_was_enacted_is_evaluated_later(session, topic, decision, final, drafter, now):
    enact(session, topic, drafter, now)

    enactment.evaluate(session, topic=topic, actor=drafter, now=now)

    assert topic.state is TopicState.EVALUATED
