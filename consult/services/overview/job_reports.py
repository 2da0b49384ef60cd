"""What became of each turn of a job, and when what failed is tried again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consult.exceptions import NotFound
from consult.permissions import Permission, require
from consult.services.records import bells
from models.job import JobName, JobReport, JobTrouble
from models.person import Person

#: How long a part that failed is left alone: longer with each failure, but never for good.
PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=1),
)
MAX_ERROR = 1000


def note_done(
    session: Session, *, name: str, part: int, done: int, started: datetime, now: datetime
) -> None:
    """Keep that a turn went well; its failures before are forgotten."""
    report = _report(session, name)
    report.started_at, report.finished_at, report.done = started, now, done
    report.seconds, report.failures, report.error = (now - started).total_seconds(), 0, ""
    session.execute(delete(JobTrouble).where(JobTrouble.name == name, JobTrouble.part == part))


def note_failure(
    session: Session, *, name: str, part: int, error: str, now: datetime, lost: bool = False
) -> JobTrouble:
    """Keep that a turn failed and why, and when its part is tried again.

    One whose worker was ``lost`` in the middle is tried again at once, twice: the
    worker, not the work, may have been the cause.
    """
    report = _report(session, name)
    report.failed_at, report.error, report.failures = now, error[:MAX_ERROR], report.failures + 1
    trouble = session.get(JobTrouble, (name, part), with_for_update=True)
    if trouble is None:
        trouble = JobTrouble(name=name, part=part, failures=0)
        session.add(trouble)
    pauses = (timedelta(0), timedelta(0), *PAUSES) if lost else PAUSES
    pause = pauses[min(trouble.failures, len(pauses) - 1)]
    trouble.failures += 1
    trouble.error, trouble.failed_at, trouble.next_at = error[:MAX_ERROR], now, now + pause
    session.flush()
    return trouble


def note_look(session: Session, *, name: str, now: datetime) -> None:
    """Keep that a job was looked at because somebody wanted it; its turns, if any, are noted after."""
    report = _report(session, name)
    report.finished_at, report.done, report.seconds = now, 0, 0.0


def paused(session: Session, *, name: str, now: datetime) -> set[int]:
    """The parts of a job that failed and are not yet to be tried again."""
    query = select(JobTrouble.part).where(JobTrouble.name == name, JobTrouble.next_at > now)
    return set(session.scalars(query))


def next_try(session: Session, *, name: str, part: int) -> datetime | None:
    """When a part whose last turn failed is tried again; None: it went well."""
    return session.scalar(select(JobTrouble.next_at).filter_by(name=name, part=part))


def troubles(session: Session, *, limit: int = 50) -> Sequence[JobTrouble]:
    """What fails, the latest failure first."""
    return session.scalars(
        select(JobTrouble).order_by(JobTrouble.failed_at.desc()).limit(limit)
    ).all()


def try_again(session: Session, *, name: str, part: int, actor: Person, now: datetime) -> None:
    """End the pause of one part that failed.

    :raises NotFound: if it no longer fails.
    """
    require(actor, Permission.OPERATIONS_ACT)
    trouble = session.get(JobTrouble, (name, part))
    if trouble is None:
        raise NotFound
    trouble.next_at = now
    bells.ring(session, JobName(name), part)


def run_again(session: Session, *, name: str, actor: Person, now: datetime) -> None:
    """Have a job take its turn next, with all that it paused.

    :raises NotFound: if there is no such job.
    """
    require(actor, Permission.OPERATIONS_ACT)
    report = session.get(JobReport, name)
    if report is None:
        raise NotFound
    report.wanted_at = now
    for trouble in session.scalars(select(JobTrouble).filter_by(name=name)):
        trouble.next_at = now
    bells.ring(session, JobName.SWEEP)


def any_wanted(session: Session, *, names: Collection[str]) -> bool:
    """Whether somebody wants one of these jobs run again; changes nothing."""
    return bool(session.scalars(_wanted(names).limit(1)).first())


def take_wanted(session: Session, *, names: Collection[str]) -> set[str]:
    """Those of these jobs that somebody wants run again; asked once, the wish is granted."""
    reports = session.scalars(_wanted(names).with_for_update()).all()
    for report in reports:
        report.wanted_at = None
    return {report.name for report in reports}


def _wanted(names: Collection[str]) -> Select[JobReport]:
    return select(JobReport).where(JobReport.wanted_at.is_not(None), JobReport.name.in_(names))


def _report(session: Session, name: str) -> JobReport:
    """The line of a job, held until the transaction ends; another may make it just now."""
    report = session.get(JobReport, name, with_for_update=True)
    if report is None:
        try:
            with session.begin_nested():
                session.add(JobReport(name=name))
        except IntegrityError:
            session.expire_all()
        report = session.get_one(JobReport, name, with_for_update=True)
    return report
