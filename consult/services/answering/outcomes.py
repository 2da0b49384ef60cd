"""What became of a topic: the lines of its public report in full, and totals that add up."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.services.answering import clause_voices
from consult.services.answering.outcome_lines import Line, lines, published, valid
from consult.services.records import tallies
from consult.text.masks import mask_name
from consult.text.personal_data import mask
from models.agency import Agency
from models.cluster import Cluster, Membership
from models.decision import ClauseChange, Decision, DecisionException, Outcome
from models.suggestion import Channel, Suggestion
from models.tally import Count
from models.topic import Topic


@dataclass(frozen=True)
class Row:
    """A line of the report with all that it shows."""

    line: Line
    decision: Decision
    exception: DecisionException | None
    #: Whose words stand for the line; None where no author agreed that they be shown.
    suggestion: Suggestion | None

    @property
    def number(self) -> int:
        return self.line.number

    @property
    def count(self) -> int:
        return self.line.count

    @property
    def channels(self) -> Sequence[Channel]:
        return self.line.channels

    @property
    def outcome(self) -> Outcome:
        return self.line.outcome

    @property
    def reason(self) -> str:
        return self.line.reason

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


def rows(session: Session, topic: Topic, wanted: Sequence[Line] | None = None) -> list[Row]:
    """The ``wanted`` lines in full, all unless some are named; a fixed number of queries."""
    wanted = lines(session, topic) if wanted is None else wanted
    query = (
        select(Decision)
        .where(*published(topic), Decision.id.in_({line.decision_id for line in wanted}))
        .options(
            joinedload(Decision.unit),
            joinedload(Decision.cluster),
            selectinload(Decision.clause_changes).options(
                joinedload(ClauseChange.clause), joinedload(ClauseChange.final_clause)
            ),
            selectinload(Decision.exceptions)
            .joinedload(DecisionException.suggestion)
            .joinedload(Suggestion.author),
        )
    )
    decisions = {decision.id: decision for decision in session.scalars(query)}
    speakers = _speakers(session, topic, {line.cluster_id for line in wanted})
    return [_row(line, decisions[line.decision_id], speakers) for line in wanted]


def summary(session: Session, topic: Topic, every: Sequence[Line]) -> Summary:
    """Count the head of the report; ``every`` line of it."""
    totals: Counter[Outcome] = Counter()
    for line in every:
        totals[line.outcome] += line.count
    channels = session.execute(
        select(Suggestion.channel, func.count()).where(*valid(topic)).group_by(Suggestion.channel)
    ).all()
    everything = session.scalar(
        select(func.count(Suggestion.id)).where(Suggestion.topic_id == topic.id)
    )
    suggestions = sum(count for _channel, count in channels)
    return Summary(
        suggestions=suggestions,
        people=people(session, topic),
        clusters=len({line.cluster_id for line in every}),
        channels={row[0]: row[1] for row in sorted(channels, key=lambda row: -row[1])},
        by_outcome={outcome: totals[outcome] for outcome in Outcome},
        not_counted=(everything or 0) - suggestions,
    )


def people(session: Session, topic: Topic) -> int:
    """How many people took part in ``topic``: authors and supporters, each once."""
    return tallies.one(session, topic, Count.PEOPLE)


def _row(line: Line, decision: Decision, speakers: Mapping[int, Suggestion]) -> Row:
    if line.exception_id is None:
        return Row(line, decision, None, speakers.get(decision.cluster_id))
    exception = next(one for one in decision.exceptions if one.id == line.exception_id)
    said = exception.suggestion
    return Row(line, decision, exception, said if said.is_public else None)


def _speakers(session: Session, topic: Topic, clusters: Collection[int]) -> dict[int, Suggestion]:
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
        .where(
            *valid(topic),
            Suggestion.publish_text,
            Membership.cluster_id.in_(clusters),
            ~clause_voices.answered_apart(),
        )
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.cluster_id, Suggestion)
        .join(ranked, ranked.c.id == Suggestion.id)
        .where(ranked.c.place == 1)
        .options(joinedload(Suggestion.author))
    )
    return {row[0]: row[1] for row in rows}
