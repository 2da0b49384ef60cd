"""Proof of the counts: everything that is kept as a number, counted again from the rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    SQLColumnExpression,
    cast,
    delete,
    except_,
    extract,
    func,
    insert,
    literal,
    select,
    text,
    union,
    update,
)
from sqlalchemy.orm import Session

from consult.services.records.tallies import PLATFORM
from models.cluster import Cluster, Membership
from models.suggestion import Suggestion, SuggestionKind, SuggestionStatus, Support
from models.tally import Count, Tally, Voice

QUARTER_HOUR = 900
VALID = Suggestion.status == SuggestionStatus.RECEIVED
LIVES = (Cluster.retired_at.is_(None), Cluster.suggestion_count > 0)
#: Tables that stand still while counts are repaired.
HELD = "suggestion, support, cluster, membership, voice, tally"


@dataclass(frozen=True)
class Difference:
    """A number that is not what the rows say."""

    what: str
    #: The topic, suggestion or group, and within a topic the key, if there is one.
    where: str
    kept: int
    counted: int


def differences(session: Session) -> list[Difference]:
    """Count everything again and name what differs; 1,000,000 suggestions take about a minute.

    The session should see one moment (see ``consult.extensions.reading``), else acts that
    come in meanwhile look like differences.
    """
    return [*_tallies(session), *_voices(session), *_supports(session), *_groups(session)]


def repair(session: Session) -> list[Difference]:
    """Write the counts anew and return what differed; all who write wait meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {HELD} IN SHARE ROW EXCLUSIVE MODE"))
    found = differences(session)
    _write_columns(session)
    session.execute(delete(Voice))
    session.execute(insert(Voice).from_select(["topic_id", "person_id"], _true_voices()))
    # Only now, since the triggers of the rows above have counted too.
    session.execute(delete(Tally).where(Tally.name != Count.REGROUPED))
    rows = [
        {"topic_id": key[0], "name": key[1], "key": key[2], "shard": 0, "amount": amount}
        for key, amount in _true_tallies(session).items()
    ]
    if rows:
        session.execute(insert(Tally), rows)
    return found


def _true_tallies(session: Session) -> dict[tuple[int, str, int], int]:
    """(topic, name, key) → what the rows say; what is nothing is left out."""
    return {
        (row[0], name, row[1] or 0): int(row[2])
        for name, query in _countings(session)
        for row in session.execute(query)
        if row[2]
    }


def _countings(session: Session) -> Iterator[tuple[str, Any]]:
    """Name and query (topic, key, count) of every count."""
    public = Suggestion.publish_text
    yield Count.VALID, _suggestions(literal(0))
    yield Count.PUBLIC, _suggestions(literal(0), public)
    for kind in SuggestionKind:
        yield Count.public_kind(kind), _suggestions(literal(0), public, Suggestion.kind == kind)
    clause, question = Suggestion.clause_id, Suggestion.question_id
    yield Count.CLAUSE, _suggestions(clause, clause.is_not(None))
    yield Count.PUBLIC_CLAUSE, _suggestions(clause, clause.is_not(None), public)
    yield Count.PUBLIC_QUESTION, _suggestions(question, question.is_not(None), public)
    yield Count.ARRIVED, _suggestions(_quarter(session))
    supports = _suggestions(literal(0)).join(Support, Support.suggestion_id == Suggestion.id)
    yield Count.SUPPORTS, supports
    voices = _true_voices().subquery()
    people = select(voices.c.topic_id, literal(0), func.count()).group_by(voices.c.topic_id)
    yield Count.PEOPLE, people
    for name, amount in (
        (Count.GROUPS, func.count(Cluster.id)),
        (Count.GROUPED, func.sum(Cluster.suggestion_count)),
    ):
        key = func.coalesce(Cluster.theme_id, 0)
        groups = select(Cluster.topic_id, key, amount).where(*LIVES)
        yield name, groups.group_by(Cluster.topic_id, key)


def _suggestions(key: SQLColumnExpression[Any], *conditions: SQLColumnExpression[bool]) -> Any:
    shown: Any = key.label("key")
    query = select(Suggestion.topic_id, shown, func.count()).where(VALID, *conditions)
    return query.group_by(Suggestion.topic_id, shown)


def _quarter(session: Session) -> ColumnElement[Any]:
    seconds = extract("epoch", Suggestion.created_at)
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(seconds / QUARTER_HOUR), BigInteger)
    return seconds // QUARTER_HOUR


