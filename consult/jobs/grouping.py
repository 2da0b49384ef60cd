"""Placing what arrives, and regrouping what grew or was asked for."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from consult.exceptions import Conflict, Refusal
from consult.extensions import db, indexes, reading
from consult.jobs import large_runs
from consult.jobs.election import in_office, office_for_run
from consult.services.grouping import (
    calibrating,
    placement,
    run_inputs,
    run_recovery,
    run_schedule,
    runs,
)
from consult.services.grouping.similarity import CAPACITY
from models.run import Run, RunCause
from models.topic import Topic

#: Suggestions placed in one step: others may write between two.
AT_ONCE = 50
#: For so long a run is tried again when people change the groups while it thinks.
PATIENCE = timedelta(minutes=10)


def warm(session: Session, now: datetime) -> int:
    """Load the indexes of open consultations ahead of who types; never anything left to do.

    Reads only, and says so: loading thousands takes long, and nobody should wait to write.
    """
    reading.set(True)
    _ = indexes().encoder.fingerprint  # a model that needs torch is loaded now, by who works
    for topic in run_schedule.groupable(session, now=now)[-CAPACITY:]:
        indexes().search(session, topic)  # a large one stays with PostgreSQL
    return 0


def unplaced(session: Session, now: datetime) -> Collection[int]:
    """The consultations with suggestions that have no current place."""
    return placement.waiting_topics(session, indexes=indexes())


def place(session: Session, now: datetime, topic_id: int) -> int:
    """Embed and place what has arrived in one consultation."""
    topic = session.get(Topic, topic_id)
    if topic is None:
        return 0
    return placement.place_pending(session, topic=topic, indexes=indexes(), now=now, limit=AT_ONCE)


def due_for_runs(session: Session, now: datetime) -> Collection[int]:
    """The consultations with a run that waits, was interrupted or is due, or with learning to do."""
    due = [topic.id for topic, _cause in _due(session, now)]
    return sorted({*run_recovery.under_way(session), *calibrating.asked_for(session), *due})


def regroup(session: Session, now: datetime, topic_id: int) -> int:
    """Do the run of a consultation that waits, or is due; 1 if there was one.

    Commits when the run has begun, so that people go on while the machine thinks. Who thinks
    holds an office that goes with the process: a run whose office is free was interrupted.
    """
    with in_office(office_for_run(db.engine, current_app.config, topic_id)) as held:
        if not held:
            return 0
        calibrating.learn_as_asked(session, topic_id=topic_id, encoder=indexes().encoder, now=now)
        run_recovery.take_back(session, topic_id=topic_id, now=now)
        run = _next(session, topic_id, now)
        if run is None:
            return 0
        session.commit()
        _regroup(session, run)
        session.commit()
    return 1


def _regroup(session: Session, run: Run) -> None:
    clock = current_app.config["CLOCK"]
    try:
        carry_out(session, run)
    except Conflict as overtaken:
        session.rollback()
        if clock() - run.created_at < PATIENCE:
            runs.put_back(run)
        else:
            runs.fail(session, run=run, error=str(overtaken), now=clock())
    except Exception as fault:  # noqa: BLE001 - it is kept on the run, for people to see
        session.rollback()
        runs.fail(session, run=run, error=f"{type(fault).__name__}: {fault}", now=clock())


def _next(session: Session, topic_id: int, now: datetime) -> Run | None:
    waiting = run_schedule.next_queued(session, topic_id=topic_id)
    if waiting is not None:
        try:
            return runs.start(session, run=waiting, now=now)
        except Refusal as refusal:
            runs.fail(session, run=waiting, error=str(refusal), now=now)
            return None
    for topic, cause in _due(session, now):
        if topic.id != topic_id:
            continue
        try:
            return runs.begin(session, topic=topic, cause=cause, actor=None, now=now)
        except Conflict:
            return None
    return None


def _due(session: Session, now: datetime) -> Sequence[tuple[Topic, RunCause]]:
    config = current_app.config
    return run_schedule.due(
        session,
        now,
        at_once=config["REGROUP_AT_ONCE"],
        by_night=config["REGROUP_BY_NIGHT"],
        pause=config["REGROUP_PAUSE"],
        zone=ZoneInfo(config["TIME_ZONE"]),
    )


def carry_out(session: Session, run: Run, told: large_runs.Report | None = None) -> None:
    """Do a run that has begun; ``told`` hears how far it has come.

    The caller commits. A large one commits as it goes.

    :raises Conflict: if people changed the groups meanwhile, or it was stopped.
    """
    clock = current_app.config["CLOCK"]
    if large_runs.is_large(session, run):
        large_runs.carry_out(session, run, told)
        return
    encoder = indexes().encoder
    inputs = run_inputs.gather(session, run.topic, encoder)
    session.rollback()  # lets go of the database for as long as the machine thinks
    made = runs.think(inputs, encoder, told)
    runs.finish(
        session,
        run=run,
        inputs=inputs,
        made=made,
        indexes=indexes(),
        now=clock(),
        kept=current_app.config["KEPT_RUNS"],
    )
