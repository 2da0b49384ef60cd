"""The final text against the draft: what an answer changed, what the agency did, what stayed."""

import pytest

from consult.exceptions import NotFound
from consult.services.answering import final_text, report
from consult.services.answering.final_text import Standing
from models.decision import ClauseChange, DecisionState, Outcome
from models.document import DocumentKind
from models.topic import TopicState

KEPT = "养犬人应当依法对犬只进行免疫接种。"
FEE = "重点管理区内养犬实行年度管理服务费制度，每只每年五百元。"
LEASH = "携带犬只外出应当使用牵引绳，由成年人牵领，主动避让老年人。"


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ENACTED)


@pytest.fixture
def compared(session, make, topic):
    """The fee was changed after what was asked; a clause was put in before the rest."""
    draft = make.document(topic, KEPT, FEE, LEASH)
    final = make.document(
        topic,
        "本办法所称犬只不包括军警用犬。",
        KEPT,
        FEE.replace("五百", "二百"),
        LEASH.replace("老年人", "老年人和儿童"),
        kind=DocumentKind.FINAL,
    )
    decision = make.decision(
        make.cluster(make.suggestion(topic), make.suggestion(topic)),
        Outcome.ADOPTED,
        state=DecisionState.PUBLISHED,
    )
    decision.clause_changes.append(
        ClauseChange(
            clause=draft.clauses[1], after=final.clauses[2].text, final_clause=final.clauses[2]
        )
    )
    session.flush()
    return final_text.clauses(session, topic, final)


def test_each_clause_is_told_apart_although_the_numbers_moved(compared):
    found = [(one.standing, one.was.label if one.was else "", one.voices) for one in compared]

    assert found == [
        (Standing.ADDED, "", 0),
        (Standing.KEPT, "第1条", 0),
        (Standing.CHANGED, "第2条", 2),
        (Standing.EDITED, "第3条", 0),
    ]


@pytest.mark.parametrize("state", [TopicState.ANALYSING, TopicState.REPORTED])
def test_before_it_is_enacted_the_final_text_is_nobodys_to_read(session, make, topic, state):
    make.document(topic, KEPT, kind=DocumentKind.FINAL)
    topic.state = state

    with pytest.raises(NotFound):
        final_text.of_topic(session, topic)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("关于《养犬管理办法（征求意见稿）》公开征求意见的公告", "养犬管理办法（征求意见稿）"),
        ("养犬管理办法（征求意见稿）", "养犬管理办法（征求意见稿）"),
        ("Safer streets: draft", "Safer streets: draft"),
        ("关于加强养犬管理", "关于加强养犬管理"),
    ],
)
def test_the_report_is_called_by_what_was_consulted_on(session, topic, title, name):
    topic.title = title

    assert report.of_topic(session, topic).name == name


def test_before_publication_there_is_no_report(session, topic):
    topic.state = TopicState.ANALYSING

    with pytest.raises(NotFound):
        report.of_topic(session, topic)
