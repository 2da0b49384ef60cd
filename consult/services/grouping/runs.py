"""Runs: regrouping a whole topic under what people said of it.

A run has three parts, so that nobody waits for the machine to think: :func:`begin` (short,
writes), :func:`think` (long, only reads) and :func:`finish` (seconds, writes). An edge that may
commit between them does; :func:`regroup` does all three in one transaction.
"""

import logging
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from consult.clustering import Encoder
from consult.exceptions import N_, Conflict
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import run_inputs, run_writing, turns
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.run_planning import Plan, Progress, plan
from consult.services.grouping.similarity import TopicIndexes
from consult.services.records import bells, ledger
from models.job import JobName
from models.person import Person
from models.run import Run, RunCause, RunState
from models.suggestion import Suggestion
from models.topic import Topic

log = logging.getLogger(__name__)

#: A run that says it is running for longer than this was interrupted: eight million take some hours.
LONGEST = timedelta(hours=12)
#: How many runs of a topic can be returned to.
KEPT = 20
UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)
STOPPED = N_("The run was stopped.")


def regroup(
    session: Session,
    *,
    topic: Topic,
    indexes: TopicIndexes,
    cause: RunCause = RunCause.MANUAL,
    actor: Person | None,
    now: datetime,
    progress: Progress | None = None,
    kept: int = KEPT,
) -> Run:
    """Regroup ``topic`` in this transaction; ``actor`` is None for what the clock does.

    A failure is kept on the run, which then changed nothing else.

    :raises Conflict: if another run of the topic is under way.
    """
    turns.take_with_groups(session, topic.id)
    run = begin(session, topic=topic, cause=cause, actor=actor, now=now)
    return carry_out(session, run=run, indexes=indexes, now=now, progress=progress, kept=kept)


def ask(
    session: Session,
    *,
    topic: Topic,
    actor: Person | None,
    now: datetime,
    cause: RunCause = RunCause.MANUAL,
) -> Run:
    """Put a run into the queue, for the job to do; ``actor`` is None for what an import brings.

    :raises Conflict: if one is under way or waiting already.
    """
    if actor is not None:
        require(actor, Permission.CLUSTER_REGROUP, topic)
    bells.ring(session, JobName.RUNS, topic.id)
    return _new(session, topic, RunState.QUEUED, cause, actor, now)


def begin(
    session: Session, *, topic: Topic, cause: RunCause, actor: Person | None, now: datetime
) -> Run:
    """Say that a run begins, which keeps others from beginning one.

    :raises Conflict: if one is under way already.
    """
    if actor is not None:
        require(actor, Permission.CLUSTER_REGROUP, topic)
    return _new(session, topic, RunState.RUNNING, cause, actor, now)


def carry_out(
    session: Session,
    *,
    run: Run,
    indexes: TopicIndexes,
    now: datetime,
    progress: Progress | None = None,
    kept: int = KEPT,
) -> Run:
    """Think and finish in this transaction; what goes wrong is stored on the run, and no more."""
    try:
        with session.begin_nested():
            inputs = run_inputs.gather(session, run.topic, indexes.encoder)
            made = think(inputs, indexes.encoder, progress)
            finish(
                session,
                run=run,
                inputs=inputs,
                made=made,
                indexes=indexes,
                now=now,
                kept=kept,
            )
    except Exception as fault:
        log.exception("run %s of topic %s failed", run.number, run.topic_id)
        fail(session, run=run, error=f"{type(fault).__name__}: {fault}", now=now)
    return run


def start(session: Session, *, run: Run, now: datetime) -> Run:
    """Give a waiting run its turn."""
    require_phase(run.topic, TopicAct.GROUP, now)
    run.state, run.created_at = RunState.RUNNING, now
    session.flush()
    return run


def put_back(run: Run) -> None:
    """Let a run wait again, whose work people overtook; one that they stopped stays so."""
    if run.state is RunState.RUNNING:
        run.state = RunState.QUEUED


