"""How far suggestions have come, for lists: a fixed number of queries for any number of them."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cluster import Cluster, Membership
from models.decision import Decision, DecisionException, DecisionState, Outcome
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import TopicState

ENACTED = {TopicState.ENACTED, TopicState.EVALUATED}
#: With these outcomes something of it stands in what was enacted.
TAKEN_UP = {Outcome.ADOPTED, Outcome.PARTLY_ADOPTED}


class Stage(StrEnum):
    """How far a suggestion has come."""

    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"
    RECEIVED = "received"
    GROUPED = "grouped"
    DECIDED = "decided"
    ENACTED = "enacted"


@dataclass(frozen=True)
class Progress:
    """One line of status."""

    stage: Stage
    #: In the same group beside this one.
    others: int = 0
    outcome: Outcome | None = None


def of_each(session: Session, suggestions: Collection[Suggestion]) -> dict[int, Progress]:
    """The progress of each by its id; their topics have to be loaded."""
    ids = [suggestion.id for suggestion in suggestions]
    sizes = _sizes(session, ids)
    outcomes = _outcomes(session, ids)
    return {
        one.id: progress(one, size=sizes.get(one.id, 0), outcome=outcomes.get(one.id))
        for one in suggestions
    }


def progress(suggestion: Suggestion, *, size: int, outcome: Outcome | None) -> Progress:
    """Work out the stage; ``size`` is that of its group, 0 without one."""
    others = max(0, size - 1)
    if suggestion.status is SuggestionStatus.WITHDRAWN:
        return Progress(Stage.WITHDRAWN)
    if suggestion.status is SuggestionStatus.NOT_ACCEPTED:
        return Progress(Stage.NOT_ACCEPTED)
    if outcome is not None:
        enacted = suggestion.topic.state in ENACTED and outcome in TAKEN_UP
        return Progress(Stage.ENACTED if enacted else Stage.DECIDED, others, outcome)
    return Progress(Stage.GROUPED, others) if size else Progress(Stage.RECEIVED)


def _sizes(session: Session, ids: Collection[int]) -> dict[int, int]:
    query = (
        select(Membership.suggestion_id, Cluster.suggestion_count)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(Membership.suggestion_id.in_(ids))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _outcomes(session: Session, ids: Collection[int]) -> dict[int, Outcome]:
    """What was decided and published: on the group, unless on the suggestion itself."""
    published = (
        select(Membership.suggestion_id, Decision.outcome, DecisionException.outcome)
        .join(Decision, Decision.cluster_id == Membership.cluster_id)
        .outerjoin(
            DecisionException,
            (DecisionException.decision_id == Decision.id)
            & (DecisionException.suggestion_id == Membership.suggestion_id),
        )
        .where(
            Membership.suggestion_id.in_(ids),
            Decision.state == DecisionState.PUBLISHED,
        )
    )
    return {row[0]: row[2] or row[1] for row in session.execute(published)}
