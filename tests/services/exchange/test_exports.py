"""Taking everything out as a table: masked, complete, harmless to a spreadsheet, on record."""

import io

import pytest

from consult.exceptions import NotAllowed
from consult.services.exchange import exports
from consult.services.records import ledger
from consult.tables import write_csv
from models.decision import DecisionException, DecisionState, Outcome
from models.person import Role
from models.suggestion import SuggestionStatus


@pytest.fixture
def topic(make):
    make.suggestion(make.topic(), "别的专题")
    return make.topic()


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency)


def taken(session, topic, actor, now, **more):
    exports.ask(session, topic=topic, actor=actor, now=now, **more)
    return list(exports.read(session, topic.id, original=more.get("original", False)))


def test_every_suggestion_is_a_row_with_its_group_and_answer(session, make, topic, analyst, now):
    first, second, third = (make.suggestion(topic) for _ in range(3))
    decision = make.decision(
        make.cluster(first, second, name="充电桩"), state=DecisionState.APPROVED
    )
    decision.exceptions.append(
        DecisionException(suggestion=second, outcome=Outcome.NOTED, reason="另复")
    )
    third.status = SuggestionStatus.WITHDRAWN

    rows = taken(session, topic, analyst, now)

    assert [(row["cluster_name"], row["outcome"], row["status"]) for row in rows] == [
        ("充电桩", "adopted", "received"),
        ("充电桩", "noted", "received"),
        ("", "", "withdrawn"),
    ]


def test_a_withdrawn_decision_is_no_answer_and_doubles_no_row(session, make, topic, analyst, now):
    cluster = make.cluster(make.suggestion(topic))
    make.decision(cluster, Outcome.NOTED, state=DecisionState.WITHDRAWN)
    make.decision(cluster, Outcome.ADOPTED)

    [row] = taken(session, topic, analyst, now)

    assert row["outcome"] == "adopted"


def test_the_words_are_masked_unless_the_originals_are_asked_for(
    session, make, topic, analyst, now
):
    make.suggestion(topic, facts="电话13812345678", public_facts="电话138****5678")

    [masked] = taken(session, topic, analyst, now)
    [original] = taken(session, topic, analyst, now, original=True)

    assert (masked["facts"], original["facts"]) == ("电话138****5678", "电话13812345678")


def test_an_auditor_takes_masked_words_only(session, make, topic, now):
    auditor = make.staff(Role.AUDITOR, topic.agency)
    make.suggestion(topic)

    assert len(taken(session, topic, auditor, now)) == 1
    with pytest.raises(NotAllowed):
        taken(session, topic, auditor, now, original=True)


def test_the_export_stands_in_the_ledger(session, topic, analyst, now):
    taken(session, topic, analyst, now)

    assert [entry.act for entry in ledger.of_subject(session, topic)] == ["topic.exported"]


def test_a_citizen_exports_nothing(session, make, topic, now):
    with pytest.raises(NotAllowed):
        taken(session, topic, make.person(), now)


def test_a_formula_in_a_suggestion_does_not_run_in_a_spreadsheet(
    session, make, topic, analyst, now
):
    make.suggestion(topic, '=cmd|"/c calc"!A1')
    stream = io.BytesIO()

    write_csv(taken(session, topic, analyst, now), exports.COLUMNS, stream)

    assert ",\"'=cmd|" in stream.getvalue().decode("utf-8-sig")
