"""The queue that PostgreSQL keeps, as procrastinate left it; on SQLite there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, DateTime, String, and_, cast, column, func, or_, select, table
from sqlalchemy.orm import Session

from models.job import Lane

#: A worker of the queue gives a sign of life so often.
SIGN = timedelta(seconds=3)
#: Silent for so long, its jobs are taken from it; should it live after all, it does them twice, which
#: does nothing (each job looks first what is left to do).
STALLED = timedelta(seconds=12)

JOBS = table(
    "procrastinate_jobs",
    column("id", BigInteger),
    column("queue_name", String),
    column("queueing_lock", String),
    column("status", String),
    column("worker_id", BigInteger),
)
WORKERS = table(
    "procrastinate_workers", column("id", BigInteger), column("last_heartbeat", DateTime(True))
)
#: It has a type of its own there.
STATUS = cast(JOBS.c.status, String)


@dataclass(frozen=True)
class LaneState:
    """How full one lane of the queue is."""

    lane: str
    #: Bells that no worker has taken yet.
    waiting: int
    doing: int


@dataclass(frozen=True)
class Stalled:
    """What a worker was at that fell silent; the next sweep takes it back."""

    id: int
    key: str


def lane_states(session: Session) -> Sequence[LaneState]:
    """Each lane; the table holds only what waits or is done just now, so it is short."""
    if not has_queue(session):
        return ()
    rows = session.execute(
        select(
            JOBS.c.queue_name,
            func.count().filter(STATUS == "todo"),
            func.count().filter(STATUS == "doing"),
        ).group_by(JOBS.c.queue_name)
    )
    found = {row[0]: LaneState(*row) for row in rows}
    return [found.get(lane, LaneState(lane, 0, 0)) for lane in Lane]


def stalled(session: Session, *, now: datetime) -> Sequence[Stalled]:
    """What lies with workers that fell silent or were ended."""
    if not has_queue(session):
        return ()
    silent = or_(WORKERS.c.id.is_(None), WORKERS.c.last_heartbeat < now - STALLED)
    rows = session.execute(
        select(JOBS.c.id, JOBS.c.queueing_lock)
        .outerjoin_from(JOBS, WORKERS, WORKERS.c.id == JOBS.c.worker_id)
        .where(and_(STATUS == "doing", silent))
        .order_by(JOBS.c.id)
    )
    return [Stalled(*row) for row in rows]


def has_queue(session: Session) -> bool:
    """Say whether the database keeps a queue."""
    return session.get_bind().dialect.name == "postgresql"
