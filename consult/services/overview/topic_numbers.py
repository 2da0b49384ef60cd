"""How many took part: counts for the page of a consultation, for lists, and for the front page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.services.records import tallies
from models.decision import Decision, DecisionState, Outcome
from models.tally import Count
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
    kept = tallies.of_topic(session, topic, Count.VALID, Count.PEOPLE)
    groups = tallies.by_topic(session, [topic], Count.GROUPS)
    return TopicNumbers(
        suggestions=kept[Count.VALID], people=kept[Count.PEOPLE], groups=groups.get(topic.id, 0)
    )


def suggestions(session: Session, topics: Sequence[Topic]) -> dict[int, int]:
    """Topic id → valid suggestions, for the topics of a list; those without any are left out."""
    return tallies.by_topic(session, topics, Count.VALID)


def arrivals(
    session: Session, topic: Topic, *, now: datetime, zone: tzinfo
) -> list[tuple[date, int]]:
    """Valid suggestions for each day of the window so far, days without any included.

    The database counts by quarters of an hour, which fall into the days of any zone.
    """
    days = _days(topic, now, zone)
    if not days:
        return []
    first = datetime.combine(days[0], time(), zone)
    came = tallies.by_key(
        session, topic.id, Count.ARRIVED, least=int(first.timestamp()) // QUARTER_HOUR
    )
    per_day: Counter[date] = Counter()
    for number, count in came.items():
        moment = datetime.fromtimestamp(number * QUARTER_HOUR, UTC)
        per_day[moment.astimezone(zone).date()] += count
    return [(day, per_day[day]) for day in days]


def totals(session: Session) -> Totals:
    """What the front page says of the platform."""
    adopted = Decision.outcome.in_([Outcome.ADOPTED, Outcome.PARTLY_ADOPTED])
    answered = session.execute(
        select(func.count(Decision.id), func.count(Decision.id).filter(adopted)).where(
            Decision.state == DecisionState.PUBLISHED
        )
    ).one()
    return Totals(*tallies.of_platform(session), *answered)


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
