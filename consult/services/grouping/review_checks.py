"""What stands in the way of an analyst's act, each with its sentence."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import pair_words, turns
from consult.services.grouping.lineage import ANSWERED
from consult.services.records.versions import expect_version
from models.cluster import Cluster, PairConstraint, Verdict
from models.decision import Decision, DecisionState
from models.person import Person
from models.suggestion import Suggestion


def open_for_review(
    session: Session,
    cluster: Cluster,
    *,
    actor: Person,
    now: datetime,
    version: int | None = None,
) -> None:
    """Go on quietly, as the only one, if ``actor`` may now change ``cluster`` as they saw it.

    :raises Conflict: if it has been retired.
    :raises StaleVersion: if somebody changed it since.
    """
    require(actor, Permission.CLUSTER_REVIEW, cluster)
    require_phase(cluster.topic, TopicAct.REVIEW, now)
    turns.take(session, cluster.topic_id)
    session.refresh(cluster, ["retired_at", "version"])
    if cluster.retired_at is not None:
        raise Conflict(N_("This group is no more: its members are in another one now."))
    if version is not None:
        expect_version(cluster, version)


def refuse_answered(session: Session, clusters: Collection[Cluster]) -> None:
    """Go on unless the answer to one of ``clusters`` holds its members.

    :raises Conflict: if a decision on one of ``clusters`` was approved or published.
    """
    if _decided(session, clusters, ANSWERED):
        raise Conflict(
            N_("The decision on this group has been approved, so its members stay together.")
        )


def refuse_decided(session: Session, cluster: Cluster) -> None:
    """Go on unless an answer would be left without members.

    :raises Conflict: if a decision hangs on ``cluster``, which would lose all its members.
    """
    standing = set(DecisionState) - {DecisionState.WITHDRAWN}
    if _decided(session, [cluster], standing):
        raise Conflict(
            N_("A decision was proposed on this group. Withdraw it before the group is dissolved.")
        )


def refuse_same_place(source: Cluster, target: Cluster) -> None:
    """Go on if the two are two groups of one consultation.

    :raises Conflict: if not.
    """
    if source.id == target.id:
        raise Conflict(N_("That is the group it is in already."))
    if source.topic_id != target.topic_id:
        raise Conflict(N_("The two groups belong to different consultations."))


def clear_of(
    session: Session,
    ids: Collection[int],
    others: Collection[int],
    verdict: Verdict,
    now: datetime,
) -> list[int]:
    """Let what earlier acts implied between two sets of suggestions give way to this act.

    :raises Conflict: if somebody said it of a pair in so many words.
    """
    found = pair_words.crossing(session, ids, others, verdict)
    for constraint in found:
        if constraint.act_id is None:
            raise Conflict(_sentence(verdict), **_numbers(session, constraint))
    return pair_words.lift(found, now)


def _sentence(verdict: Verdict) -> str:
    if verdict is Verdict.DIFFERENT:
        return N_("%(first)s and %(second)s were judged not the same. Take that back first.")
    return N_("%(first)s and %(second)s were judged the same. Take that back first.")


def _numbers(session: Session, constraint: PairConstraint) -> dict[str, str]:
    first, second = (
        session.get_one(Suggestion, one) for one in (constraint.first_id, constraint.second_id)
    )
    return {"first": first.no, "second": second.no}


def _decided(
    session: Session, clusters: Collection[Cluster], states: Collection[DecisionState]
) -> bool:
    query = select(Decision.id).where(
        Decision.cluster_id.in_([cluster.id for cluster in clusters]), Decision.state.in_(states)
    )
    return session.scalar(query.limit(1)) is not None
