"""What becomes of a suggestion after it was sent: edited, withdrawn, not accepted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult.exceptions import Conflict, NotAllowed, NotInThisPhase, StaleVersion
from consult.services.records import ledger
from consult.services.suggesting import suggestions
from consult.services.suggesting.suggestions import RefusalReason
from models.cluster import Cluster, Membership
from models.decision import DecisionState
from models.person import Role
from models.suggestion import Embedding, SuggestionStatus, SuggestionVersion
from models.topic import TopicState

DAY = timedelta(hours=24)


@pytest.fixture
def suggestion(make):
    suggestion = make.suggestion(title="增设电梯", facts="老人下楼难。")
    make.suggestion(suggestion.topic)  # noise
    return suggestion


@pytest.fixture
def analyst(make, suggestion):
    return make.staff(Role.ANALYST, suggestion.topic.agency)


@pytest.fixture
def edit(session, suggestion, clock):
    def edit(title="增设电梯", facts="老人下楼难，请联系13800138000。", **values):
        values = {"version": suggestion.version, "actor": suggestion.author} | values
        return suggestions.edit(
            session,
            suggestion=suggestion,
            title=title,
            facts=facts,
            window=DAY,
            now=clock(),
            **values,
        )

    return edit


def place(make, session, suggestion, **values):
    cluster = make.cluster(suggestion, make.suggestion(suggestion.topic))
    membership = session.get(Membership, suggestion.id)
    for name, value in values.items():
        setattr(membership, name, value)
    session.add(
        Embedding(
            suggestion_id=suggestion.id,
            topic_id=suggestion.topic_id,
            digest=suggestion.digest,
            model="m",
            vector=b"",
        )
    )
    session.flush()
    return cluster


def test_an_edit_keeps_the_words_before_and_masks_the_new_ones(session, suggestion, edit):
    edit()
    edit(facts="老人下楼难！！请尽快。")

    kept = session.scalars(select(SuggestionVersion).order_by("number")).all()
    assert [(one.number, one.facts) for one in kept] == [
        (1, "老人下楼难。"),
        (2, "老人下楼难，请联系13800138000。"),
    ]
    assert suggestion.facts == suggestion.public_facts == "老人下楼难！！请尽快。"


def test_what_an_edit_adds_is_masked(suggestion, edit):
    edit()

    assert "13800138000" in suggestion.facts
    assert "13800138000" not in suggestion.public_facts


def test_after_an_edit_it_is_placed_anew(session, make, suggestion, edit):
    cluster = place(make, session, suggestion)
    edit()

    assert session.get(Membership, suggestion.id) is None
    assert session.scalar(select(Embedding)) is None
    assert session.get(Cluster, cluster.id).suggestion_count == 1


def test_what_a_person_placed_stays_after_an_edit(session, make, suggestion, edit, now):
    cluster = place(make, session, suggestion, held_at=now)
    edit()

    assert session.get(Membership, suggestion.id).cluster_id == cluster.id


def test_the_same_words_again_are_no_edit(session, edit):
    edit(facts=" 老人下楼难。 ")

    assert session.scalars(select(SuggestionVersion)).all() == []


def test_an_edit_of_something_older_is_refused(edit):
    with pytest.raises(StaleVersion):
        edit(version=99)


def test_after_the_window_or_the_close_words_stay(edit, clock):
    clock.advance(hours=25)
    with pytest.raises(Conflict, match="time in which"):
        edit()
    clock.advance(days=31)
    with pytest.raises(NotInThisPhase):
        edit()


def test_an_edit_into_ones_other_suggestion_is_refused(make, suggestion, edit):
    make.suggestion(suggestion.topic, "扩建停车场", author=suggestion.author, facts="车位不够。")

    with pytest.raises(Conflict, match="already sent"):
        edit(title="扩建停车场", facts="车位不够。")


def test_only_the_author_edits(make, edit):
    with pytest.raises(NotAllowed):
        edit(actor=make.person())


def test_withdrawing_hides_it_and_its_group_counts_one_less(session, make, suggestion, now):
    cluster = place(make, session, suggestion)
    for _ in range(2):
        suggestions.withdraw(
            session, suggestion=suggestion, actor=suggestion.author, reason="写错了", now=now
        )

    assert (suggestion.status, suggestion.status_reason) == (SuggestionStatus.WITHDRAWN, "写错了")
    assert session.get(Cluster, cluster.id).suggestion_count == 1
    acts = [entry.act for entry in ledger.of_subject(session, suggestion)]
    assert acts == ["suggestion.withdrawn"]


def test_a_group_that_is_left_empty_is_retired(session, make, suggestion, now):
    cluster = make.cluster(suggestion)
    suggestions.withdraw(session, suggestion=suggestion, actor=suggestion.author, now=now)

    assert session.get(Cluster, cluster.id).retired_at == now


def test_an_edit_leaves_a_group_with_an_approved_answer_as_it_is(session, make, suggestion, edit):
    cluster = place(make, session, suggestion)
    make.decision(cluster, state=DecisionState.APPROVED)
    edit()

    assert session.get(Membership, suggestion.id).cluster_id == cluster.id


def test_once_the_decisions_are_out_nothing_is_withdrawn(session, suggestion, now):
    suggestion.topic.state = TopicState.REPORTED

    with pytest.raises(NotInThisPhase):
        suggestions.withdraw(session, suggestion=suggestion, actor=suggestion.author, now=now)


def test_an_analyst_refuses_with_a_reason_and_accepts_after_all(session, suggestion, analyst, now):
    suggestions.refuse(
        session,
        suggestion=suggestion,
        reason_code=RefusalReason.OFF_TOPIC,
        actor=analyst,
        now=now,
    )
    assert suggestion.status is SuggestionStatus.NOT_ACCEPTED
    assert suggestion.status_reason == "off_topic"

    suggestions.restore(session, suggestion=suggestion, actor=analyst, now=now)
    assert (suggestion.is_valid, suggestion.status_reason) == (True, "")


def test_what_was_sent_again_since_is_not_restored(session, make, suggestion, analyst, now):
    suggestion.status = SuggestionStatus.NOT_ACCEPTED
    session.flush()
    again = {name: getattr(suggestion, name) for name in ("title", "facts", "author", "topic")}
    make.suggestion(**again)

    with pytest.raises(Conflict, match="since"):
        suggestions.restore(session, suggestion=suggestion, actor=analyst, now=now)


def test_another_agencys_analyst_refuses_nothing(session, make, suggestion, now):
    stranger = make.staff(Role.ANALYST, make.agency())

    with pytest.raises(NotAllowed):
        suggestions.refuse(
            session,
            suggestion=suggestion,
            reason_code=RefusalReason.EMPTY,
            actor=stranger,
            now=now,
        )


def test_consent_can_be_taken_back_at_any_time(session, suggestion, clock):
    clock.advance(days=300)
    suggestions.set_consents(
        session,
        suggestion=suggestion,
        publish_text=False,
        publish_name=False,
        actor=suggestion.author,
        now=clock(),
    )

    assert not suggestion.is_public
