"""Finding cases: by number, by words, by what they are about and where they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from consult.services.caseload import sight
from consult.services.records.pages import Page, paginate_wide
from consult.services.suggesting import word_search
from models.agency import Agency, Region
from models.case import Case, CaseState
from models.mailbox import Domain, Mailbox, Urgency
from models.person import Person
from models.suggestion import Suggestion, SuggestionKind

#: The number of a message, as it is printed.
NUMBER = re.compile(r"#?(\d{1,12})-(\d{1,12})")
#: Mailboxes that are offered to choose from.
MOST_MAILBOXES = 50


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; what is empty says nothing."""

    words: str = ""
    domain: Domain | None = None
    region: Region | None = None
    kind: SuggestionKind | None = None
    state: CaseState | None = None
    urgency: Urgency | None = None
    #: Or a unit below it.
    unit: Agency | None = None
    mailbox: Mailbox | None = None


def found(
    session: Session,
    *,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    wanted: Wanted,
    person: Person,
    options: Sequence[ExecutableOption] = (),
    page: int = 1,
    size: int = 20,
) -> Page[Case]:
    """One page of the cases for which ``conditions`` hold and that are wanted.

    Words are looked for as the public would read them: what is masked there is not found here.
    """
    query = select(Case).where(*conditions, *_narrowed(wanted)).order_by(*order)
    words = wanted.words.strip()
    if number := NUMBER.fullmatch(words):
        topic_id, suggestion_id = map(int, number.groups())
        query = query.where(Case.topic_id == topic_id, Case.suggestion_id == suggestion_id)
    elif words:
        got = word_search.found(
            session,
            _messages(query),
            topics=_topics(session, wanted, person),
            words=words,
            page=page,
            size=size,
        )
        return got.with_items(_of_messages(session, got.items, options))
    return paginate_wide(session, query, Case.id, options=options, page=page, size=size)


def mailboxes(session: Session, person: Person) -> Sequence[Mailbox]:
    """The mailboxes that ``person`` may look into."""
    query = sight.mailboxes(person).options(joinedload(Mailbox.topic))
    return session.scalars(query.limit(MOST_MAILBOXES)).all()


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    equal = {
        Case.domain: wanted.domain,
        Case.state: wanted.state,
        Case.urgency: wanted.urgency,
        Case.region_code: wanted.region and wanted.region.code,
        Case.topic_id: wanted.mailbox and wanted.mailbox.topic_id,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if wanted.kind is not None:
        message = aliased(Suggestion)  # the query around it may speak of messages too
        of_kind = select(message.id).where(
            message.id == Case.suggestion_id, message.kind == wanted.kind
        )
        found.append(of_kind.correlate(Case).exists())
    if wanted.unit is not None:
        below = Agency.path.startswith(wanted.unit.path, autoescape=True)
        found.append(Case.unit_id.in_(select(Agency.id).where(below)))
    return found


def _topics(session: Session, wanted: Wanted, person: Person) -> Sequence[int]:
    if wanted.mailbox is not None:
        return [wanted.mailbox.topic_id]
    return session.scalars(sight.mailboxes(person).with_only_columns(Mailbox.topic_id)).all()


def _messages(query: Select[Case]) -> Select[Suggestion]:
    """The messages of the cases of ``query``, in the same order."""
    chosen: Any = query.join(Suggestion, Suggestion.id == Case.suggestion_id)
    messages: Select[Suggestion] = chosen.with_only_columns(Suggestion, maintain_column_froms=True)
    return messages


def _of_messages(
    session: Session, ids: Sequence[int], options: Sequence[ExecutableOption]
) -> list[Case]:
    """The cases of these messages, in their order; one query."""
    query = select(Case).where(Case.suggestion_id.in_(ids)).options(*options)
    found = {case.suggestion_id: case for case in session.scalars(query).unique()}
    return [found[one] for one in ids if one in found]
