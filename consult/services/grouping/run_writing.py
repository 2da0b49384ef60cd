"""Writes a plan: clusters, memberships, lineage and the snapshot of the run, all in bulk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from consult.services.grouping import cluster_counts, lineage, run_copies
from consult.services.grouping.run_changes import difference, events, moves, successors
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.run_planning import Plan, Planned, by_id
from consult.services.grouping.theme_writing import write_themes
from models.cluster import Cluster, Membership
from models.run import Lineage, Run, RunAssignment
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic

ASSIGNMENT = ("suggestion_id", "cluster_id", "similarity", "uncertain")


def write(session: Session, run: Run, inputs: Inputs, made: Plan, *, now: datetime) -> None:
    """Make the database as ``made`` says; a fixed number of statements, many rows each.

    Suggestions that arrived while the run was thinking keep the place they were given. Those
    that were placed meanwhile are moved from there, and a group begun for them is retired.
    """
    ids = _cluster_ids(session, run.topic, made, inputs, now)
    rows = [
        row for planned, key in zip(made.clusters, ids, strict=True) for row in _rows(planned, key)
    ]
    before: dict[int, int | None] = {member.id: member.cluster_id for member in inputs.members}
    before |= _move(session, run.topic, rows, now)
    _describe(session, run.topic, made, ids, inputs)
    themes = write_themes(session, run, inputs, made, ids, now=now)
    after = {row["suggestion_id"]: row["cluster_id"] for row in rows}
    touched = {*ids, *(key for key in before.values() if key is not None)}
    cluster_counts.recount(session, touched, now)
    moved = moves(before, after)
    retired = lineage.retire_empty(
        session, touched - set(ids), now=now, into=successors(moved), run_id=run.id
    )
    steps = events(before, after, moved)
    record(session, run, steps, rows, themes, now)
    bump(session, {key for pair in moved for key in pair if key is not None})
    run.difference = difference(steps, moved, len(retired), made.contradictions)
    run.suggestion_count, run.cluster_count = len(rows), len(ids)


def record(
    session: Session,
    run: Run,
    steps: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    themes: Mapping[int, int],
    now: datetime,
) -> None:
    """Keep the lineage of a run, and where it put everything; ``themes`` is the theme by cluster."""
    if steps:
        lines = [{**step, "run_id": run.id, "created_at": now} for step in steps]
        session.execute(insert(Lineage), lines)
    if rows:
        kept = [
            {"run_id": run.id, **row, "theme_id": themes.get(row["cluster_id"])} for row in rows
        ]
        session.execute(insert(RunAssignment), kept)


def assign(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """UPDATE memberships to these assignments; rows are those of :data:`ASSIGNMENT`."""
    if rows:
        table = Membership.metadata.tables[Membership.__tablename__]
        statement = (
            update(table)
            .where(table.c.suggestion_id == bindparam("b_id"))
            .values({name: bindparam(f"b_{name}") for name in ASSIGNMENT[1:]})
        )
        values = [
            {"b_id": row["suggestion_id"], **{f"b_{name}": row[name] for name in ASSIGNMENT[1:]}}
            for row in rows
        ]
        session.connection().execute(statement, values)


def current(session: Session, topic: Topic) -> list[dict[str, Any]]:
    """Where every valid suggestion of ``topic`` is now, as assignments."""
    columns = [getattr(Membership, name) for name in ASSIGNMENT]
    query = (
        select(*columns)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(Suggestion.topic_id == topic.id, Suggestion.status == SuggestionStatus.RECEIVED)
    )
    return [dict(zip(ASSIGNMENT, row, strict=True)) for row in session.execute(query)]


def prune(session: Session, topic: Topic, kept: int) -> None:
    """Forget where older runs put everything; the runs themselves stay on the list."""
    old = session.scalars(
        select(Run.id).filter_by(topic_id=topic.id).order_by(Run.number.desc()).offset(kept)
    ).all()
    if old:
        session.execute(delete(RunAssignment).where(RunAssignment.run_id.in_(old)))


def _rows(planned: Planned, cluster_id: int) -> list[dict[str, Any]]:
    return [
        {
            "suggestion_id": one,
            "cluster_id": cluster_id,
            "similarity": planned.similarity[one],
            "uncertain": one in planned.uncertain,
        }
        for one in planned.members
    ]


def _cluster_ids(
    session: Session, topic: Topic, made: Plan, inputs: Inputs, now: datetime
) -> list[int]:
    """The id of each planned cluster; those that are new are inserted."""
    members = by_id(inputs.members)
    new = [planned for planned in made.clusters if planned.cluster_id is None]
    rows = [
        {
            "topic_id": topic.id,
            "name": _name(planned, members),
            "keywords": list(planned.keywords),
            "created_at": now,
        }
        for planned in new
    ]
    statement = insert(Cluster).returning(Cluster.id, sort_by_parameter_order=True)
    fresh = iter(session.scalars(statement, rows).all() if rows else ())
    return [
        planned.cluster_id if planned.cluster_id is not None else next(fresh)
        for planned in made.clusters
    ]


def _move(
    session: Session,
    topic: Topic,
    rows: Sequence[dict[str, Any]],
    now: datetime,
) -> dict[int, int]:
    """Put every row in its place, and say where those that had one were."""
    query = (
        select(Membership.suggestion_id, Membership.cluster_id)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(Cluster.topic_id == topic.id)
    )
    placed = {row.suggestion_id: row.cluster_id for row in session.execute(query)}
    assign(session, [row for row in rows if row["suggestion_id"] in placed])
    new = [{**row, "placed_at": now} for row in rows if row["suggestion_id"] not in placed]
    if new:
        session.execute(insert(Membership), new)
    moved = {row["suggestion_id"] for row in rows}
    return {one: key for one, key in placed.items() if one in moved}


def _describe(
    session: Session, topic: Topic, made: Plan, ids: Sequence[int], inputs: Inputs
) -> None:
    members = by_id(inputs.members)
    rows = []
    for planned, copies, cluster_id in zip(made.clusters, made.copies, ids, strict=True):
        stays = inputs.representatives.get(cluster_id) if cluster_id in inputs.known else None
        best = stays if stays in planned.similarity else _representative(planned, members)
        rows.append(
            {
                "b_id": cluster_id,
                "keywords": list(planned.keywords),
                "representative_id": best,
                "nearest_id": None if planned.nearest is None else ids[planned.nearest],
                "nearest_similarity": planned.nearest_similarity,
                **run_copies.columns(copies),
            }
        )
    cluster_counts.write(session, rows)
    named = set(
        session.scalars(
            select(Cluster.id).where(Cluster.topic_id == topic.id, Cluster.named_by_id.is_not(None))
        )
    )
    cluster_counts.write(
        session,
        [
            {"b_id": cluster_id, "name": _name(planned, members)}
            for planned, cluster_id in zip(made.clusters, ids, strict=True)
            if cluster_id not in named
        ],
    )


def _representative(planned: Planned, members: Mapping[int, Any]) -> int:
    """The member most like the others that may be shown; failing that, the most like."""
    shown = (one for one in planned.members if members[one].is_public)
    return next(shown, planned.members[0])


def _name(planned: Planned, members: Mapping[int, Any]) -> str:
    """The title of the one that stands for it, or its number: words nobody published name nothing."""
    title: str = members[_representative(planned, members)].title
    return title


def bump(session: Session, cluster_ids: set[int]) -> None:
    """Whoever has one of these open is told that it changed."""
    table = Cluster.metadata.tables[Cluster.__tablename__]
    for ids in cluster_counts.chunks(sorted(cluster_ids)):
        session.execute(
            update(table).where(table.c.id.in_(ids)).values(version=table.c.version + 1)
        )
    cluster_counts.expire_clusters(session, cluster_ids)
