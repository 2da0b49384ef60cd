"""Counts of a topic that the database keeps by itself: exact as of each commit, read at once.

Triggers write them in the transaction of what is counted (migration 0008), so that no writer can
forget them. :mod:`consult.services.records.recounting` proves them.
"""

from collections.abc import Collection

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models.tally import Count, Tally
from models.topic import Topic

#: Whose counts are those of the whole platform.
PLATFORM = 0


def of_topic(session: Session, topic: Topic, *names: str) -> dict[str, int]:
    """The counts of ``topic`` with these names and no key; one query."""
    query = (
        select(Tally.name, func.sum(Tally.amount))
        .where(Tally.topic_id == topic.id, Tally.name.in_(names), Tally.key == 0)
        .group_by(Tally.name)
    )
    return dict.fromkeys(names, 0) | {row[0]: int(row[1]) for row in session.execute(query)}


ONE = (
    select(func.sum(Tally.amount))
    .where(
        Tally.topic_id == bindparam("topic"),
        Tally.name == bindparam("count"),
        Tally.key == bindparam("of"),
    )
    .execution_options(planned_once=True)
)


def one(session: Session, topic: Topic, name: str, *, key: int = 0) -> int:
    """One count of ``topic``."""
    return int(session.scalar(ONE, {"topic": topic.id, "count": name, "of": key}) or 0)


def by_key(session: Session, topic_id: int, name: str, *, least: int = 0) -> dict[int, int]:
    """Key → count, from the key ``least`` on; those that are nothing are left out."""
    query = (
        select(Tally.key, func.sum(Tally.amount))
        .where(Tally.topic_id == topic_id, Tally.name == name, Tally.key >= least)
        .group_by(Tally.key)
    )
    return {row[0]: int(row[1]) for row in session.execute(query) if row[1]}


def by_names(session: Session, topic_id: int, *names: str) -> dict[str, dict[int, int]]:
    """Name → key → count, for several names at once."""
    query = (
        select(Tally.name, Tally.key, func.sum(Tally.amount))
        .where(Tally.topic_id == topic_id, Tally.name.in_(names))
        .group_by(Tally.name, Tally.key)
    )
    found: dict[str, dict[int, int]] = {name: {} for name in names}
    for name, key, amount in session.execute(query):
        if amount:
            found[name][key] = int(amount)
    return found


def by_topic(session: Session, topics: Collection[Topic], name: str) -> dict[int, int]:
    """Topic id → count, for the topics of a list; those that are nothing are left out."""
    query = (
        select(Tally.topic_id, func.sum(Tally.amount))
        .where(Tally.topic_id.in_([topic.id for topic in topics]), Tally.name == name)
        .group_by(Tally.topic_id)
    )
    return {row[0]: int(row[1]) for row in session.execute(query) if row[1]}


def of_platform(session: Session) -> tuple[int, int]:
    """Standing suggestions of all topics, and the people who wrote them."""
    suggestions = select(func.sum(Tally.amount)).where(Tally.name == Count.VALID)
    authors = select(func.sum(Tally.amount)).where(
        Tally.topic_id == PLATFORM, Tally.name == Count.PEOPLE
    )
    row = session.execute(select(suggestions.scalar_subquery(), authors.scalar_subquery())).one()
    return int(row[0] or 0), int(row[1] or 0)
