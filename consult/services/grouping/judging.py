"""Judging a pair: "the same" or "not the same", which every later run honours."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, NotFound
from consult.services.grouping import pair_words, reviewing, shifting
from consult.services.grouping.review_checks import open_for_review, refuse_answered
from consult.services.records import ledger
from models.cluster import Cluster, ClusterAct, ClusterActKind, Membership, Verdict
from models.person import Person
from models.suggestion import Suggestion


@dataclass(frozen=True)
class Judged:
    """A judgement, and what it meant for the groups as they are."""

    act: ClusterAct
    #: The pair was in one group and was parted.
    parted: bool = False
    #: The pair is in two groups still: the next run brings it together.
    later: bool = False


def judge_pair(
    session: Session,
    *,
    first: Suggestion,
    second: Suggestion,
    verdict: Verdict,
    actor: Person,
    now: datetime,
) -> Judged:
    """Say that two suggestions ask the same, or that they do not.

    "Not the same" within one group takes ``second`` out at once; "the same" across two
    groups waits for the next run (or for somebody who merges them).

    :raises Conflict: if an answer holds the two together, or they are of two consultations.
    """
    here, there = _home(session, first), _home(session, second)
    open_for_review(session, here, actor=actor, now=now)
    if first.id == second.id or first.topic_id != second.topic_id:
        raise Conflict(N_("Choose two suggestions of one consultation."))
    parting = verdict is Verdict.DIFFERENT and here.id == there.id
    if parting:
        refuse_answered(session, [here])
    act = shifting.new_act(session, ClusterActKind.PAIR, here, other=there, actor=actor, now=now)
    made, lifted = pair_words.say(
        session,
        first.id,
        second.id,
        verdict,
        topic_id=first.topic_id,
        person=actor,
        now=now,
    )
    shifting.remember(
        act, made=made, lifted=lifted, pair=[first.id, second.id], verdict=verdict.value
    )
    if parting:
        _part(session, act, here, second, now)
    ledger.record(
        session,
        "pair.judged",
        first,
        actor=actor,
        now=now,
        act_id=act.id,
        other=second.id,
        verdict=verdict.value,
    )
    return Judged(act, parting, verdict is Verdict.SAME and here.id != there.id)


def _part(
    session: Session, act: ClusterAct, cluster: Cluster, second: Suggestion, now: datetime
) -> None:
    members = shifting.members_of(session, cluster)
    chosen = [one for one in members if one.suggestion_id == second.id]
    rest = [one for one in members if one.suggestion_id != second.id]
    reviewing.take_out(session, act, cluster, chosen, rest, now)


def _home(session: Session, suggestion: Suggestion) -> Cluster:
    membership = session.scalar(
        select(Membership)
        .filter_by(suggestion_id=suggestion.id)
        .options(joinedload(Membership.cluster))
    )
    if membership is None or not suggestion.is_valid:
        raise NotFound
    return membership.cluster
