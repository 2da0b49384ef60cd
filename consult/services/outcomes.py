"""What became of a topic: the lines of its public report, and totals that add up."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count as counting

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.services import clause_voices
from consult.text.masks import mask_name
from consult.text.personal_data import mask
from models.agency import Agency
from models.cluster import Cluster, Membership
from models.decision import (
    ClauseChange,
    Decision,
    DecisionException,
    DecisionState,
    Outcome,
)
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
    #: On which ways they came, the commonest first.
    channels: Sequence[Channel]
    #: Whose words stand for the line; None where no author agreed that they be shown.
    suggestion: Suggestion | None

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
    def proposer(self) -> str:
        """Who says it: masked, unless they agreed to be named; empty where nobody is known."""
        found = self.suggestion
        if found is None:
            return ""
        name = found.author.name
        return mask(name) if found.publish_name else mask_name(name)

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
            joinedload(Decision.cluster),
            selectinload(Decision.clause_changes).joinedload(ClauseChange.clause),
            selectinload(Decision.clause_changes).joinedload(ClauseChange.final_clause),
            selectinload(Decision.exceptions)
            .joinedload(DecisionException.suggestion)
            .joinedload(Suggestion.author),
        )
    ).all()
    sizes, apart = _sizes(session, topic), _apart(session, topic)
    speakers = _speakers(session, topic)
    ordered = sorted(decisions, key=lambda d: (-sizes[d.cluster_id].total(), d.id))
    return list(_number(ordered, sizes, apart, speakers))


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
        channels={row[0]: row[1] for row in sorted(channels, key=lambda row: -row[1])},
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


def _valid(topic: Topic) -> tuple[ColumnElement[bool], ...]:
    return (
        Suggestion.topic_id == topic.id,
        Suggestion.status == SuggestionStatus.RECEIVED,
    )


def _sizes(session: Session, topic: Topic) -> defaultdict[int, Counter[Channel]]:
    """Valid members of each cluster, by the way they came."""
    counted = (
        select(Membership.cluster_id, Suggestion.channel, func.count())
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(*_valid(topic))
        .group_by(Membership.cluster_id, Suggestion.channel)
    )
    sizes: defaultdict[int, Counter[Channel]] = defaultdict(Counter)
    for cluster, channel, count in session.execute(counted):
        sizes[cluster][channel] = count
    return sizes


def _speakers(session: Session, topic: Topic) -> dict[int, Suggestion]:
    """Cluster → the member whose words stand for it: the representative, else the most supported.

    Only of those who agreed to be shown and who have the answer of the cluster.
    """
    first = Suggestion.id == func.coalesce(Cluster.representative_id, 0)
    order = (first.desc(), Suggestion.support_count.desc(), Suggestion.id)
    place = func.row_number().over(partition_by=Membership.cluster_id, order_by=order)
    ranked = (
        select(Suggestion.id, Membership.cluster_id, place.label("place"))
        .join(Membership, Membership.suggestion_id == Suggestion.id)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(*_valid(topic), Suggestion.publish_text, ~clause_voices.answered_apart())
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.cluster_id, Suggestion)
        .join(ranked, ranked.c.id == Suggestion.id)
        .where(ranked.c.place == 1)
        .options(joinedload(Suggestion.author))
    )
    return {row[0]: row[1] for row in rows}


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
    decisions: Sequence[Decision],
    sizes: Mapping[int, Counter[Channel]],
    apart: Collection[int],
    speakers: Mapping[int, Suggestion],
) -> Iterator[Row]:
    number = counting(1)
    for decision in decisions:
        size = sizes[decision.cluster_id].copy()
        excepted = [exception for exception in decision.exceptions if exception.id in apart]
        size.subtract(exception.suggestion.channel for exception in excepted)
        if rest := size.total():
            ways = [way for way, times in size.most_common() if times]
            speaker = speakers.get(decision.cluster_id)
            yield Row(next(number), decision, None, rest, ways, speaker)
        for exception in excepted:
            said = exception.suggestion
            speaker = said if said.is_public else None
            yield Row(next(number), decision, exception, 1, [said.channel], speaker)
