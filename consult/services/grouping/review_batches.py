"""Many groups at once: what can be done is done, what cannot is named with its reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Invalid, Refusal
from consult.permissions import Permission, require
from consult.services.grouping import reviewing, turns
from consult.services.grouping.lineage import ANSWERED
from models.cluster import Cluster
from models.decision import Decision
from models.person import Person
from models.topic import Topic

#: More than these at once would hold up everybody else.
MOST = 200


@dataclass(frozen=True)
class Left:
    """A group that was left as it is, and why."""

    cluster: Cluster
    refusal: Refusal


@dataclass
class Batch:
    """What came of a bulk act."""

    done: int = 0
    left: list[Left] = field(default_factory=list)
    into: Cluster | None = None


def confirm_many(
    session: Session,
    *,
    topic: Topic,
    versions: Mapping[int, int],
    actor: Person,
    now: datetime,
) -> Batch:
    """Confirm the groups of ``topic`` in ``versions`` (id → version as it was seen)."""
    clusters, batch = _chosen(session, topic, versions, actor), Batch()
    for cluster in clusters:
        _each(
            session,
            batch,
            cluster,
            lambda cluster: reviewing.confirm(
                session, cluster=cluster, version=versions[cluster.id], actor=actor, now=now
            ),
        )
    return batch


def merge_many(
    session: Session,
    *,
    topic: Topic,
    versions: Mapping[int, int],
    actor: Person,
    now: datetime,
) -> Batch:
    """Merge the groups in ``versions`` into the answered one among them, else the largest.

    :raises Invalid: if fewer than two are chosen.
    """
    clusters = _chosen(session, topic, versions, actor)
    if len(clusters) < 2:  # noqa: PLR2004 - one group has nothing to be merged with
        raise Invalid(N_("Choose at least two groups to merge."))
    answered = _answered(session, versions)
    target = max(clusters, key=lambda one: (one.id in answered, one.people_count, -one.id))
    batch = Batch(into=target)
    for cluster in clusters:
        if cluster is not target:
            _each(
                session,
                batch,
                cluster,
                lambda cluster: reviewing.merge(
                    session,
                    cluster=cluster,
                    into=target,
                    version=versions[cluster.id],
                    actor=actor,
                    now=now,
                ),
            )
    return batch


def _each(
    session: Session, batch: Batch, cluster: Cluster, act: Callable[[Cluster], object]
) -> None:
    try:
        with session.begin_nested():
            act(cluster)
    except Refusal as refusal:
        batch.left.append(Left(cluster, refusal))
    else:
        batch.done += 1


def _chosen(
    session: Session, topic: Topic, versions: Mapping[int, int], actor: Person
) -> list[Cluster]:
    require(actor, Permission.CLUSTER_REVIEW, topic)
    if not versions:
        raise Invalid(N_("Choose at least one group."))
    if len(versions) > MOST:
        raise Invalid(N_("Choose at most %(most)s groups at once."), most=MOST)
    turns.take(session, topic.id)
    turns.hold_groups(session, versions)
    query = (
        select(Cluster)
        .where(Cluster.id.in_(list(versions)), Cluster.topic_id == topic.id)
        .options(joinedload(Cluster.topic))
        .order_by(Cluster.id)
    )
    return list(session.scalars(query))


def _answered(session: Session, versions: Mapping[int, int]) -> set[int]:
    query = select(Decision.cluster_id).where(
        Decision.cluster_id.in_(list(versions)), Decision.state.in_(ANSWERED)
    )
    return set(session.scalars(query))
