"""What became of a topic: the public outcome, its totals, and both ways between clause and voice."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.agency import Agency
from models.cluster import Cluster, Membership
from models.decision import (
    ClauseChange,
    Decision,
    DecisionException,
    DecisionState,
    Outcome,
)
from models.document import Clause
from models.suggestion import Channel, Suggestion, SuggestionStatus, Support
from models.topic import Topic


@dataclass(frozen=True)
class Row:
    """One line of the adoption report: a cluster, or a member that was answered apart.

    ``count`` is the number of valid suggestions that this line answers; a cluster's
    line leaves out its exceptions, so that every suggestion is in exactly one line.
    """

    number: int
    decision: Decision
    exception: DecisionException | None
    count: int

    @property
    def outcome(self) -> Outcome:
        return self.exception.outcome if self.exception else self.decision.outcome

    @property
    def reason(self) -> str:
        return self.exception.reason if self.exception else self.decision.reason

    @property
    def cluster(self) -> Cluster:
        return self.decision.cluster

    @property
    def suggestion(self) -> Suggestion | None:
        """The one whose words stand for the line, unless its author keeps them from the public."""
        found = self.exception.suggestion if self.exception else self.cluster.representative
        return found if found and found.is_public else None

    @property
    def changes(self) -> Sequence[ClauseChange]:
        return () if self.exception else self.decision.clause_changes

    @property
    def unit(self) -> Agency | None:
        return None if self.exception else self.decision.unit


@dataclass(frozen=True)
class Summary:
    """The head of the report. The totals per outcome add up to ``suggestions``."""

    suggestions: int
    #: Authors and supporters, each once.
    people: int
    clusters: int
    channels: dict[Channel, int]
    by_outcome: dict[Outcome, int]
    not_counted: int

    @property
    def adopted_share(self) -> float:
        """Share of suggestions adopted in full or in part; 0 when there are none."""
        adopted = self.by_outcome[Outcome.ADOPTED] + self.by_outcome[Outcome.PARTLY_ADOPTED]
        return adopted / self.suggestions if self.suggestions else 0.0


def rows(session: Session, topic: Topic) -> list[Row]:
    """Every line of the report, the largest first, exceptions after their cluster; bounded queries."""
    decisions = session.scalars(
        select(Decision)
        .where(Decision.topic_id == topic.id, Decision.state == DecisionState.PUBLISHED)
        .options(
            joinedload(Decision.unit),
            joinedload(Decision.cluster)
            .joinedload(Cluster.representative)
            .joinedload(Suggestion.author),
            selectinload(Decision.clause_changes).joinedload(ClauseChange.clause),
            selectinload(Decision.clause_changes).joinedload(ClauseChange.final_clause),
            selectinload(Decision.exceptions)
            .joinedload(DecisionException.suggestion)
            .joinedload(Suggestion.author),
        )
    ).all()
    sizes, apart = _sizes(session, topic), _apart(session, topic)
    ordered = sorted(decisions, key=lambda d: (-sizes.get(d.cluster_id, 0), d.id))
    return list(_number(ordered, sizes, apart))


def summary(session: Session, topic: Topic, lines: Sequence[Row]) -> Summary:
    """Count the head of the report; ``lines`` are those of :func:`rows`."""
    totals: Counter[Outcome] = Counter()
    for line in lines:
        totals[line.outcome] += line.count
    channels = session.execute(
        select(Suggestion.channel, func.count()).where(*_valid(topic)).group_by(Suggestion.channel)
    ).all()
    everything = session.scalar(
        select(func.count(Suggestion.id)).where(Suggestion.topic_id == topic.id)
    )
    suggestions = sum(count for _channel, count in channels)
    return Summary(
        suggestions=suggestions,
        people=people(session, topic),
        clusters=len({line.decision.cluster_id for line in lines}),
        channels={row[0]: row[1] for row in channels},
        by_outcome={outcome: totals[outcome] for outcome in Outcome},
        not_counted=(everything or 0) - suggestions,
    )


def people(session: Session, topic: Topic) -> int:
    """How many people took part in ``topic``: authors and supporters, each once."""
    authors = select(Suggestion.author_id).where(*_valid(topic))
    supporters = (
        select(Support.person_id)
        .join(Suggestion, Suggestion.id == Support.suggestion_id)
        .where(*_valid(topic))
    )
    return (
        session.scalar(select(func.count()).select_from(authors.union(supporters).subquery())) or 0
    )


def changes_of(session: Session, clause: Clause) -> Sequence[ClauseChange]:
    """What published decisions changed in a clause of the draft or of the final text."""
    return session.scalars(
        select(ClauseChange)
        .join(Decision, Decision.id == ClauseChange.decision_id)
        .where(
            (ClauseChange.clause_id == clause.id) | (ClauseChange.final_clause_id == clause.id),
            Decision.state == DecisionState.PUBLISHED,
        )
        .options(
            joinedload(ClauseChange.clause),
            joinedload(ClauseChange.final_clause),
            joinedload(ClauseChange.decision).joinedload(Decision.cluster),
        )
        .order_by(ClauseChange.id)
    ).all()


def voices(
    session: Session, changes: Sequence[ClauseChange], *, limit: int = 5
) -> dict[int, Sequence[Suggestion]]:
    """The public words behind each change, by cluster, most supported first, ``limit`` of each.

    Those that were answered apart from their cluster are not behind its change.
    """
    clusters = {change.decision.cluster_id for change in changes}
    order = (Suggestion.support_count.desc(), Suggestion.id)
    place = func.row_number().over(partition_by=Membership.cluster_id, order_by=order)
    ranked = (
        select(Suggestion.id, Membership.cluster_id, place.label("place"))
        .join(Membership, Membership.suggestion_id == Suggestion.id)
        .where(
            Membership.cluster_id.in_(clusters),
            Suggestion.status == SuggestionStatus.RECEIVED,
            Suggestion.publish_text,
            ~_answered_apart(),
        )
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.cluster_id, Suggestion)
        .join(ranked, ranked.c.id == Suggestion.id)
        .where(ranked.c.place <= limit)
        .options(joinedload(Suggestion.author))
        .order_by(ranked.c.place)
    ).all()
    found: dict[int, list[Suggestion]] = {number: [] for number in clusters}
    for number, suggestion in rows:
        found[number].append(suggestion)
    return dict(found)


def voices_per_clause(session: Session, topic: Topic) -> dict[int, int]:
    """For each clause of the final text, how many suggestions stand behind its changes."""
    counted = (
        select(ClauseChange.final_clause_id, func.count(Suggestion.id.distinct()))
        .join(Decision, Decision.id == ClauseChange.decision_id)
        .join(Membership, Membership.cluster_id == Decision.cluster_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(
            Decision.topic_id == topic.id,
            Decision.state == DecisionState.PUBLISHED,
            Suggestion.status == SuggestionStatus.RECEIVED,
            ClauseChange.final_clause_id.is_not(None),
            ~_answered_apart(),
        )
        .group_by(ClauseChange.final_clause_id)
    )
    return {clause: count for clause, count in session.execute(counted) if clause is not None}


def _valid(topic: Topic) -> tuple[ColumnElement[bool], ...]:
    return (
        Suggestion.topic_id == topic.id,
        Suggestion.status == SuggestionStatus.RECEIVED,
    )


def _sizes(session: Session, topic: Topic) -> dict[int, int]:
    """Valid members of each cluster."""
    counted = (
        select(Membership.cluster_id, func.count())
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(*_valid(topic))
        .group_by(Membership.cluster_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _answered_apart() -> ColumnElement[bool]:
    """Whether a member has an answer of its own beside that of its cluster's decision."""
    return exists().where(
        DecisionException.suggestion_id == Suggestion.id,
        DecisionException.decision_id == Decision.id,
        Decision.cluster_id == Membership.cluster_id,
        Decision.state == DecisionState.PUBLISHED,
    )


def _apart(session: Session, topic: Topic) -> set[int]:
    """Exceptions that hold: of members that count, and that were not moved away since."""
    return set(
        session.scalars(
            select(DecisionException.id)
            .join(Decision, Decision.id == DecisionException.decision_id)
            .join(Membership, Membership.suggestion_id == DecisionException.suggestion_id)
            .join(Suggestion, Suggestion.id == DecisionException.suggestion_id)
            .where(Membership.cluster_id == Decision.cluster_id, *_valid(topic))
        )
    )


def _number(
    decisions: Sequence[Decision], sizes: dict[int, int], apart: Collection[int]
) -> Iterator[Row]:
    number = 0
    for decision in decisions:
        excepted = [exception for exception in decision.exceptions if exception.id in apart]
        rest = sizes.get(decision.cluster_id, 0) - len(excepted)
        parts = [(None, rest)] if rest > 0 else []
        for exception, count in [*parts, *((e, 1) for e in excepted)]:
            number += 1
            yield Row(number, decision, exception, count)
