"""Both ways between the clauses of a policy and the words that changed them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from models.cluster import Membership
from models.decision import ClauseChange, Decision, DecisionException, DecisionState
from models.document import Clause
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic


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
            ~answered_apart(),
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
            ~answered_apart(),
        )
        .group_by(ClauseChange.final_clause_id)
    )
    return {clause: count for clause, count in session.execute(counted) if clause is not None}


def origins(session: Session, topic: Topic) -> dict[int, Clause | None]:
    """For each clause of the final text that an answer changed: the clause of the draft it was."""
    rows = session.execute(
        select(ClauseChange.final_clause_id, Clause)
        .join(Decision, Decision.id == ClauseChange.decision_id)
        .outerjoin(Clause, Clause.id == ClauseChange.clause_id)
        .where(
            Decision.topic_id == topic.id,
            Decision.state == DecisionState.PUBLISHED,
            ClauseChange.final_clause_id.is_not(None),
        )
        .order_by(ClauseChange.id.desc())
    ).all()
    return {number: clause for number, clause in rows if number is not None}


def answered_apart() -> ColumnElement[bool]:
    """Whether a member has an answer of its own beside that of its cluster's decision."""
    return exists().where(
        DecisionException.suggestion_id == Suggestion.id,
        DecisionException.decision_id == Decision.id,
        Decision.cluster_id == Membership.cluster_id,
        Decision.state == DecisionState.PUBLISHED,
    )
