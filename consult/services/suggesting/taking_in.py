"""Writing what was sent: one row for the same words of the same person, also when both come at once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, select
from sqlalchemy.orm import Session

from consult.services.records.once import once
from models.suggestion import (
    SECRET,
    STANDING,
    Distinction,
    Suggestion,
    SuggestionKind,
    SuggestionStatus,
)
from models.topic import Topic

#: Of each way in which a suggestion can stand, what says so in SQL.
STANDS = {SuggestionStatus.RECEIVED: STANDING, SuggestionStatus.CONFIDENTIAL: SECRET}
#: One person's same words count once, unless the first were withdrawn.
ALIKE = ("topic_id", "author_id", "digest")


def standing_of(topic: Topic, kind: SuggestionKind) -> SuggestionStatus:
    """How it stands once received: a report to a mailbox apart from all others."""
    if topic.is_mailbox and kind is SuggestionKind.REPORT:
        return SuggestionStatus.CONFIDENTIAL
    return SuggestionStatus.RECEIVED


def insert(session: Session, row: dict[str, Any], standing: TextClause) -> tuple[Suggestion, bool]:
    """Insert it, or find the one that a double click inserted in the meantime; say which.

    Only the unique index sees two transactions at once: whoever comes second waits for it.
    """
    made = once(session, Suggestion, row, index_elements=ALIKE, index_where=standing)
    suggestion = session.scalar(made.returning(Suggestion).execution_options(planned_once=True))
    if suggestion is not None:
        return suggestion, True
    alike = select(Suggestion).where(standing).filter_by(**{name: row[name] for name in ALIKE})
    return session.scalars(alike).one(), False


def note_distinctions(
    session: Session, suggestion: Suggestion, others: Collection[int], now: datetime
) -> None:
    """Keep which similar ones the author saw, where they are suggestions of the same topic."""
    if not others:
        return
    found = session.scalars(
        select(Suggestion.id).where(
            Suggestion.id.in_(set(others)),
            Suggestion.id != suggestion.id,
            Suggestion.topic_id == suggestion.topic_id,
        )
    )
    session.add_all(
        Distinction(suggestion_id=suggestion.id, other_id=other, created_at=now) for other in found
    )