def note_progress(session: Session, *, run_id: int, stage: str, done: int, total: int) -> None:
    """Keep how far a run has come, for people to see.

    :raises Conflict: if they stopped it.
    """
    there = update(Run).where(Run.id == run_id, Run.state == RunState.RUNNING)
    values = {"stage": stage, "done": done, "total": total}
    if not session.execute(there.values(settings=values)).rowcount:  # type: ignore[attr-defined]
        raise Conflict(STOPPED)


def stop(session: Session, *, run: Run, actor: Person, now: datetime) -> None:
    """End a run that waits or is computed; what a large one published already stays.

    :raises Conflict: if it ended meanwhile.
    """
    require(actor, Permission.CLUSTER_REGROUP, run.topic)
    turns.take(session, run.topic_id)
    session.refresh(run)
    if run.state not in UNDER_WAY:
        raise Conflict(N_("This run has ended already."))
    fail(session, run=run, error=STOPPED, now=now)


def think(inputs: Inputs, encoder: Encoder, progress: Progress | None = None) -> Plan:
    """The long part: touches no database and needs no transaction."""
    return plan(inputs, encoder, progress)


def finish(
    session: Session,
    *,
    run: Run,
    inputs: Inputs,
    made: Plan,
    indexes: TopicIndexes,
    now: datetime,
    kept: int = KEPT,
) -> Run:
    """Write what was planned.

    :raises Conflict: if people changed the groups while the run was thinking: it would undo them.
    """
    topic, encoder = run.topic, indexes.encoder
    turns.take(session, topic.id)
    session.refresh(run)
    if run.state is not RunState.RUNNING or run_inputs.mark(session, topic) != inputs.mark:
        raise Conflict(
            N_("The groups were changed by people while the run was computing. Run it again.")
        )
    _keep_vectors(session, topic, made, indexes)
    run.model, run.model_fingerprint = f"{encoder.name} {encoder.version}", encoder.fingerprint
    run.engine_version = str(made.settings.get("engine", ""))
    run.settings, run.input_fingerprint = made.settings, made.fingerprint
    run_writing.write(session, run, inputs, made, now=now)
    run.state, run.finished_at = RunState.FINISHED, now
    run_writing.prune(session, topic, kept)
    ledger.record(session, "run.finished", run, actor=run.started_by, now=now, number=run.number)
    return run


def fail(session: Session, *, run: Run, error: str, now: datetime) -> None:
    """Keep that a run failed, and why; one that ended before is left as it is."""
    if run.state not in UNDER_WAY:
        return
    run.state, run.finished_at, run.error = RunState.FAILED, now, error[:2000]
    ledger.record(session, "run.failed", run, actor=run.started_by, now=now, number=run.number)


def _new(
    session: Session,
    topic: Topic,
    state: RunState,
    cause: RunCause,
    actor: Person | None,
    now: datetime,
) -> Run:
    require_phase(topic, TopicAct.GROUP, now)
    turns.take(session, topic.id)
    _refuse_second(session, topic, now)
    last = session.scalar(select(func.max(Run.number)).where(Run.topic_id == topic.id)) or 0
    run = Run(
        topic=topic,
        number=last + 1,
        cause=cause,
        state=state,
        started_by=actor,
        created_at=now,
    )
    session.add(run)
    ledger.record(session, "run.begun", run, actor=actor, now=now, cause=cause.value)
    return run


def _refuse_second(session: Session, topic: Topic, now: datetime) -> None:
    for run in session.scalars(
        select(Run).where(Run.topic_id == topic.id, Run.state.in_(UNDER_WAY))
    ):
        if run.state is RunState.RUNNING and now - run.created_at > LONGEST:
            fail(session, run=run, error="interrupted", now=now)
        else:
            raise Conflict(
                N_("This consultation is being regrouped already. Wait until that run is done.")
            )


def _keep_vectors(session: Session, topic: Topic, made: Plan, indexes: TopicIndexes) -> None:
    ids = sorted(made.vectors)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        found = {
            one.id: one
            for one in session.scalars(select(Suggestion).where(Suggestion.id.in_(part)))
        }
        suggestions = [found[one] for one in part]
        indexes.store(session, topic, suggestions, np.stack([made.vectors[one] for one in part]))
