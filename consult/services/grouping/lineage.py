"""The life of clusters: born, grown, split, merged, retired, revived."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.services.grouping.cluster_counts import chunks
from models.cluster import Cluster
from models.decision import DecisionState
from models.run import Lineage, LineageEvent

#: Decisions that fix a cluster's members: nobody is moved out from under an answer.
ANSWERED = (DecisionState.APPROVED, DecisionState.PUBLISHED)
#: How many steps to a successor are followed.
FARTHEST = 20


def note(
    session: Session,
    cluster_id: int,
    event: LineageEvent,
    *,
    now: datetime,
    other: int | None = None,
    act_id: int | None = None,
    run_id: int | None = None,
    before: int = 0,
    after: int = 0,
) -> None:
    """Write one step in the life of a cluster; ``before`` and ``after`` count its members."""
    session.add(
        Lineage(
            cluster_id=cluster_id,
            event=event,
            other_id=other,
            act_id=act_id,
            run_id=run_id,
            size_before=before,
            size_after=after,
            created_at=now,
        )
    )


def retire_empty(
    session: Session,
    cluster_ids: Collection[int],
    *,
    now: datetime,
    into: Mapping[int, int] | None = None,
    act_id: int | None = None,
    run_id: int | None = None,
) -> list[int]:
    """Retire those of the clusters that have no member left (by their fresh counts).

    ``into`` says for each where its members went.
    """
    successors = into or {}
    retired: list[int] = []
    for ids in chunks(sorted(set(cluster_ids))):
        empty = session.scalars(
            select(Cluster).where(
                Cluster.id.in_(ids), Cluster.retired_at.is_(None), Cluster.suggestion_count == 0
            )
        ).all()
        for cluster in empty:
            other = successors.get(cluster.id)
            cluster.retired_at, cluster.retired_into_id = now, other
            event = LineageEvent.RETIRED
            note(session, cluster.id, event, now=now, other=other, act_id=act_id, run_id=run_id)
            retired.append(cluster.id)
    return retired


def of_cluster(session: Session, cluster: Cluster) -> Sequence[Lineage]:
    """The steps in the life of ``cluster``, newest first, each with the other cluster in it."""
    return session.scalars(
        select(Lineage)
        .filter_by(cluster_id=cluster.id)
        .options(joinedload(Lineage.other))
        .order_by(Lineage.id.desc())
        .limit(50)
    ).all()


def successor(session: Session, cluster: Cluster) -> Cluster | None:
    """The living cluster that took over the members of a retired one, through several steps."""
    here: Cluster | None = cluster
    for _step in range(FARTHEST):
        if here is None or here.retired_at is None:
            return here
        here = session.get(Cluster, here.retired_into_id) if here.retired_into_id else None
    return None
