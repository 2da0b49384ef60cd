"""How the platform itself is doing, and what a person can start again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import NotFound
from consult.permissions import Permission, require
from consult.services.answering import notices
from consult.services.people import letters
from models.cluster import Membership
from models.job import JobReport
from models.person import Person
from models.run import Run, RunState
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic, TopicState

#: The report that the runner itself leaves, whatever there was to do.
HEARTBEAT = "runner"
#: It is written no more often than this.
BEAT = timedelta(minutes=1)
#: Silent for longer, the background work is taken for dead.
SILENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class Check:
    """One thing that must be well, whether it is, and what is seen."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Waiting:
    """What the background work has before it."""

    unplaced: int
    unmailed: int
    topics_due: int
    letters: int
    letters_given_up: int


def readiness(session: Session, *, now: datetime) -> list[Check]:
    """Whether the database answers and the background work is alive."""
    try:
        beat = session.scalar(select(JobReport.finished_at).filter_by(name=HEARTBEAT))
    except SQLAlchemyError as error:
        return [Check("database", ok=False, detail=type(error).__name__)]
    alive = beat is None or now - beat < SILENCE
    seen = beat.isoformat(timespec="seconds") if beat else "has not run yet"
    return [Check("database", ok=True, detail="answers"), Check("jobs", ok=alive, detail=seen)]


def waiting(session: Session, *, now: datetime) -> Waiting:
    """Count what waits, five numbers in five queries whatever there is."""
    unplaced = (
        select(func.count())
        .select_from(Suggestion)
        .outerjoin(Membership)
        .where(Suggestion.status == SuggestionStatus.RECEIVED, Membership.cluster_id.is_(None))
    )
    due = select(func.count()).where(
        or_(
            and_(Topic.state == TopicState.PLANNED, Topic.opens_at <= now),
            and_(Topic.state == TopicState.OPEN, Topic.closes_at <= now),
        )
    )
    return Waiting(
        unplaced=session.scalar(unplaced) or 0,
        unmailed=notices.waiting(session),
        topics_due=session.scalar(due) or 0,
        letters=letters.waiting(session),
        letters_given_up=letters.count_given_up(session),
    )


def reports(session: Session) -> Sequence[JobReport]:
    """What each job did last, by name."""
    return session.scalars(
        select(JobReport).where(JobReport.name != HEARTBEAT).order_by(JobReport.name)
    ).all()


def failed_runs(session: Session, *, limit: int = 20) -> Sequence[Run]:
    """Regroupings that failed, the newest first, with their topics."""
    return session.scalars(
        select(Run)
        .filter_by(state=RunState.FAILED)
        .options(joinedload(Run.topic))
        .order_by(Run.id.desc())
        .limit(limit)
    ).all()


def run_again(session: Session, *, name: str, actor: Person, now: datetime) -> None:
    """Have a job take its turn next.

    :raises NotFound: if there is no such job.
    """
    require(actor, Permission.OPERATIONS_ACT)
    report = session.get(JobReport, name)
    if report is None:
        raise NotFound
    report.wanted_at = now


def take_wanted(session: Session) -> set[str]:
    """The jobs that somebody wants run again; asked once, the wish is granted."""
    reports = session.scalars(select(JobReport).where(JobReport.wanted_at.is_not(None))).all()
    for report in reports:
        report.wanted_at = None
    return {report.name for report in reports}


def beat(session: Session, *, names: Iterable[str], now: datetime) -> None:
    """Leave word that the background work is alive, and which jobs it knows."""
    known = {report.name: report for report in session.scalars(select(JobReport))}
    session.add_all(JobReport(name=name) for name in names if name not in known)
    heart = known.get(HEARTBEAT) or JobReport(name=HEARTBEAT)
    if heart.finished_at is None or now - heart.finished_at >= BEAT:
        heart.finished_at = now
        session.add(heart)
