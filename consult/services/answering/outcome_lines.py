"""The lines of the adoption report in brief: enough for its totals, without the words."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count as counting

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.cluster import Cluster, Membership
from models.decision import Decision, DecisionException, DecisionState, Outcome
from models.suggestion import Channel, Suggestion, SuggestionStatus
from models.topic import Topic


@dataclass(frozen=True)
class Line:
    """One line of the report: a cluster, or a member that was answered apart.

    ``count`` is the number of valid suggestions that this line answers; a cluster's
    line leaves out its exceptions, so that every suggestion is in exactly one line.
    """

    number: int
    decision_id: int
    cluster_id: int
    #: Of the cluster.
    name: str
    #: None for the line of the cluster.
    exception_id: int | None
    outcome: Outcome
    reason: str
    count: int
    #: On which ways they came, the commonest first.
    channels: Sequence[Channel]


@dataclass(frozen=True)
class _Apart:
    """A member that counts, is still in the cluster, and has an answer of its own."""

    exception_id: int
    outcome: Outcome
    reason: str
    channel: Channel


@dataclass(frozen=True)
class _Answer:
    decision_id: int
    cluster_id: int
    name: str
    outcome: Outcome
    reason: str


def lines(session: Session, topic: Topic) -> list[Line]:
    """Every line, the largest cluster first, exceptions after their cluster; three queries."""
    answers = session.execute(
        select(Decision.id, Cluster.id, Cluster.name, Decision.outcome, Decision.reason)
        .join(Cluster, Cluster.id == Decision.cluster_id)
        .where(*published(topic))
    )
    sizes, apart = _sizes(session, topic), _apart(session, topic)
    found = [_Answer(*row) for row in answers]
    found.sort(key=lambda one: (-sizes[one.cluster_id].total(), one.decision_id))
    number = counting(1)
    return [
        line
        for one in found
        for line in _lines_of(one, sizes[one.cluster_id], apart[one.decision_id], number)
    ]


def valid(topic: Topic) -> tuple[ColumnElement[bool], ...]:
    """Whether a suggestion counts for ``topic``."""
    return (
        Suggestion.topic_id == topic.id,
        Suggestion.status == SuggestionStatus.RECEIVED,
    )


def published(topic: Topic) -> tuple[ColumnElement[bool], ...]:
    """Whether a decision is one of ``topic`` that the public may read."""
    return (Decision.topic_id == topic.id, Decision.state == DecisionState.PUBLISHED)


def _lines_of(
    answer: _Answer, size: Counter[Channel], apart: Sequence[_Apart], number: Iterator[int]
) -> Iterator[Line]:
    rest = size.copy()
    rest.subtract(one.channel for one in apart)
    place = (answer.decision_id, answer.cluster_id, answer.name)
    if total := rest.total():
        ways = [way for way, times in rest.most_common() if times]
        yield Line(next(number), *place, None, answer.outcome, answer.reason, total, ways)
    for one in apart:
        yield Line(
            next(number), *place, one.exception_id, one.outcome, one.reason, 1, [one.channel]
        )


def _sizes(session: Session, topic: Topic) -> defaultdict[int, Counter[Channel]]:
    """Valid members of each cluster, by the way they came."""
    counted = (
        select(Membership.cluster_id, Suggestion.channel, func.count())
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(*valid(topic))
        .group_by(Membership.cluster_id, Suggestion.channel)
    )
    sizes: defaultdict[int, Counter[Channel]] = defaultdict(Counter)
    for cluster, channel, count in session.execute(counted):
        sizes[cluster][channel] = count
    return sizes


def _apart(session: Session, topic: Topic) -> defaultdict[int, list[_Apart]]:
    """Exceptions that hold, by decision: of members that count and were not moved away since."""
    rows = session.execute(
        select(
            Decision.id,
            DecisionException.id,
            DecisionException.outcome,
            DecisionException.reason,
            Suggestion.channel,
        )
        .join(Decision, Decision.id == DecisionException.decision_id)
        .join(Membership, Membership.suggestion_id == DecisionException.suggestion_id)
        .join(Suggestion, Suggestion.id == DecisionException.suggestion_id)
        .where(Membership.cluster_id == Decision.cluster_id, *valid(topic), *published(topic))
        .order_by(DecisionException.id)
    )
    apart: defaultdict[int, list[_Apart]] = defaultdict(list)
    for decision, number, outcome, reason, channel in rows:
        apart[decision].append(_Apart(number, outcome, reason, channel))
    return apart
