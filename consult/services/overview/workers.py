"""The processes that do background work: their signs of life."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.job import JobReport, Worker

#: How often a worker gives a sign, and from which silence on it is taken for dead.
BEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=45)
#: The dead are shown so long.
REMEMBERED = timedelta(hours=1)


@dataclass(frozen=True)
class Sign:
    """What a worker says of itself."""

    id: str
    host: str
    pid: int
    embedded: bool
    lanes: str
    started_at: datetime
    doing: str = ""
    turns: int = 0


def beat(session: Session, sign: Sign, *, now: datetime, ends: bool = False) -> None:
    """Keep a sign of life; ``ends``: the last one, given in order."""
    worker = session.get(Worker, sign.id)
    if worker is None:
        session.execute(delete(Worker).where(Worker.beat_at < now - REMEMBERED))
        worker = Worker(id=sign.id, host=sign.host, pid=sign.pid, embedded=sign.embedded)
        worker.lanes, worker.started_at = sign.lanes, sign.started_at
        session.add(worker)
    worker.beat_at, worker.doing, worker.turns = now, sign.doing, sign.turns
    worker.ended_at = now if ends else None


def know(session: Session, names: Collection[str]) -> None:
    """Have a line for each job on the operations page, also for one that had no turn yet."""
    known = set(session.scalars(select(JobReport.name)))
    session.add_all(JobReport(name=name) for name in names if name not in known)


def recent(session: Session) -> Sequence[Worker]:
    """The workers that live or died lately, the youngest sign first."""
    return session.scalars(
        select(Worker).order_by(Worker.ended_at.is_not(None), Worker.beat_at.desc())
    ).all()


def is_alive(worker: Worker, now: datetime) -> bool:
    """Say whether it gave a sign lately and was not ended."""
    return worker.ended_at is None and now - worker.beat_at < SILENCE


def last_sign(session: Session) -> datetime | None:
    """When any worker gave its last sign; None: none ever ran."""
    return session.scalar(select(func.max(Worker.beat_at)))


def count_alive(session: Session, *, now: datetime) -> int:
    """How many workers live."""
    query = select(func.count()).where(Worker.ended_at.is_(None), Worker.beat_at > now - SILENCE)
    return session.scalar(query) or 0
