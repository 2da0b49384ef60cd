"""Rings the bells that acts noted, with the commit: on PostgreSQL in its queue, else in this process.

A bell on PostgreSQL is a row in the queue, written by the transaction of the act: it is there
if and only if the act is. A hundred acts leave one, since one that waits is enough for all.
"""

from flask import current_app
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from consult.extensions import db
from consult.services.records import bells
from consult.services.records.bells import Bell
from models.job import JobName, lane_of

#: The one task of the queue: give a part of a job its turn; and the look at all of them.
TURN, SWEEP = "turn", "sweep"
#: Where a session keeps, between its commit and the word after it, what was rung.
RUNG = "bells rung"
#: The sweep goes before whatever waits.
FIRST = 10

#: Who finds a bell waiting adds none, and so must not be overlooked by a worker that has just
#: taken that bell: the worker waits for this shared lock (see consult/jobs/queue.py) before it
#: looks. The functions of procrastinate would raise an error where one waits; this goes on.
_RING = text("""
    WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(hashtextextended(:key, 0)))
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args)
    SELECT :lane, :task, :priority, :lock, :key,
           jsonb_build_object('name', CAST(:name AS text), 'part', CAST(:part AS bigint))
    FROM held
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
""").execution_options(planned_once=True)


def listen() -> None:
    """Ring with every commit of the application's sessions; listening twice is listening once."""
    if not event.contains(db.session, "before_commit", _ring):
        event.listen(db.session, "before_commit", _ring)
        event.listen(db.session, "after_commit", _wake)


def key_of(bell: Bell) -> str:
    """What the queue knows a bell by."""
    return f"{bell.name}:{bell.part}"


def put(session: Session, bell: Bell) -> None:
    """Write a bell into the queue of PostgreSQL, unless one waits there."""
    sweep = bell.name == JobName.SWEEP
    session.execute(
        _RING,
        {
            "key": key_of(bell),
            "lane": lane_of(bell.name),
            "task": SWEEP if sweep else TURN,
            "priority": FIRST if sweep else 0,
            "lock": None if sweep else key_of(bell),
            "name": bell.name,
            "part": bell.part,
        },
    )


def _ring(session: Session) -> None:
    """Last of all in the transaction: another that rings the same bell waits for it to end."""
    if session.in_nested_transaction():
        return
    rung = bells.take(session)
    if not rung:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        for bell in rung:
            put(session, bell)
    else:
        session.info[RUNG] = rung


def _wake(session: Session) -> None:
    rung = session.info.pop(RUNG, None)
    runner = current_app.extensions.get("runner") if rung and current_app else None
    if runner is not None:
        runner.wake({bell.name for bell in rung})
