"""How many took part: counts for the page of a consultation, for lists, and for the front page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from sqlalchemy import Integer, cast, extract, func, select
from sqlalchemy.orm import Session

from consult.services.answering import outcomes
from models.cluster import Cluster
from models.decision import Decision, DecisionState, Outcome
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic

#: Every zone is a whole number of these away from UTC.
QUARTER_HOUR = 900
#: A longer row of columns cannot be read.
MOST_DAYS = 120


@dataclass(frozen=True)
class TopicNumbers:
    """Valid suggestions, people (authors and supporters, each once), and groups."""

    suggestions: int
    people: int
    groups: int


@dataclass(frozen=True)
class Totals:
    """The whole platform: what came in, and what was answered."""

    suggestions: int
    people: int
    decisions: int
    adopted: int


def of_topic(session: Session, topic: Topic) -> TopicNumbers:
    """The three counts of ``topic``."""
    groups = select(func.count(Cluster.id)).where(
        Cluster.topic_id == topic.id, Cluster.retired_at.is_(None), Cluster.suggestion_count > 0
    )
    return TopicNumbers(
        suggestions=suggestions(session, [topic]).get(topic.id, 0),
        people=outcomes.people(session, topic),
        groups=session.scalar(groups) or 0,
    )


def suggestions(session: Session, topics: Sequence[Topic]) -> dict[int, int]:
    """Topic id → valid suggestions, for the topics of a list; those without any are left out."""
    rows = session.execute(
        select(Suggestion.topic_id, func.count())
        .where(
            Suggestion.topic_id.in_([topic.id for topic in topics]),
            Suggestion.status == SuggestionStatus.RECEIVED,
        )
        .group_by(Suggestion.topic_id)
    )
    return {row[0]: row[1] for row in rows}


def arrivals(
    session: Session, topic: Topic, *, now: datetime, zone: tzinfo
) -> list[tuple[date, int]]:
    """Valid suggestions for each day of the window so far, days without any included.

    The database counts by quarters of an hour, which fall into the days of any zone.
    """
    quarter = cast(extract("epoch", Suggestion.created_at), Integer) // QUARTER_HOUR
    rows = session.execute(
        select(quarter, func.count())
        .where(Suggestion.topic_id == topic.id, Suggestion.status == SuggestionStatus.RECEIVED)
        .group_by(quarter)
    )
    per_day: Counter[date] = Counter()
    for number, count in rows:
        moment = datetime.fromtimestamp(int(number) * QUARTER_HOUR, UTC)
        per_day[moment.astimezone(zone).date()] += count
    return [(day, per_day[day]) for day in _days(topic, now, zone)]


def totals(session: Session) -> Totals:
    """What the front page says of the platform."""
    valid = Suggestion.status == SuggestionStatus.RECEIVED
    came = session.execute(
        select(func.count(Suggestion.id), func.count(Suggestion.author_id.distinct())).where(valid)
    ).one()
    adopted = Decision.outcome.in_([Outcome.ADOPTED, Outcome.PARTLY_ADOPTED])
    answered = session.execute(
        select(func.count(Decision.id), func.count(Decision.id).filter(adopted)).where(
            Decision.state == DecisionState.PUBLISHED
        )
    ).one()
    return Totals(*came, *answered)


def adopted_groups(session: Session, topics: Sequence[Topic]) -> dict[int, int]:
    """Topic id → groups adopted in full or in part, in published decisions."""
    rows = session.execute(
        select(Decision.topic_id, func.count())
        .where(
            Decision.topic_id.in_([topic.id for topic in topics]),
            Decision.state == DecisionState.PUBLISHED,
            Decision.outcome.in_([Outcome.ADOPTED, Outcome.PARTLY_ADOPTED]),
        )
        .group_by(Decision.topic_id)
    )
    return {row[0]: row[1] for row in rows}


def _days(topic: Topic, now: datetime, zone: tzinfo) -> list[date]:
    """The days of the window up to today, the last :data:`MOST_DAYS` of them."""
    last = min(topic.closes_at, now).astimezone(zone).date()
    first = topic.opens_at.astimezone(zone).date()
    count = min((last - first).days + 1, MOST_DAYS)
    return [last - timedelta(days=count - 1 - n) for n in range(max(count, 0))]
