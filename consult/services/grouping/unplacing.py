"""Taking a suggestion out of its group, so that the counts of the group stay true."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.services.grouping import cluster_counts, lineage
from models.cluster import Membership
from models.decision import Decision
from models.suggestion import Embedding, Suggestion


def leave(session: Session, suggestion: Suggestion, *, now: datetime) -> None:
    """Take it out of its group, whoever put it there; it no longer counts.

    A group that is left empty is retired.
    """
    membership = _membership(session, suggestion)
    if membership is None:
        return
    cluster_id = membership.cluster_id
    session.delete(membership)
    cluster_counts.recount(session, [cluster_id], now)
    lineage.retire_empty(session, [cluster_id], now=now)


def forget(session: Session, suggestion: Suggestion, *, now: datetime) -> None:
    """Drop what was worked out from its words, so that it is placed anew.

    It stays where it is if a person put it there or the group has been decided on.
    """
    session.execute(delete(Embedding).where(Embedding.suggestion_id == suggestion.id))
    membership = _membership(session, suggestion)
    if membership is None:
        return
    if _is_held(session, membership):
        cluster_counts.recount(session, [membership.cluster_id], now)  # its texts differ now
        show_anew(session, suggestion)
    else:
        leave(session, suggestion, now=now)


def show_anew(session: Session, suggestion: Suggestion) -> None:
    """Name its group afresh if it lent its title: the public may read it no more, or again."""
    session.flush()  # the consent is read from the table
    membership = _membership(session, suggestion)
    if membership is None:
        return
    best = membership.cluster.representative
    if best is None or best.id == suggestion.id or not best.is_public:
        cluster_counts.choose_representative(session, membership.cluster_id)


def _membership(session: Session, suggestion: Suggestion) -> Membership | None:
    return session.scalar(select(Membership).filter_by(suggestion_id=suggestion.id))


def _is_held(session: Session, membership: Membership) -> bool:
    """Whether no machine may move it."""
    answered = select(Decision.id).where(
        Decision.cluster_id == membership.cluster_id, Decision.state.in_(lineage.ANSWERED)
    )
    return membership.held_at is not None or session.scalar(answered.limit(1)) is not None
