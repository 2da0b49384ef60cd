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
from models.topic import Topic

#: The number of a message, as it is printed.
NUMBER = re.compile(r"#?(\d{1,12})-(\d{1,12})")
#: So many of each mailbox are looked through for words; of more it is said that there are more.
MOST_FOUND = 500
#: Mailboxes that are searched together.
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
    words, more = wanted.words.strip(), False
    if number := NUMBER.fullmatch(words):
        topic_id, suggestion_id = map(int, number.groups())
        query = query.where(Case.topic_id == topic_id, Case.suggestion_id == suggestion_id)
    elif words:
        ids, more = _having(session, query, words, wanted, person)
        query = query.where(Case.suggestion_id.in_(ids))
    got = paginate_wide(session, query, Case.id, options=options, page=page, size=size)
    return Page(got.items, got.number, got.size, got.total, got.more or more)


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


def _having(
    session: Session, query: Select[Case], words: str, wanted: Wanted, person: Person
) -> tuple[list[int], bool]:
    """Messages of the cases of ``query`` that have the words; and whether there are more."""
    topics = [
        one.topic for one in ([wanted.mailbox] if wanted.mailbox else mailboxes(session, person))
    ]
    ids: list[int] = []
    more = False
    for topic in topics:
        page = word_search.found(
            session, _of(query, topic), topic=topic, words=words, page=1, size=MOST_FOUND
        )
        ids += page.items
        more = more or page.more or page.total > len(page.items)
    return ids, more


def _of(query: Select[Case], topic: Topic) -> Select[Suggestion]:
    """The messages of the cases of ``query`` in one mailbox, in the same order."""
    chosen: Any = query.join(Suggestion, Suggestion.id == Case.suggestion_id)
    messages: Select[Suggestion] = chosen.where(Case.topic_id == topic.id).with_only_columns(
        Suggestion, maintain_column_froms=True
    )
    return messages
