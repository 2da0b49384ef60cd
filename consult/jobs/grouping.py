"""Placing what arrives, and regrouping what grew or was asked for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from consult.exceptions import Conflict, Refusal
from consult.extensions import indexes, reading
from consult.services.grouping import placement, run_inputs, run_schedule, runs
from consult.services.grouping.similarity import CAPACITY
from models.run import Run

#: Suggestions placed in one step: others may write between two.
AT_ONCE = 100
#: For so long a run is tried again when people change the groups while it thinks.
PATIENCE = timedelta(minutes=10)


def warm(session: Session, now: datetime) -> int:
    """Load the indexes of open consultations ahead of who types; never anything left to do.

    Reads only, and says so: loading thousands takes long, and nobody should wait to write.
    """
    reading.set(True)
    for topic in run_schedule.groupable(session, now=now)[-CAPACITY:]:
        indexes().index(session, topic)
    return 0


def place(session: Session, now: datetime) -> int:
    """Embed and place what has arrived."""
    return placement.place_pending(session, indexes=indexes(), now=now, limit=AT_ONCE)


def regroup(session: Session, now: datetime) -> int:
    """Do the run that waits, or the one that is due; 1 if there was one.

    Commits when the run has begun, so that people go on while the machine thinks.
    """
    run = _next(session, now)
    if run is None:
        return 0
    session.commit()
    try:
        _carry_out(session, run, now)
    except Conflict as overtaken:
        session.rollback()
        if current_app.config["CLOCK"]() - run.created_at < PATIENCE:
            runs.put_back(run)
        else:
            runs.fail(session, run=run, error=str(overtaken), now=now)
    except Exception as fault:  # noqa: BLE001 - it is kept on the run, for people to see
        session.rollback()
        runs.fail(session, run=run, error=f"{type(fault).__name__}: {fault}", now=now)
    return 1


def _next(session: Session, now: datetime) -> Run | None:
    waiting = run_schedule.next_queued(session)
    if waiting is not None:
        try:
            return runs.start(session, run=waiting, now=now)
        except Refusal as refusal:
            runs.fail(session, run=waiting, error=str(refusal), now=now)
            return None
    config = current_app.config
    due = run_schedule.due(
        session,
        now,
        at_once=config["REGROUP_AT_ONCE"],
        by_night=config["REGROUP_BY_NIGHT"],
        pause=config["REGROUP_PAUSE"],
        zone=ZoneInfo(config["TIME_ZONE"]),
    )
    for topic, cause in due:
        try:
            return runs.begin(session, topic=topic, cause=cause, actor=None, now=now)
        except Conflict:
            continue
    return None


def _carry_out(session: Session, run: Run, now: datetime) -> None:
    encoder = indexes().encoder
    inputs = run_inputs.gather(session, run.topic, encoder)
    session.rollback()  # lets go of the database for as long as the machine thinks
    made = runs.think(inputs, encoder)
    runs.finish(
        session,
        run=run,
        inputs=inputs,
        made=made,
        indexes=indexes(),
        now=now,
        kept=current_app.config["KEPT_RUNS"],
    )
