"""The counts, the representative and the machine-made name of clusters, worked out afresh."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    Update,
    bindparam,
    case,
    func,
    inspect,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session

from consult.services.grouping import turns
from models.cluster import Cluster, Membership
from models.suggestion import Suggestion, SuggestionStatus, Support

#: Growth is what joined within this time.
RECENT = timedelta(days=7)
#: Ids in one IN list.
CHUNK = 500
EMPTY: dict[str, Any] = {
    "suggestion_count": 0,
    "text_count": 0,
    "uncertain_count": 0,
    "recent_count": 0,
    "cohesion": 1.0,
    "newest_at": None,
    "people_count": 0,
}
VALID = Suggestion.status == SuggestionStatus.RECEIVED


def recount(session: Session, cluster_ids: Collection[int], now: datetime) -> None:
    """Take the counts of these clusters from memberships and supports, and mend what hangs on them.

    Only valid suggestions count; a person who wrote or supported several counts once.
    A representative that no longer counts is replaced. Costs a fixed number of statements
    per five hundred clusters.
    """
    session.flush()
    for ids in chunks(sorted(set(cluster_ids))):
        turns.hold_groups(session, ids)
        counts = _counts(session, ids, now)
        rows = [{"b_id": cluster_id, **EMPTY, **counts.get(cluster_id, {})} for cluster_id in ids]
        write(session, rows)
        _mend_representatives(session, ids)
    expire_clusters(session, cluster_ids)


def count_person(session: Session, suggestion_id: int, person_id: int, step: int) -> None:
    """Move the people of a suggestion's group after somebody's support came (1) or went (-1).

    It stays where it is if they speak in the group by another suggestion. What this looks at
    is what that person did, however large the group is.
    """
    values = {"suggestion": suggestion_id, "person": person_id, "step": step}
    connection = session.connection()
    cluster_id = connection.scalar(_group_held(), values)
    if cluster_id is not None:
        connection.execute(_person_moved(), values)
        expire_clusters(session, [cluster_id])


@cache
def _group_held() -> Select[int]:
    """Lock the group: ties that others are just making are seen by whoever comes second."""
    return (
        select(Cluster.id)
        .join(Membership, Membership.cluster_id == Cluster.id)
        .where(Membership.suggestion_id == bindparam("suggestion"))
        .with_for_update(key_share=True, of=Cluster)
        .execution_options(planned_once=True)
    )


@cache
def _person_moved() -> Update:
    """The group is asked for again: it may have become another one while the lock was waited for."""
    table = Cluster.metadata.tables[Cluster.__tablename__]
    person: BindParameter[int] = bindparam("person")
    suggestion: BindParameter[int] = bindparam("suggestion")
    group = (
        select(Membership.cluster_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Membership.suggestion_id == suggestion, VALID)
    )
    # Asked of each by itself, so that no plan begins at the members of the group.
    authored = (
        select(Membership.cluster_id)
        .where(Membership.suggestion_id == Suggestion.id)
        .correlate(Suggestion)
        .scalar_subquery()
    )
    backed = (
        select(Membership.cluster_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Membership.suggestion_id == Support.suggestion_id, VALID)
        .correlate(Support)
        .scalar_subquery()
    )
    wrote = select(Suggestion.id).where(
        Suggestion.author_id == person, VALID, authored == table.c.id
    )
    backs = select(Support.suggestion_id).where(
        Support.person_id == person, Support.suggestion_id != suggestion, backed == table.c.id
    )
    return (
        update(table)
        .where(table.c.id == group.scalar_subquery(), ~wrote.exists(), ~backs.exists())
        .values(people_count=table.c.people_count + bindparam("step"))
        .execution_options(planned_once=True)
    )


def write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """UPDATE clusters by ``b_id``; leaves the version alone, so that counting disturbs nobody."""
    if rows:
        table = Cluster.metadata.tables[Cluster.__tablename__]
        names = [name for name in rows[0] if name != "b_id"]
        values: dict[str, Any] = {name: bindparam(name) for name in names}
        session.connection().execute(
            update(table).where(table.c.id == bindparam("b_id")).values(values), rows
        )


def expire_clusters(session: Session, cluster_ids: Collection[int]) -> None:
    """Let loaded clusters be read again: plain UPDATEs went past them."""
    wanted = set(cluster_ids)
    for thing in session.identity_map.values():
        # Not thing.id: that would read an expired one again just to ask.
        if isinstance(thing, Cluster) and (inspect(thing).identity or (0,))[0] in wanted:
            session.expire(thing)


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut ``ids`` into lists that every database takes."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _counts(session: Session, ids: Sequence[int], now: datetime) -> dict[int, dict[str, Any]]:
    query = (
        select(
            Membership.cluster_id,
            func.count(),
            func.count(Suggestion.digest.distinct()),
            func.sum(case((Membership.uncertain, 1), else_=0)),
            func.sum(case((Suggestion.created_at > now - RECENT, 1), else_=0)),
            func.avg(Membership.similarity),
            func.max(Suggestion.created_at),
        )
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Membership.cluster_id.in_(ids), VALID)
        .group_by(Membership.cluster_id)
    )
    names = list(EMPTY)[:-1]
    counts = {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(query)}
    for cluster_id, people in session.execute(_people(ids)):
        counts[cluster_id]["people_count"] = people
    return counts


def _people(ids: Sequence[int]) -> Any:
    """Authors and supporters as a union: nobody counts twice."""
    members = (
        select(Membership.cluster_id, Suggestion.id, Suggestion.author_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Membership.cluster_id.in_(ids), VALID)
        .subquery()
    )
    people = union(
        select(members.c.cluster_id, members.c.author_id.label("person_id")),
        select(members.c.cluster_id, Support.person_id).join(
            Support, Support.suggestion_id == members.c.id
        ),
    ).subquery()
    return select(people.c.cluster_id, func.count()).group_by(people.c.cluster_id)


def _mend_representatives(session: Session, ids: Sequence[int]) -> None:
    stands = (
        select(Membership.cluster_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(
            Membership.suggestion_id == Cluster.representative_id,
            Membership.cluster_id == Cluster.id,
            VALID,
        )
        .exists()
    )
    broken = session.execute(
        select(Cluster.id, Cluster.named_by_id).where(
            Cluster.id.in_(ids), Cluster.retired_at.is_(None), ~stands
        )
    ).all()
    if not broken:
        return
    best = _best_members(session, [cluster_id for cluster_id, _ in broken])
    named = {cluster_id for cluster_id, person in broken if person is not None}
    write(
        session,
        [{"b_id": key, "representative_id": best[key].id} for key in best],
    )
    write(
        session,
        [{"b_id": key, "name": machine_name(best[key])} for key in best if key not in named],
    )


def choose_representative(session: Session, cluster_id: int) -> None:
    """Let the best member stand for a cluster, and name it after that unless a person did."""
    best = _best_members(session, [cluster_id]).get(cluster_id)
    named = session.scalar(select(Cluster.named_by_id).where(Cluster.id == cluster_id))
    if best is not None:
        write(session, [{"b_id": cluster_id, "representative_id": best.id}])
        if named is None:
            write(session, [{"b_id": cluster_id, "name": machine_name(best)}])
        expire_clusters(session, [cluster_id])


def _best_members(session: Session, ids: Sequence[int]) -> dict[int, Suggestion]:
    """For each cluster the member to stand for it: one that may be shown, most like the others."""
    order = (
        Suggestion.publish_text.desc(),
        Membership.similarity.desc(),
        Suggestion.id,
    )
    place = func.row_number().over(partition_by=Membership.cluster_id, order_by=order)
    ranked = (
        select(Membership.cluster_id, Suggestion.id.label("suggestion_id"), place.label("place"))
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Membership.cluster_id.in_(ids), VALID)
        .subquery()
    )
    query = select(ranked.c.cluster_id, Suggestion).join(
        Suggestion, (Suggestion.id == ranked.c.suggestion_id) & (ranked.c.place == 1)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def machine_name(representative: Suggestion, keywords: Sequence[str] = ()) -> str:
    """What a cluster is called until a person names it. The public reads it.

    The title of the representative; where its author does not let it be shown, the words
    that the members share, and where there are none its number.
    """
    if representative.publish_text:
        return representative.public_title
    return " ".join(keywords) or f"№ {representative.no}"
