"""When a topic is regrouped without anybody asking."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.services.consultations.phases import TopicAct, allows
from consult.services.grouping import arrivals
from models.run import Run, RunCause, RunState
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic, TopicState

#: Hours of the night, local time, in which a smaller growth is enough.
NIGHT = (2, 5)
#: Fewer new ones than this are not worth a run: each was placed when it came.
FEWEST = 5
PAUSE = timedelta(minutes=20)


def due(
    session: Session,
    now: datetime,
    *,
    at_once: int = 30,
    by_night: int = 10,
    pause: timedelta = PAUSE,
    zone: tzinfo,
) -> list[tuple[Topic, RunCause]]:
    """Topics to regroup now and why, the one that grew most first.

    ``at_once`` and ``by_night`` are growth since the last finished run, in percent; never
    more often than every ``pause``, so that a run that fails does not fail all day.
    """
    found = []
    night, importing = is_night(now, zone), arrivals.importing(session)
    for topic, grown, size, latest in _growth(session):
        percent = 100 * grown / size if size else 100.0
        rested = latest is None or now - latest >= pause
        if grown < FEWEST or not rested or topic.id in importing:
            continue
        if not allows(topic, TopicAct.GROUP, now):
            continue
        if percent >= at_once:
            found.append((percent, topic, RunCause.GROWTH))
        elif night and percent >= by_night:
            found.append((percent, topic, RunCause.NIGHTLY))
    found.sort(key=lambda one: (-one[0], one[1].id))
    return [(topic, cause) for _, topic, cause in found]


def is_night(now: datetime, zone: tzinfo) -> bool:
    """Say whether it is night where the people are."""
    return NIGHT[0] <= now.astimezone(zone).hour < NIGHT[1]


def next_queued(session: Session, *, topic_id: int) -> Run | None:
    """The run of a topic that waits for its turn."""
    waiting = select(Run).where(Run.topic_id == topic_id, Run.state == RunState.QUEUED)
    return session.scalar(waiting.order_by(Run.id).limit(1))


def _growth(session: Session) -> Sequence[tuple[Topic, int, int, datetime | None]]:
    """For each topic that may grow: suggestions since its last run, those in it, and when."""
    last = (
        select(Run.topic_id, func.max(Run.id).label("run_id"))
        .where(Run.state == RunState.FINISHED)
        .group_by(Run.topic_id)
        .subquery()
    )
    begun = select(Run.topic_id, func.max(Run.created_at).label("at")).group_by(Run.topic_id)
    latest = begun.subquery()
    count = (
        select(Suggestion.topic_id, func.count().label("total"))
        .where(Suggestion.status == SuggestionStatus.RECEIVED)
        .group_by(Suggestion.topic_id)
        .subquery()
    )
    size = func.coalesce(Run.suggestion_count, 0)
    query = (
        select(Topic, count.c.total - size, size, latest.c.at)
        .join(count, count.c.topic_id == Topic.id)
        .outerjoin(last, last.c.topic_id == Topic.id)
        .outerjoin(Run, Run.id == last.c.run_id)
        .outerjoin(latest, latest.c.topic_id == Topic.id)
        .where(Topic.state.in_((TopicState.OPEN, TopicState.CLOSED, TopicState.ANALYSING)))
        .where(count.c.total > size)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def groupable(session: Session, *, now: datetime) -> list[Topic]:
    """Every topic whose groups may still change."""
    query = select(Topic).where(Topic.state != TopicState.DRAFT).order_by(Topic.id)
    return [topic for topic in session.scalars(query) if allows(topic, TopicAct.GROUP, now)]
