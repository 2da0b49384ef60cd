"""What the public may see of a suggestion, and nothing beside it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, load_only
from sqlalchemy.sql.base import ExecutableOption

from consult.text.normalise import clip
from consult.text.personal_data import mask
from models.document import Clause
from models.person import Person, PersonKind
from models.suggestion import Suggestion, SuggestionKind, Support
from models.topic import Question

EXCERPT = 140


@dataclass(frozen=True)
class PublicSuggestion:
    """A suggestion in its masked words; made so that a page cannot show the others by mistake."""

    id: int
    no: str
    title: str
    facts: str
    proposal: str
    place: str
    kind: SuggestionKind
    created_at: datetime
    #: None where the author did not agree to be named.
    author_name: str | None
    author_kind: PersonKind
    clause: Clause | None
    question: Question | None
    support_count: int
    #: By whoever is looking.
    supported: bool
    own: bool

    @property
    def excerpt(self) -> str:
        """The beginning of what it says."""
        # Chinese sentences follow each other without a blank.
        between = " " if self.facts[-1:].isascii() else ""
        return clip(" ".join(f"{self.facts}{between}{self.proposal}".split()), EXCERPT)


#: Of the row of a suggestion; the words as they were typed are not among it.
SHOWN = (
    *(Suggestion.id, Suggestion.version, Suggestion.topic_id, Suggestion.author_id),
    *(Suggestion.kind, Suggestion.status, Suggestion.place, Suggestion.digest),
    *(Suggestion.public_title, Suggestion.public_facts, Suggestion.public_proposal),
    *(Suggestion.publish_text, Suggestion.publish_name, Suggestion.support_count),
    *(Suggestion.clause_id, Suggestion.question_id, Suggestion.created_at),
)


def loaded() -> list[ExecutableOption]:
    """What a query has to load of its suggestions for :func:`face`; the rest only if it is asked for."""
    return [load_only(*SHOWN), *loaded_beside()]


def loaded_beside() -> list[ExecutableOption]:
    """The same for a query that loads the suggestions themselves whole."""
    return [
        joinedload(Suggestion.author, innerjoin=True).load_only(Person.name, Person.kind),
        joinedload(Suggestion.clause),
        joinedload(Suggestion.question),
    ]


def face(
    suggestion: Suggestion, *, reader: Person | None = None, supported: Collection[int] = ()
) -> PublicSuggestion:
    """Turn a row into what the public sees; whether it may be seen at all is not asked here."""
    author = suggestion.author
    return PublicSuggestion(
        id=suggestion.id,
        no=suggestion.no,
        title=suggestion.public_title,
        facts=suggestion.public_facts,
        proposal=suggestion.public_proposal,
        place=mask(suggestion.place),
        kind=suggestion.kind,
        created_at=suggestion.created_at,
        author_name=mask(author.name) if suggestion.publish_name else None,
        author_kind=author.kind,
        clause=suggestion.clause,
        question=suggestion.question,
        support_count=suggestion.support_count,
        supported=suggestion.id in supported,
        own=reader is not None and suggestion.author_id == reader.id,
    )


def faces(
    session: Session, suggestions: Collection[Suggestion], *, reader: Person | None
) -> list[PublicSuggestion]:
    """The faces of many, with one query for what ``reader`` supports."""
    mine = supported_by(session, reader, [suggestion.id for suggestion in suggestions])
    return [face(suggestion, reader=reader, supported=mine) for suggestion in suggestions]


def supported_by(session: Session, person: Person | None, ids: Collection[int]) -> set[int]:
    """Which of ``ids`` are supported by ``person``."""
    if person is None or not ids:
        return set()
    query: Any = select(Support.suggestion_id).where(
        Support.person_id == person.id, Support.suggestion_id.in_(ids)
    )
    return set(session.scalars(query.execution_options(planned_once=True)))


def concerned(session: Session, person: Person, ids: Collection[int]) -> bool:
    """Whether ``person`` wrote or supports one of ``ids``."""
    if not ids:
        return False
    wrote = select(Suggestion.id).where(Suggestion.id.in_(ids), Suggestion.author_id == person.id)
    query: Any = wrote.union_all(
        select(Support.suggestion_id).where(
            Support.suggestion_id.in_(ids), Support.person_id == person.id
        )
    )
    found = session.execute(query.limit(1).execution_options(planned_once=True))
    return found.first() is not None
