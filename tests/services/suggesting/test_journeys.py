"""The journey of a suggestion, told to its author."""

import pytest
from sqlalchemy import event

from consult.extensions import db
from consult.services.suggesting import journeys
from consult.services.suggesting.stages import Stage
from models.cluster import Objection
from models.decision import ClauseChange, DecisionException, DecisionState, Outcome
from models.document import DocumentKind
from models.topic import TopicState
from tests.pages import text_of


@pytest.fixture
def suggestion(make):
    suggestion = make.suggestion(title="犬只登记应当免费", facts="打13800138000。")
    suggestion.public_facts = "打138****8000。"
    make.cluster(make.suggestion(suggestion.topic))  # noise: another group
    return suggestion


@pytest.fixture
def group(make, suggestion):
    others = [make.suggestion(suggestion.topic) for _ in range(2)]
    return make.cluster(
        suggestion, *others, name="登记免费", keywords=["登记", "收费", "13800138000"]
    )


@pytest.fixture
def enacted(make, suggestion, group, now):
    """Decided, published and enacted, with one clause changed."""
    topic = suggestion.topic
    draft = make.document(topic, "第一条 养犬应当登记。")
    final = make.document(
        topic, "第一条 养犬应当免费登记。", kind=DocumentKind.FINAL, number="澄政规3号"
    )
    decision = make.decision(group, state=DecisionState.PUBLISHED, published_at=now)
    decision.clause_changes.append(
        ClauseChange(
            clause=draft.clauses[0],
            before=draft.clauses[0].text,
            after=final.clauses[0].text,
            final_clause=final.clauses[0],
        )
    )
    topic.state, topic.enacted_at = TopicState.ENACTED, now
    return decision


def test_before_it_is_placed_it_is_received(session, suggestion, now):
    journey = journeys.of(session, suggestion, now=now)

    assert journey.progress.stage is Stage.RECEIVED
    assert journey.membership is None


def test_its_group_is_named_with_the_words_they_share(session, suggestion, group, now):
    journey = journeys.of(session, suggestion, now=now)

    assert (journey.progress.stage, journey.progress.others) == (Stage.GROUPED, 2)
    assert journey.membership.cluster is group
    assert journey.shared_words == ["登记"]  # the number is masked, 收费 is not in it


def test_a_decision_is_told_only_once_it_is_published(session, make, suggestion, group, now):
    decision = make.decision(group, state=DecisionState.APPROVED)
    assert journeys.of(session, suggestion, now=now).answer is None

    decision.state, decision.published_at = DecisionState.PUBLISHED, now
    session.flush()
    assert journeys.of(session, suggestion, now=now).answer.outcome is Outcome.ADOPTED


def test_an_exception_answers_it_alone_and_changes_no_clause(session, suggestion, enacted, now):
    enacted.exceptions.append(
        DecisionException(suggestion=suggestion, outcome=Outcome.IN_PLACE, reason="已有规定。")
    )
    session.flush()
    answer = journeys.of(session, suggestion, now=now).answer

    assert (answer.outcome, answer.reason, answer.is_exception) == (
        Outcome.IN_PLACE,
        "已有规定。",
        True,
    )
    assert not answer.changes


def test_the_page_leads_from_the_words_to_the_clause(session, pages, suggestion, enacted):
    session.commit()
    page = text_of(pages.get(f"/journeys/{suggestion.query_code}"))

    for told in ("与另外 2 条归为一类", "采纳", "养犬应当登记", "养犬应当免费登记", "澄政规3号"):
        assert told in page


def test_the_author_may_say_that_the_group_is_wrong(session, pages, suggestion, group):
    session.commit()
    link = f"/suggestions/{suggestion.id}/wrong-group"
    assert link not in pages.get(f"/journeys/{suggestion.query_code}")

    pages.sign_in(suggestion.author)
    assert link in pages.get(f"/journeys/{suggestion.query_code}")


def test_the_answer_to_an_objection_is_told(session, pages, suggestion, group, now):
    session.add(
        Objection(
            topic_id=group.topic_id,
            suggestion=suggestion,
            cluster=group,
            settled_at=now,
            upheld=False,
            answer="两条说的是同一件事。",
        )
    )
    session.commit()

    assert "两条说的是同一件事。" in pages.get(f"/journeys/{suggestion.query_code}")


def test_a_long_history_takes_no_more_queries(session, make, pages, suggestion, enacted):
    for _ in range(12):
        make.support(suggestion)
        make.suggestion(suggestion.topic)
    session.commit()
    sent = []
    listener = lambda *args: sent.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    pages.get(f"/journeys/{suggestion.query_code}")
    event.remove(db.engine, "before_cursor_execute", listener)

    assert len(sent) <= 16
