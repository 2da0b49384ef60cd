"""Moving members between clusters by a person's hand, so that it can be taken back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from consult.services.grouping import cluster_counts, lineage
from models.cluster import Cluster, ClusterAct, ClusterActKind, Membership
from models.person import Person
from models.run import LineageEvent
from models.suggestion import Suggestion, SuggestionStatus

NOTHING: dict[str, list[Any]] = {
    "moved": [],
    "made": [],
    "lifted": [],
    "retired": [],
    "begun": [],
}


def new_act(
    session: Session,
    kind: ClusterActKind,
    cluster: Cluster,
    *,
    other: Cluster | None = None,
    actor: Person,
    now: datetime,
) -> ClusterAct:
    """Begin to record an act on ``cluster``; what was there before is filled in by the act."""
    act = ClusterAct(
        topic_id=cluster.topic_id,
        cluster_id=cluster.id,
        other_cluster_id=other.id if other else None,
        kind=kind,
        person=actor,
        created_at=now,
        before={key: [] for key in NOTHING},
    )
    session.add(act)
    session.flush()  # constraints and lineage refer to its id
    return act


def remember(act: ClusterAct, **values: Any) -> None:
    """Add to what the act keeps about before; lists grow, other values are set."""
    before = dict(act.before)
    for key, value in values.items():
        before[key] = [*before[key], *value] if isinstance(before.get(key), list) else value
    act.before = before


def members_of(session: Session, cluster: Cluster) -> Sequence[Membership]:
    """The memberships of the valid suggestions of ``cluster``, with nothing else loaded."""
    return session.scalars(
        select(Membership)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Membership.cluster_id == cluster.id, Suggestion.status == SuggestionStatus.RECEIVED)
        .order_by(Membership.suggestion_id)
    ).all()


def shift(
    members: Iterable[Membership],
    target: Cluster,
    *,
    act: ClusterAct,
    now: datetime,
) -> None:
    """Put ``members`` into ``target`` and hold them there, noting on the act where they were."""
    kept = []
    for member in members:
        kept.append(
            [
                member.suggestion_id,
                member.cluster_id,
                member.held_at.isoformat() if member.held_at else None,
                member.held_by_id,
                member.similarity,
                member.uncertain,
            ]
        )
        member.cluster_id, member.uncertain = target.id, False
        member.held_at, member.held_by_id = now, act.person_id
    remember(act, moved=kept)


def unshift(members: dict[int, Membership], moved: Iterable[Sequence[Any]]) -> None:
    """Put members back as an act found them; those that are gone since are left out."""
    for suggestion_id, cluster_id, held_at, held_by_id, similarity, uncertain in moved:
        member = members.get(suggestion_id)
        if member is not None:
            member.cluster_id, member.held_by_id = cluster_id, held_by_id
            member.held_at = datetime.fromisoformat(held_at) if held_at else None
            member.similarity, member.uncertain = similarity, uncertain


def begin_cluster(
    session: Session, origin: Cluster, first: Suggestion, *, act: ClusterAct, now: datetime
) -> Cluster:
    """A new, still empty cluster that splits off from ``origin``."""
    cluster = Cluster(
        topic=origin.topic,
        name=cluster_counts.machine_name(first),
        representative_id=first.id,
        theme_id=origin.theme_id,
        created_at=now,
    )
    session.add(cluster)
    session.flush()  # its id goes into the memberships
    remember(act, begun=[cluster.id])
    act.other_cluster_id = cluster.id
    return cluster


def settle(
    session: Session,
    clusters: Collection[Cluster],
    *,
    act: ClusterAct,
    now: datetime,
    into: dict[int, int] | None = None,
) -> None:
    """After a shift: count afresh, retire what is empty, write lineage, tell open pages."""
    sizes = {cluster.id: cluster.suggestion_count for cluster in clusters}
    touch(clusters)
    cluster_counts.recount(session, sizes, now)
    retired = lineage.retire_empty(session, sizes, now=now, into=into, act_id=act.id)
    if not act.undone_at:
        remember(act, retired=retired)
    begun = set(act.before["begun"])
    for cluster in clusters:
        _note(session, cluster, sizes[cluster.id], begun, act, now)


def touch(clusters: Iterable[Cluster]) -> None:
    """Give each a new version although only its members changed: an older page is then stale."""
    for cluster in clusters:
        flag_modified(cluster, "name")


def _note(
    session: Session,
    cluster: Cluster,
    size: int,
    begun: Collection[int],
    act: ClusterAct,
    now: datetime,
) -> None:
    after = cluster.suggestion_count
    if not after or after == size:
        return
    grown = LineageEvent.GREW if after > size else LineageEvent.SHRANK
    event, other = grown, _other(act, cluster)
    if cluster.id in begun and not size:
        event = LineageEvent.SPLIT
    elif act.kind is ClusterActKind.MERGE and after > size and not act.undone_at:
        event = LineageEvent.MERGED
    lineage.note(
        session, cluster.id, event, now=now, other=other, act_id=act.id, before=size, after=after
    )


def _other(act: ClusterAct, cluster: Cluster) -> int | None:
    return act.cluster_id if act.other_cluster_id == cluster.id else act.other_cluster_id
