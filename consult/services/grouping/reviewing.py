"""What an analyst does to clusters. Each act is recorded and can be taken back (undoing.py)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Invalid
from consult.services.grouping import pair_words, shifting
from consult.services.grouping.review_checks import (
    clear_of,
    open_for_review,
    refuse_answered,
    refuse_decided,
    refuse_same_place,
)
from consult.services.records import ledger
from models.cluster import Cluster, ClusterAct, ClusterActKind, Membership, Verdict
from models.person import Person
from models.suggestion import Suggestion

LONGEST_NAME = 120


def rename(
    session: Session, *, cluster: Cluster, name: str, version: int, actor: Person, now: datetime
) -> ClusterAct:
    """Give ``cluster`` a name, which every later run keeps.

    :raises Invalid: if the name is empty or too long.
    """
    open_for_review(session, cluster, actor=actor, now=now, version=version)
    name = " ".join(name.split())
    if not name:
        raise Invalid(N_("Give the group a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("Keep the name under %(most)s characters."), field="name", most=LONGEST_NAME
        )
    act = shifting.new_act(session, ClusterActKind.RENAME, cluster, actor=actor, now=now)
    shifting.remember(act, name=cluster.name, named_by=cluster.named_by_id, after=name)
    cluster.name, cluster.named_by = name, actor
    ledger.record(session, "cluster.renamed", cluster, actor=actor, now=now, act_id=act.id)
    return act


def confirm(
    session: Session, *, cluster: Cluster, version: int, actor: Person, now: datetime
) -> ClusterAct:
    """Say that the members belong together: from now on no run moves them."""
    open_for_review(session, cluster, actor=actor, now=now, version=version)
    act = shifting.new_act(session, ClusterActKind.CONFIRM, cluster, actor=actor, now=now)
    free = [one for one in shifting.members_of(session, cluster) if one.held_at is None]
    for member in free:
        member.held_at, member.held_by_id = now, actor.id
    confirmed_at = cluster.confirmed_at.isoformat() if cluster.confirmed_at else None
    shifting.remember(
        act,
        held=[member.suggestion_id for member in free],
        confirmed_at=confirmed_at,
        confirmed_by=cluster.confirmed_by_id,
    )
    cluster.confirmed_at, cluster.confirmed_by = now, actor
    shifting.touch([cluster])
    ledger.record(
        session, "cluster.confirmed", cluster, actor=actor, now=now, act_id=act.id, held=len(free)
    )
    return act


def move(
    session: Session,
    *,
    cluster: Cluster,
    suggestion_ids: Collection[int],
    target: Cluster,
    version: int,
    actor: Person,
    now: datetime,
) -> ClusterAct:
    """Move members of ``cluster`` into ``target`` and hold them there.

    :raises Conflict: if an answer holds them, or a judged pair forbids it.
    """
    open_for_review(session, cluster, actor=actor, now=now, version=version)
    open_for_review(session, target, actor=actor, now=now)
    refuse_same_place(cluster, target)
    chosen, rest = _chosen(session, cluster, suggestion_ids)
    _may_leave(session, cluster, rest)
    act = shifting.new_act(
        session, ClusterActKind.MOVE, cluster, other=target, actor=actor, now=now
    )
    _part_from(session, act, chosen, rest, now)
    _join(session, act, chosen, target, now)
    shifting.shift(chosen, target, act=act, now=now)
    shifting.settle(session, [cluster, target], act=act, now=now, into={cluster.id: target.id})
    _imply(session, act, chosen, target, cluster, now)
    ledger.record(
        session, "cluster.moved", cluster, actor=actor, now=now, act_id=act.id, into=target.id
    )
    return act


def merge(
    session: Session,
    *,
    cluster: Cluster,
    into: Cluster,
    version: int,
    actor: Person,
    now: datetime,
) -> ClusterAct:
    """Let ``into`` take over all members of ``cluster``, which is retired and keeps its address.

    Supports stay on the suggestions they were given to; people are counted as a union.
    """
    open_for_review(session, cluster, actor=actor, now=now, version=version)
    open_for_review(session, into, actor=actor, now=now)
    refuse_same_place(cluster, into)
    refuse_decided(session, cluster)
    members = shifting.members_of(session, cluster)
    act = shifting.new_act(session, ClusterActKind.MERGE, cluster, other=into, actor=actor, now=now)
    _join(session, act, members, into, now)
    if cluster.representative_id and into.representative_id:
        _say(session, act, cluster.representative_id, into.representative_id, Verdict.SAME, now)
    shifting.shift(members, into, act=act, now=now)
    shifting.settle(session, [cluster, into], act=act, now=now, into={cluster.id: into.id})
    ledger.record(
        session, "cluster.merged", cluster, actor=actor, now=now, act_id=act.id, into=into.id
    )
    return act


def split(
    session: Session,
    *,
    cluster: Cluster,
    suggestion_ids: Collection[int],
    version: int,
    actor: Person,
    now: datetime,
) -> ClusterAct:
    """Take members out into a cluster of their own; the act's ``other_cluster`` is the new one.

    :raises Conflict: if none would stay, or an answer holds them.
    """
    open_for_review(session, cluster, actor=actor, now=now, version=version)
    chosen, rest = _chosen(session, cluster, suggestion_ids)
    if not rest:
        raise Conflict(N_("Leave at least one member in the group: else nothing is split."))
    _may_leave(session, cluster, rest)
    act = shifting.new_act(session, ClusterActKind.SPLIT, cluster, actor=actor, now=now)
    take_out(session, act, cluster, chosen, rest, now)
    ledger.record(
        session,
        "cluster.split",
        cluster,
        actor=actor,
        now=now,
        act_id=act.id,
        into=act.other_cluster_id,
    )
    return act


def take_out(
    session: Session,
    act: ClusterAct,
    cluster: Cluster,
    chosen: Sequence[Membership],
    rest: Sequence[Membership],
    now: datetime,
) -> Cluster:
    """Begin a cluster with ``chosen`` members of ``cluster``."""
    _part_from(session, act, chosen, rest, now)
    first = session.get_one(Suggestion, chosen[0].suggestion_id)
    new = shifting.begin_cluster(session, cluster, first, act=act, now=now)
    shifting.shift(chosen, new, act=act, now=now)
    shifting.settle(session, [cluster, new], act=act, now=now)
    _imply(session, act, chosen, new, cluster, now)
    return new


def _chosen(
    session: Session, cluster: Cluster, suggestion_ids: Collection[int]
) -> tuple[list[Membership], list[Membership]]:
    members, wanted = shifting.members_of(session, cluster), set(suggestion_ids)
    chosen = [one for one in members if one.suggestion_id in wanted]
    if not chosen or len(chosen) < len(wanted):
        raise Conflict(
            N_("Choose members of this group. Some may have been moved in the meantime.")
        )
    return chosen, [one for one in members if one.suggestion_id not in wanted]


def _may_leave(session: Session, cluster: Cluster, rest: Sequence[Membership]) -> None:
    refuse_answered(session, [cluster])
    if not rest:
        refuse_decided(session, cluster)


def _part_from(
    session: Session,
    act: ClusterAct,
    chosen: Sequence[Membership],
    rest: Sequence[Membership],
    now: datetime,
) -> None:
    shifting.remember(act, lifted=clear_of(session, _ids(chosen), _ids(rest), Verdict.SAME, now))


def _join(
    session: Session,
    act: ClusterAct,
    chosen: Sequence[Membership],
    target: Cluster,
    now: datetime,
) -> None:
    there = session.scalars(
        select(Membership.suggestion_id).where(Membership.cluster_id == target.id)
    ).all()
    shifting.remember(act, lifted=clear_of(session, _ids(chosen), there, Verdict.DIFFERENT, now))


def _imply(
    session: Session,
    act: ClusterAct,
    chosen: Sequence[Membership],
    target: Cluster,
    source: Cluster,
    now: datetime,
) -> None:
    """What a move says of pairs: like the one that stands for the new group, unlike the old."""
    for one in _ids(chosen):
        if target.representative_id not in {None, one}:
            _say(session, act, one, target.representative_id, Verdict.SAME, now)
        if source.suggestion_count and source.representative_id is not None:
            _say(session, act, one, source.representative_id, Verdict.DIFFERENT, now)


def _say(
    session: Session,
    act: ClusterAct,
    first_id: int,
    second_id: int | None,
    verdict: Verdict,
    now: datetime,
) -> None:
    if second_id is not None:
        made, lifted = pair_words.say(
            session,
            first_id,
            second_id,
            verdict,
            topic_id=act.topic_id,
            person=act.person,
            now=now,
            act=act,
        )
        shifting.remember(act, made=made, lifted=lifted)


def _ids(members: Sequence[Membership]) -> list[int]:
    return [member.suggestion_id for member in members]
