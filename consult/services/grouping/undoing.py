"""Taking back what an analyst did, unless something later stands on it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, NotFound
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import lineage, pair_words, shifting, turns
from consult.services.grouping.cluster_counts import chunks
from consult.services.grouping.review_checks import refuse_answered
from consult.services.records import ledger
from models.cluster import Cluster, ClusterAct, ClusterActKind, Membership
from models.person import Person
from models.run import LineageEvent

LATER = N_("Something was done to these groups since. Take that back first.")


def undo(session: Session, *, act: ClusterAct, actor: Person, now: datetime) -> ClusterAct:
    """Put everything back as ``act`` found it.

    :raises Conflict: if it was taken back already, or later acts or an answer stand in the way.
    """
    cluster = act.cluster
    require(actor, Permission.CLUSTER_REVIEW, cluster)
    require_phase(cluster.topic, TopicAct.REVIEW, now)
    turns.take(session, act.topic_id)
    session.refresh(act, ["undone_at"])
    if act.undone_at is not None:
        raise Conflict(N_("This has been taken back already."))
    if act.kind is ClusterActKind.RENAME:
        _unname(cluster, act)
    elif act.kind is ClusterActKind.CONFIRM:
        _release(session, cluster, act)
    else:
        _put_back(session, act, now)
    act.undone_at, act.undone_by = now, actor
    ledger.record(
        session,
        f"cluster.{act.kind.value}_undone",
        cluster,
        actor=actor,
        now=now,
        act_id=act.id,
    )
    return act


def by_id(session: Session, act_id: int) -> ClusterAct:
    """One act.

    :raises NotFound: if there is none.
    """
    act = session.get(ClusterAct, act_id)
    if act is None:
        raise NotFound
    return act


def can_be_undone(acts: Sequence[ClusterAct]) -> set[int]:
    """Ids of those of the (newest first) acts of one cluster that no later one stands on.

    A quick look for showing buttons; :func:`undo` itself asks again.
    """
    free, touched, renamed = set(), set[int](), False
    for act in acts:
        if act.undone_at is not None:
            continue
        if act.kind is ClusterActKind.RENAME:
            if not renamed:
                free.add(act.id)
            renamed = True
            continue
        ids = _moved_ids(act)
        if not ids & touched:
            free.add(act.id)
        touched |= ids
    return free


def _unname(cluster: Cluster, act: ClusterAct) -> None:
    if cluster.name != act.before["after"]:
        raise Conflict(N_("The group was renamed again since. Take that back first."))
    cluster.name, cluster.named_by_id = act.before["name"], act.before["named_by"]


def _release(session: Session, cluster: Cluster, act: ClusterAct) -> None:
    later = {one for other in _later(session, act) for one in _moved_ids(other)}
    held = [one for one in act.before["held"] if one not in later]
    for member in _memberships(session, held).values():
        if member.cluster_id == cluster.id:
            member.held_at, member.held_by_id = None, None
    confirmed_at = act.before["confirmed_at"]
    cluster.confirmed_at = datetime.fromisoformat(confirmed_at) if confirmed_at else None
    cluster.confirmed_by_id = act.before["confirmed_by"]
    shifting.touch([cluster])


def _put_back(session: Session, act: ClusterAct, now: datetime) -> None:
    moved = act.before["moved"]
    members = _memberships(session, _moved_ids(act))
    clusters = _clusters(session, act)
    _refuse_if_overtaken(session, act, members, clusters)
    for cluster in clusters.values():
        if cluster.retired_at is not None:
            _revive(session, cluster, act, now)
    shifting.unshift(members, moved)
    if not pair_words.take_back(session, act.before["made"], act.before["lifted"], now):
        raise Conflict(LATER)
    act.undone_at = now
    origin = {} if act.other_cluster_id is None else {act.other_cluster_id: act.cluster_id}
    shifting.settle(session, list(clusters.values()), act=act, now=now, into=origin)


def _refuse_if_overtaken(
    session: Session,
    act: ClusterAct,
    members: dict[int, Membership],
    clusters: dict[int, Cluster],
) -> None:
    """Something later is in the way if it moved the same members or closed their old home."""
    for other in _later(session, act):
        if _moved_ids(other) & _moved_ids(act):
            raise Conflict(LATER)
    target = act.other_cluster_id
    if any(member.cluster_id != target for member in members.values()):
        raise Conflict(LATER)
    retired = set(act.before["retired"])
    if any(one.retired_at is not None and one.id not in retired for one in clusters.values()):
        raise Conflict(LATER)
    if members and target is not None:
        refuse_answered(session, [clusters[target]])


def _later(session: Session, act: ClusterAct) -> Sequence[ClusterAct]:
    around = {act.cluster_id, act.other_cluster_id} - {None}
    return session.scalars(
        select(ClusterAct).where(
            ClusterAct.id > act.id,
            ClusterAct.undone_at.is_(None),
            or_(ClusterAct.cluster_id.in_(around), ClusterAct.other_cluster_id.in_(around)),
        )
    ).all()


def _moved_ids(act: ClusterAct) -> set[int]:
    rows: list[list[Any]] = act.before.get("moved", [])
    return {row[0] for row in rows}


def _memberships(session: Session, ids: Collection[int]) -> dict[int, Membership]:
    return {
        member.suggestion_id: member
        for part in chunks(sorted(ids))
        for member in session.scalars(select(Membership).where(Membership.suggestion_id.in_(part)))
    }


def _clusters(session: Session, act: ClusterAct) -> dict[int, Cluster]:
    """All that the act touched."""
    ids = {act.cluster_id, act.other_cluster_id, *(row[1] for row in act.before["moved"])} - {None}
    found = session.scalars(select(Cluster).where(Cluster.id.in_(ids)))
    return {cluster.id: cluster for cluster in found}


def _revive(session: Session, cluster: Cluster, act: ClusterAct, now: datetime) -> None:
    cluster.retired_at, cluster.retired_into_id = None, None
    lineage.note(session, cluster.id, LineageEvent.REVIVED, now=now, act_id=act.id)
