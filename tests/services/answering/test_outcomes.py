"""The report: its totals are those of its lines, whatever was decided and whoever left."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.services.answering import clause_voices, outcome_lines, outcomes
from models.cluster import Membership
from models.decision import (
    ClauseChange,
    Decision,
    DecisionException,
    DecisionState,
    Outcome,
)
from models.suggestion import Channel, SuggestionStatus
from models.topic import TopicState

OUTCOMES = st.sampled_from(list(Outcome))
#: For each member: does it count, has it an answer of its own, was it moved away since.
MEMBERS = st.lists(
    st.tuples(st.booleans(), st.none() | OUTCOMES, st.booleans()), min_size=1, max_size=4
)


@pytest.fixture
def topic(make):
    """Beside it, another topic with a published decision and an exception."""
    other = make.topic(state=TopicState.REPORTED)
    cluster = make.cluster(make.suggestion(other), make.suggestion(other))
    decision = published(make, cluster, Outcome.NOTED)
    apart(decision, cluster.memberships[0].suggestion, Outcome.ADOPTED)
    return make.topic(state=TopicState.REPORTED)


def published(make, cluster, outcome, **values):
    return make.decision(
        cluster, outcome, state=DecisionState.PUBLISHED, published_at=make.clock(), **values
    )


def apart(decision, suggestion, outcome):
    decision.exceptions.append(
        DecisionException(suggestion=suggestion, outcome=outcome, reason="另行答复")
    )


def lines(session, topic):
    session.flush()
    return [(line.outcome, line.count) for line in outcomes.rows(session, topic)]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(groups=st.lists(st.tuples(OUTCOMES, MEMBERS), max_size=4))
def test_whatever_was_decided_the_lines_add_up_to_the_suggestions_that_count(
    session, make, topic, groups
):
    with session.begin_nested() as trial:
        for outcome, members in groups:
            _group(session, make, topic, outcome, members)
        found = outcome_lines.lines(session, topic)
        head = outcomes.summary(session, topic, found)
        valid = sum(counts for _outcome, members in groups for counts, _own, _moved in members)
        assert sum(line.count for line in found) == head.suggestions == valid
        assert sum(head.by_outcome.values()) == sum(head.channels.values()) == valid
        assert [line.number for line in found] == list(range(1, len(found) + 1))
        trial.rollback()


def _group(session, make, topic, outcome, members):
    status = {True: SuggestionStatus.RECEIVED, False: SuggestionStatus.WITHDRAWN}
    made = [make.suggestion(topic, status=status[counts]) for counts, _own, _moved in members]
    decision = published(make, make.cluster(*made), outcome)
    elsewhere = make.cluster(make.suggestion(topic, status=SuggestionStatus.WITHDRAWN))
    published(make, elsewhere, Outcome.NOTED)
    for suggestion, (_counts, own, moved) in zip(made, members, strict=True):
        if own:
            apart(decision, suggestion, own)
        if moved:
            session.get(Membership, suggestion.id).cluster_id = elsewhere.id
    session.flush()


def test_a_member_answered_apart_has_a_line_of_its_own(session, make, topic):
    cluster = make.cluster(*(make.suggestion(topic) for _ in range(3)))
    decision = published(make, cluster, Outcome.NOT_ADOPTED)
    apart(decision, cluster.memberships[2].suggestion, Outcome.ADOPTED)

    assert lines(session, topic) == [(Outcome.NOT_ADOPTED, 2), (Outcome.ADOPTED, 1)]


def test_an_exception_for_somebody_who_withdrew_is_no_line(session, make, topic):
    cluster = make.cluster(make.suggestion(topic), make.suggestion(topic))
    left = cluster.memberships[1].suggestion
    apart(published(make, cluster, Outcome.NOTED), left, Outcome.ADOPTED)
    left.status = SuggestionStatus.WITHDRAWN

    assert lines(session, topic) == [(Outcome.NOTED, 1)]


def test_what_is_not_published_is_no_line(session, make, topic):
    make.decision(make.cluster(make.suggestion(topic)), state=DecisionState.APPROVED)

    assert lines(session, topic) == []


def test_channels_of_a_line_come_the_commonest_first(session, make, topic):
    ways = (Channel.LETTER, Channel.WEB, Channel.WEB)
    cluster = make.cluster(*(make.suggestion(topic, channel=way) for way in ways))
    published(make, cluster, Outcome.ADOPTED)

    [line] = outcomes.rows(session, topic)

    assert line.channels == [Channel.WEB, Channel.LETTER]


@pytest.mark.parametrize(
    ("consents", "shown"),
    [
        ({"publish_text": True, "publish_name": False}, "欧阳**"),
        ({"publish_text": True, "publish_name": True}, "欧阳晓岚"),
        ({"publish_text": False, "publish_name": True}, ""),
    ],
)
def test_the_proposer_is_masked_unless_they_agreed(session, make, topic, consents, shown):
    author = make.person("欧阳晓岚")
    published(
        make, make.cluster(make.suggestion(topic, author=author, **consents)), Outcome.ADOPTED
    )

    [line] = outcomes.rows(session, topic)

    assert line.proposer == shown


def test_people_are_counted_once_as_authors_and_supporters(session, make, topic):
    first, second = make.suggestion(topic), make.suggestion(topic)
    make.support(second, first.author)
    make.support(second)
    make.support(make.suggestion(topic, status=SuggestionStatus.WITHDRAWN))

    assert outcomes.people(session, topic) == 3


@pytest.fixture
def change(session, make, topic):
    """A clause changed for a group of three: one kept private, one answered apart."""
    members = [make.suggestion(topic, title) for title in ("公开的", "答复不同的")]
    cluster = make.cluster(*members, make.suggestion(topic, "不公开的", publish_text=False))
    decision = published(make, cluster, Outcome.ADOPTED)
    apart(decision, members[1], Outcome.NOT_ADOPTED)
    [clause] = make.document(topic, "第一条 原文。").clauses
    decision.clause_changes.append(
        ClauseChange(clause=clause, before="第一条 原文。", after="改后")
    )
    session.flush()
    return decision.clause_changes[0]


def test_behind_a_clause_stand_only_the_public_words_of_those_it_answers(session, change):
    voices = clause_voices.voices(session, [change])

    assert [one.title for one in voices[change.decision.cluster_id]] == ["公开的"]


def test_from_a_clause_one_comes_to_its_change_and_no_other(session, make, change):
    other = published(make, make.cluster(make.suggestion()), Outcome.ADOPTED)
    [clause] = make.document(other.topic, "第一条 别处。").clauses
    other.clause_changes.append(ClauseChange(clause=clause, after="别处改后"))
    session.flush()

    assert clause_voices.changes_of(session, change.clause) == [change]


def test_voices_are_limited_per_group_most_supported_first(session, make, topic):
    members = [make.suggestion(topic) for _ in range(4)]
    make.support(members[2])
    decision = published(make, make.cluster(*members), Outcome.ADOPTED)
    decision.clause_changes.append(ClauseChange(after="新增一条"))
    session.flush()

    voices = clause_voices.voices(session, decision.clause_changes, limit=2)

    assert voices[decision.cluster_id] == [members[2], members[0]]


def test_a_withdrawn_decision_leaves_no_trace_in_the_report(session, make, topic):
    cluster = make.cluster(make.suggestion(topic))
    make.decision(cluster, state=DecisionState.WITHDRAWN)
    published(make, cluster, Outcome.IN_PLACE)

    assert lines(session, topic) == [(Outcome.IN_PLACE, 1)]
    assert session.query(Decision).filter_by(topic_id=topic.id).count() == 2