def _true_voices() -> CompoundSelect[Any]:
    """Who took part in which topic, and who wrote anything at all."""
    authors = select(Suggestion.topic_id, Suggestion.author_id.label("person_id")).where(VALID)
    anywhere = select(literal(PLATFORM).label("topic_id"), Suggestion.author_id).where(VALID)
    supporters = (
        select(Suggestion.topic_id, Support.person_id)
        .join(Suggestion, Suggestion.id == Support.suggestion_id)
        .where(VALID)
    )
    return union(authors, anywhere, supporters)


def _tallies(session: Session) -> Iterator[Difference]:
    kept = {
        (row[0], row[1], row[2]): int(row[3])
        for row in session.execute(
            select(Tally.topic_id, Tally.name, Tally.key, func.sum(Tally.amount))
            .where(Tally.name != Count.REGROUPED)
            .group_by(Tally.topic_id, Tally.name, Tally.key)
        )
    }
    counted = _true_tallies(session)
    for place in sorted(kept.keys() | counted.keys()):
        here, true = kept.get(place, 0), counted.get(place, 0)
        if here != true:
            topic, name, key = place
            yield Difference(name, f"topic {topic}" + (f", {key}" if key else ""), here, true)


def _voices(session: Session) -> Iterator[Difference]:
    """People who are missing, and people who are there for nothing."""
    voices = _true_voices().subquery()
    kept, true = select(Voice.topic_id, Voice.person_id), select(*voices.c)
    for query, here in ((except_(true, kept), 0), (except_(kept, true), 1)):
        for topic, person in session.execute(query):
            yield Difference("voice", f"topic {topic}, person {person}", here, 1 - here)


def _supports(session: Session) -> Iterator[Difference]:
    counted = _supports_of_each().subquery()
    true = func.coalesce(counted.c.n, 0)
    query = (
        select(Suggestion.id, Suggestion.support_count, true)
        .outerjoin(counted, counted.c.id == Suggestion.id)
        .where(Suggestion.support_count != true)
    )
    for number, here, there in session.execute(query):
        yield Difference("support_count", f"suggestion {number}", here, there)


def _supports_of_each() -> Any:
    return select(Support.suggestion_id.label("id"), func.count().label("n")).group_by(
        Support.suggestion_id
    )


def _groups(session: Session) -> Iterator[Difference]:
    counted = _groups_counted().subquery()
    for name in ("suggestion_count", "text_count", "people_count"):
        here, true = getattr(Cluster, name), func.coalesce(counted.c[name], 0)
        query = (
            select(Cluster.id, here, true)
            .outerjoin(counted, counted.c.id == Cluster.id)
            .where(here != true, Cluster.retired_at.is_(None))
        )
        for number, kept, there in session.execute(query):
            yield Difference(name, f"group {number}", kept, there)


def _groups_counted() -> Any:
    """Cluster id, valid suggestions, different texts, and people, authors and supporters together."""
    member = select(Membership.cluster_id, Suggestion.id, Suggestion.author_id, Suggestion.digest)
    members = member.join(Suggestion, Suggestion.id == Membership.suggestion_id).where(VALID).cte()
    people = union(
        select(members.c.cluster_id, members.c.author_id.label("person_id")),
        select(members.c.cluster_id, Support.person_id).join(
            Support, Support.suggestion_id == members.c.id
        ),
    ).subquery()
    voices = (
        select(people.c.cluster_id, func.count().label("n"))
        .group_by(people.c.cluster_id)
        .subquery()
    )
    return (
        select(
            members.c.cluster_id.label("id"),
            func.count().label("suggestion_count"),
            func.count(members.c.digest.distinct()).label("text_count"),
            func.max(voices.c.n).label("people_count"),
        )
        .join(voices, voices.c.cluster_id == members.c.cluster_id)
        .group_by(members.c.cluster_id)
    )


def _write_columns(session: Session) -> None:
    """The counts in rows of suggestions and groups: only where they differ."""
    for difference in (*_supports(session), *_groups(session)):
        thing, number = difference.where.split()
        model = Suggestion if thing == "suggestion" else Cluster
        session.execute(
            update(model)
            .where(model.id == int(number))
            .values({difference.what: difference.counted})
            .execution_options(synchronize_session=False)
        )
