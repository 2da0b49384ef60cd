"""The groups that the page of a consultation shows."""

from consult.services.grouping import group_voices
from models.decision import DecisionState, Outcome
from models.suggestion import SuggestionStatus


def test_the_groups_with_the_most_people_come_first(session, make, now):
    topic = make.topic()
    small, large, gone = (make.cluster(make.suggestion(topic), name=name) for name in "小大废")
    small.people_count, large.people_count, gone.people_count = 2, 9, 99
    gone.retired_at = now
    make.cluster(make.suggestion())
    session.flush()

    found = group_voices.largest(session, topic, limit=5)
    assert [voice.cluster.name for voice in found] == ["大", "小"]
    assert len(group_voices.largest(session, topic, limit=1)) == 1


def test_only_a_published_answer_is_shown(session, make):
    topic = make.topic()
    for name, state in (("已公布", DecisionState.PUBLISHED), ("待审核", DecisionState.PROPOSED)):
        make.decision(make.cluster(make.suggestion(topic), name=name), state=state)

    found = {one.cluster.name: one.outcome for one in group_voices.largest(session, topic, limit=5)}
    assert found == {"已公布": Outcome.ADOPTED, "待审核": None}


def test_groups_speak_to_a_clause_through_their_valid_members(session, make):
    topic = make.topic()
    clause, other = make.document(topic, "甲", "乙").clauses
    spoken = [make.suggestion(topic, clause=clause) for _ in range(2)]
    withdrawn = make.suggestion(topic, clause=clause, status=SuggestionStatus.WITHDRAWN)
    cluster = make.cluster(*spoken, withdrawn, make.suggestion(topic, clause=other))
    make.cluster(make.suggestion(topic))

    [voice] = group_voices.on_clause(session, clause)
    assert (voice.cluster, voice.count) == (cluster, 2)
