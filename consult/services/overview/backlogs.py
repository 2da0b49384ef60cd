"""What each job has before it: how many things, and how long the oldest has waited.

A job that is added to consult/jobs/registry.py gets its line here. Every look is one query
that an index answers: pages, alarms and metrics ask all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, case, func, or_, select
from sqlalchemy.orm import Session

from consult.services.handling import origins, telling
from consult.services.handling.escalating import SUPERVISOR
from consult.services.handling.passing_time import ENDINGS
from consult.services.handling.told import BUNDLED
from consult.services.supervising import surge_watching
from models.case import Clock
from models.cluster import Membership
from models.job import JobName, Lane, lane_of
from models.notice import Letter, Notice
from models.run import Run, RunState
from models.search import Awaiting, Work
from models.suggestion import Suggestion, SuggestionStatus
from models.supervision import CaseChange, SupervisionPlan
from models.surge import SurgeWatch
from models.topic import Topic, TopicState
from models.transfer import Transfer, TransferState

UNDER_WAY = (TransferState.QUEUED, TransferState.RUNNING)
#: Others wait for their day, such as what is imported before a consultation opens.
GROUPED = (TopicState.OPEN, TopicState.CLOSED, TopicState.ANALYSING)
#: Counted no further: after an import a million may wait.
MOST = 100_000
NOW = timedelta(0)


@dataclass(frozen=True)
class Backlog:
    """What waits for one job."""

    count: int = 0
    #: Since when the oldest could have been done; None: nothing waits.
    since: datetime | None = None


Look = Callable[[Session, datetime], Backlog]


def _of(row: Row[int, datetime | None]) -> Backlog:
    return Backlog(row[0] or 0, row[1])


def _topics(session: Session, now: datetime) -> Backlog:
    opening = and_(Topic.state == TopicState.PLANNED, Topic.opens_at <= now)
    closing = and_(Topic.state == TopicState.OPEN, Topic.closes_at <= now)
    since = func.min(case((opening, Topic.opens_at), else_=Topic.closes_at))
    return _of(session.execute(select(func.count(), since).where(or_(opening, closing))).one())


def _placement(session: Session, now: datetime) -> Backlog:
    """By when each was noted: what is imported may have been written long ago."""
    noted = (
        select(Awaiting.noted_at)
        .join(Suggestion, Suggestion.id == Awaiting.suggestion_id)
        .join(Topic, Topic.id == Awaiting.topic_id)
        .outerjoin(Membership, Membership.suggestion_id == Awaiting.suggestion_id)
        .where(
            Awaiting.work == Work.PLACE,
            Suggestion.status == SuggestionStatus.RECEIVED,
            Topic.state.in_(GROUPED),
            Membership.suggestion_id.is_(None),
        )
        .limit(MOST)
        .subquery()
    )
    return _of(session.execute(select(func.count(), func.min(noted.c.noted_at))).one())


def _runs(session: Session, now: datetime) -> Backlog:
    query = select(func.count(), func.min(Run.created_at)).where(Run.state == RunState.QUEUED)
    return _of(session.execute(query).one())


def _search(session: Session, now: datetime) -> Backlog:
    """Words to be indexed, on SQLite; PostgreSQL indexes them at once."""
    query = select(func.count(), func.min(Awaiting.noted_at)).where(Awaiting.work == Work.WORDS)
    return _of(session.execute(query).one())


def _case_times(session: Session, now: datetime) -> Backlog:
    over = and_(Clock.stopped_at.is_(None), Clock.due_at <= now, Clock.kind.in_(ENDINGS))
    return _of(session.execute(select(func.count(), func.min(Clock.due_at)).where(over)).one())


def _case_notices(session: Session, now: datetime) -> Backlog:
    return Backlog(*telling.untold(session, most=MOST))


def _escalation(session: Session, now: datetime) -> Backlog:
    due = and_(Clock.stopped_at.is_(None), Clock.warned != SUPERVISOR, Clock.warn_at <= now)
    return _of(session.execute(select(func.count(), func.min(Clock.warn_at)).where(due)).one())


def _notices(session: Session, now: datetime) -> Backlog:
    """Those to staff wait on purpose, to go out together."""
    late = case((Notice.kind.not_in(BUNDLED), Notice.created_at))
    query = select(func.count(), func.min(late)).where(Notice.mailed_at.is_(None))
    return _of(session.execute(query).one())


def _letters(session: Session, now: datetime) -> Backlog:
    query = select(func.count(), func.min(Letter.created_at)).where(
        Letter.sent_at.is_(None), Letter.attempts < Letter.MAX_ATTEMPTS
    )
    return _of(session.execute(query).one())


def _transfers(session: Session, now: datetime) -> Backlog:
    query = select(func.count(), func.min(Transfer.created_at)).where(Transfer.state.in_(UNDER_WAY))
    return _of(session.execute(query).one())


def _figures(session: Session, now: datetime) -> Backlog:
    """Cases that changed; when they did is not kept, since figures are right all the same."""
    found = select(CaseChange.id).limit(MOST).subquery()
    return Backlog(session.scalar(select(func.count()).select_from(found)) or 0)


def _digests(session: Session, now: datetime) -> Backlog:
    due = SupervisionPlan.next_at <= now
    query = select(func.count(), func.min(SupervisionPlan.next_at)).where(due)
    return _of(session.execute(query).one())


def _surges(session: Session, now: datetime) -> Backlog:
    """Mailboxes that were not looked at for a while."""
    waiting = surge_watching.due(session, now=now)
    looked = select(func.min(SurgeWatch.looked_at)).where(SurgeWatch.topic_id.in_(waiting))
    since = session.scalar(looked) if waiting else None
    return Backlog(len(waiting), since + surge_watching.PAUSE if since else None)


def _invitations(session: Session, now: datetime) -> Backlog:
    opened = select(func.count(), func.min(Topic.opens_at)).where(
        Topic.id.in_(origins.uninvited(session, now=now))
    )
    return _of(session.execute(opened).one())


BACKLOGS: Mapping[str, Look] = {
    JobName.TOPICS: _topics,
    JobName.PLACEMENT: _placement,
    JobName.SEARCH: _search,
    JobName.RUNS: _runs,
    JobName.CASE_TIMES: _case_times,
    JobName.CASE_NOTICES: _case_notices,
    JobName.ESCALATION: _escalation,
    JobName.NOTICES: _notices,
    JobName.LETTERS: _letters,
    JobName.TRANSFERS: _transfers,
    JobName.FIGURES: _figures,
    JobName.DIGESTS: _digests,
    JobName.SURGES: _surges,
    JobName.INVITATIONS: _invitations,
}


def backlogs(session: Session, *, now: datetime) -> dict[str, Backlog]:
    """What waits for every job that can tell."""
    return {str(name): look(session, now) for name, look in BACKLOGS.items()}


def queue_age(session: Session, now: datetime) -> timedelta:
    """How long the oldest thing waits for a quick job; zero: nothing waits.

    Long work, such as regrouping a whole consultation, may wait for its turn for an hour.
    """
    found = [
        look(session, now).since for name, look in BACKLOGS.items() if lane_of(name) is Lane.QUICK
    ]
    return max((now - since for since in found if since is not None and since < now), default=NOW)
