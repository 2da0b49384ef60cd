"""Going back to what an earlier run made of a topic."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict
from consult.permissions import Permission, require
from consult.services.grouping import (
    cluster_counts,
    lineage,
    run_changes,
    run_inputs,
    run_writing,
    turns,
)
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.runs import begin
from consult.services.grouping.similarity import TopicIndexes
from consult.services.grouping.theme_restoring import restore_themes
from consult.services.records import ledger
from models.cluster import Cluster
from models.person import Person
from models.run import LineageEvent, Run, RunAssignment, RunCause, RunState

Row = dict[str, Any]


def roll_back(
    session: Session, *, run: Run, indexes: TopicIndexes, actor: Person, now: datetime
) -> Run:
    """Put everything where ``run`` had it, as a new run, and return that.

    Groups go back into the themes of that run, too, see
    :func:`~consult.services.grouping.theme_restoring.restore_themes`.
    Later arrivals keep their place, and so does what people hold; pairs that were judged
    "not the same" since are not brought together again.

    :raises Conflict: if the run did not finish, or is so old that its places are forgotten.
    """
    require(actor, Permission.CLUSTER_REGROUP, run.topic)
    rows = _assignments(session, run)
    if run.state is not RunState.FINISHED or not rows:
        raise Conflict(N_("This run cannot be returned to: where it put everything is not kept."))
    turns.take_with_groups(session, run.topic_id)
    back = begin(session, topic=run.topic, cause=RunCause.ROLLBACK, actor=actor, now=now)
    inputs = run_inputs.gather(session, run.topic, indexes.at_hand(session, run.topic))
    after = _restored(inputs, rows)
    _describe(back, run, inputs)
    then = {row["cluster_id"]: row["theme_id"] for row in rows.values() if row["theme_id"]}
    _write(session, back, inputs, after, then, now)
    back.state, back.finished_at = RunState.FINISHED, now
    ledger.record(session, "run.rolled_back", back, actor=actor, now=now, restores=run.id)
    return back


def _assignments(session: Session, run: Run) -> dict[int, Row]:
    names = (*run_writing.ASSIGNMENT, "theme_id")
    columns = [getattr(RunAssignment, name) for name in names]
    found = session.execute(select(*columns).where(RunAssignment.run_id == run.id))
    return {row[0]: dict(zip(names, row, strict=True)) for row in found}


def _restored(inputs: Inputs, rows: Mapping[int, Row]) -> dict[int, Row]:
    """The assignments to write: those of the old run for what may still be moved."""
    now_in = {member.id: member.cluster_id for member in inputs.members}
    target = dict(now_in)
    for member in inputs.members:
        if not member.held and member.id in rows:
            target[member.id] = rows[member.id]["cluster_id"]
    for first, second in inputs.different:
        if target.get(first) is not None and target.get(first) == target.get(second):
            target[first], target[second] = now_in[first], now_in[second]
    return {one: rows[one] for one in rows if one in target and target[one] != now_in[one]}


def _describe(back: Run, run: Run, inputs: Inputs) -> None:
    back.restores = run
    back.model, back.model_fingerprint = run.model, run.model_fingerprint
    back.engine_version, back.settings = run.engine_version, dict(run.settings)
    back.input_fingerprint = run.input_fingerprint
    back.suggestion_count = len(inputs.members)


def _write(
    session: Session,
    back: Run,
    inputs: Inputs,
    rows: Mapping[int, Row],
    then: Mapping[int, int],
    now: datetime,
) -> None:
    before = {one.id: one.cluster_id for one in inputs.members}
    after = {one: key for one, key in before.items() if key is not None}
    after |= {one: row["cluster_id"] for one, row in rows.items()}
    moved = run_changes.moves(before, after)
    touched = {key for pair in moved for key in pair if key is not None}
    _revive(session, {key for _, key in moved}, back, now)
    run_writing.assign(session, list(rows.values()))
    cluster_counts.recount(session, touched, now)
    retired = lineage.retire_empty(
        session, touched, now=now, into=run_changes.successors(moved), run_id=back.id
    )
    steps = run_changes.events(before, after, moved)
    themes = restore_themes(session, back, inputs, then, now=now)
    run_writing.record(session, back, steps, run_writing.current(session, back.topic), themes, now)
    run_writing.bump(session, touched)
    back.difference = run_changes.difference(steps, moved, len(retired))
    back.cluster_count = len(set(after.values()))


def _revive(session: Session, cluster_ids: Iterable[int], back: Run, now: datetime) -> None:
    for ids in cluster_counts.chunks(sorted(cluster_ids)):
        retired = select(Cluster.id).where(Cluster.id.in_(ids), Cluster.retired_at.is_not(None))
        for cluster_id in session.scalars(retired).all():
            lineage.note(session, cluster_id, LineageEvent.REVIVED, now=now, run_id=back.id)
        session.execute(
            update(Cluster)
            .where(Cluster.id.in_(ids), Cluster.retired_at.is_not(None))
            .values(retired_at=None, retired_into_id=None),
            execution_options={"synchronize_session": "fetch"},
        )
