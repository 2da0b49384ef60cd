"""Taking a suggestion out of its group, so that the counts of the group stay true."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from consult.services import cluster_counts
from models.cluster import Membership
from models.decision import Decision, DecisionState
from models.suggestion import Embedding, Suggestion

#: A decision in one of these holds the members of its cluster.
HOLDING = (DecisionState.APPROVED, DecisionState.PUBLISHED)


def leave(session: Session, suggestion: Suggestion, *, now: datetime) -> None:
    """Take it out of its group, whoever put it there; it no longer counts."""
    cluster_id = session.scalar(
        select(Membership.cluster_id).where(Membership.suggestion_id == suggestion.id)
    )
    if cluster_id is None:
        return
    session.execute(delete(Membership).where(Membership.suggestion_id == suggestion.id))
    cluster_counts.recount(session, [cluster_id], now)


def forget(session: Session, suggestion: Suggestion, *, now: datetime) -> None:
    """Drop what was worked out from its words, so that it is placed anew.

    It stays where it is if a person put it there or the group has been decided on.
    """
    session.execute(delete(Embedding).where(Embedding.suggestion_id == suggestion.id))
    if not is_held(session, suggestion):
        leave(session, suggestion, now=now)


def is_held(session: Session, suggestion: Suggestion) -> bool:
    """Whether no machine may move it."""
    decided = exists().where(
        Decision.cluster_id == Membership.cluster_id, Decision.state.in_(HOLDING)
    )
    held = select(Membership.suggestion_id).where(
        Membership.suggestion_id == suggestion.id, Membership.held_at.is_not(None) | decided
    )
    return session.scalar(held) is not None
