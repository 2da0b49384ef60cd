"""How the platform itself is doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, joinedload

from consult.services.overview import job_reports, workers
from consult.services.overview.backlogs import Backlog, backlogs, queue_age
from models.job import JobName, JobReport, JobTrouble
from models.run import Run, RunState
from models.topic import Topic

#: Nobody did background work for so long: something is wrong. A rolling restart takes less.
SILENCE = timedelta(minutes=2)
#: So old may be what waits for a quick job.
LATE = timedelta(minutes=10)
#: Jobs whose parts are consultations.
OF_TOPICS = frozenset({JobName.PLACEMENT, JobName.RUNS, JobName.SEARCH})


@dataclass(frozen=True)
class Check:
    """One thing that must be well, whether it is, and what is seen."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class JobLine:
    """A job as the operations page shows it."""

    report: JobReport
    #: None: it cannot tell, as it has no heap of its own.
    backlog: Backlog | None


@dataclass(frozen=True)
class TroubleLine:
    """Something that fails, as the operations page shows it."""

    trouble: JobTrouble
    #: The consultation it is about; empty: none.
    topic: str


def readiness(session: Session, *, now: datetime) -> list[Check]:
    """Whether the database answers, background work is alive and nothing waits too long."""
    try:
        sign, age = workers.last_sign(session), queue_age(session, now)
    except SQLAlchemyError as error:
        return [Check("database", ok=False, detail=type(error).__name__)]
    seen = sign.isoformat(timespec="seconds") if sign else "has not run yet"
    return [
        Check("database", ok=True, detail="answers"),
        Check("jobs", ok=sign is None or now - sign < SILENCE, detail=seen),
        Check("queue", ok=age < LATE, detail=f"{age.total_seconds():.0f} s"),
    ]


def job_lines(session: Session, *, now: datetime) -> list[JobLine]:
    """Every job that has a worker, by name, with what waits for it."""
    waiting = backlogs(session, now=now)
    known = select(JobReport).where(JobReport.name.in_(list(JobName)))
    reports = session.scalars(known.order_by(JobReport.name)).all()
    return [JobLine(report, waiting.get(report.name)) for report in reports]


def trouble_lines(session: Session) -> list[TroubleLine]:
    """What fails, the latest failure first, with the consultations it is about."""
    found = job_reports.troubles(session)
    numbers = {one.part for one in found if one.name in OF_TOPICS}
    query = select(Topic.id, Topic.title).where(Topic.id.in_(numbers))
    titles = {row.id: row.title for row in session.execute(query)}
    return [
        TroubleLine(one, titles.get(one.part, "") if one.name in OF_TOPICS else "") for one in found
    ]


def failed_runs(session: Session, *, limit: int = 20) -> Sequence[Run]:
    """Regroupings that failed, the newest first, with their topics."""
    return session.scalars(
        select(Run)
        .filter_by(state=RunState.FAILED)
        .options(joinedload(Run.topic))
        .order_by(Run.id.desc())
        .limit(limit)
    ).all()
