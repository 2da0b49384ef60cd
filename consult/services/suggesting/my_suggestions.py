"""What one person wrote and what they support, with how far each has come."""

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from consult.services.records.pages import Page, paginate
from consult.services.suggesting import stages
from consult.services.suggesting.stages import Progress
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus, Support
from models.topic import Topic, TopicMode


class Standing(StrEnum):
    """Which of one's own to list."""

    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"


STATUS = {
    Standing.STANDING: SuggestionStatus.RECEIVED,
    Standing.WITHDRAWN: SuggestionStatus.WITHDRAWN,
    Standing.NOT_ACCEPTED: SuggestionStatus.NOT_ACCEPTED,
}


@dataclass(frozen=True)
class Line:
    """A suggestion and how far it has come."""

    suggestion: Suggestion
    progress: Progress


def written(
    session: Session, *, person: Person, standing: Standing | None = None, page: int = 1
) -> Page[Line]:
    """What ``person`` suggested in consultations, the newest first; messages have a list of their own."""
    suggested = Suggestion.topic.has(Topic.mode != TopicMode.MAILBOX)
    query = select(Suggestion).where(Suggestion.author_id == person.id, suggested)
    if standing is not None:
        query = query.where(Suggestion.status == STATUS[standing])
    return _lines(session, query.order_by(Suggestion.created_at.desc(), Suggestion.id.desc()), page)


def supported(session: Session, *, person: Person, page: int = 1) -> Page[Line]:
    """What ``person`` supports and may still be seen by everybody, the latest first."""
    query = (
        select(Suggestion)
        .join(Support, Support.suggestion_id == Suggestion.id)
        .where(
            Support.person_id == person.id,
            Suggestion.status == SuggestionStatus.RECEIVED,
            Suggestion.publish_text,
        )
    )
    return _lines(session, query.order_by(Support.created_at.desc(), Suggestion.id.desc()), page)


def _lines(session: Session, query: Select[Suggestion], page: int) -> Page[Line]:
    found = paginate(session, query.options(joinedload(Suggestion.topic)), page=page)
    progress = stages.of_each(session, found.items)
    return replace(found, items=[Line(one, progress[one.id]) for one in found.items])
