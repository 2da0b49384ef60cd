"""Finding one suggestion, for somebody who may see it."""

import re
import unicodedata

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.exceptions import N_, Gone, NotFound
from consult.permissions import Permission, can
from consult.services.suggesting import query_codes
from consult.services.suggesting.faces import loaded
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus

NUMBER = re.compile(r"\d{1,9}[-–—]?(\d{6,12})")
#: Above it no database has a row.
LARGEST = 2**63 - 1


def _whole() -> Select[Suggestion]:
    return select(Suggestion).options(
        *loaded(),
        joinedload(Suggestion.topic),
        joinedload(Suggestion.contact),
        selectinload(Suggestion.attachments),
    )


def by_id(session: Session, number: int) -> Suggestion:
    """The suggestion itself, for services that ask the permission table.

    :raises NotFound: if there is none.
    """
    found = session.scalar(_whole().where(Suggestion.id == min(number, LARGEST)))
    if found is None:
        raise NotFound
    return found


def for_support(session: Session, number: int) -> Suggestion:
    """The suggestion and its topic, and nothing of what a page would show.

    :raises NotFound: if there is none.
    """
    query = select(Suggestion).options(joinedload(Suggestion.topic))
    found = session.scalar(query.where(Suggestion.id == min(number, LARGEST)))
    if found is None:
        raise NotFound
    return found


def by_code(session: Session, code: str) -> Suggestion:
    """The one that a query code opens, whatever its state: who holds the code is its author.

    :raises NotFound: if there is none.
    """
    tidied = query_codes.tidy(code)
    found = session.scalar(_whole().where(Suggestion.query_code == tidied)) if tidied else None
    if found is None:
        raise NotFound(N_("There is no suggestion with this query code."))
    return found


def readable(session: Session, number: int, *, reader: Person | None) -> Suggestion:
    """One that ``reader`` may see at its public address.

    One that was not accepted is there for everybody, though without its words.

    :raises Gone: if its author withdrew it; the number stays.
    :raises NotFound: if its author keeps the words from the public, for all but staff and author.
    """
    suggestion = by_id(session, number)
    if suggestion.status is SuggestionStatus.WITHDRAWN:
        raise Gone(
            N_("Suggestion %(no)s was withdrawn by its author. Its number is kept."),
            no=suggestion.no,
        )
    if suggestion.status is SuggestionStatus.NOT_ACCEPTED or suggestion.publish_text:
        return suggestion
    if not can(reader, Permission.SUGGESTION_READ_HIDDEN, suggestion):
        raise NotFound
    return suggestion


def looked_up(session: Session, typed: str, *, reader: Person | None) -> Suggestion:
    """What somebody typed to look up: the query code, or the number of one that is public.

    :raises NotFound: saying which of the two it was taken for.
    """
    typed = unicodedata.normalize("NFKC", typed).strip()
    number = NUMBER.fullmatch(typed)
    if number is None:
        return by_code(session, typed)
    try:
        return readable(session, int(number[1]), reader=reader)
    except NotFound:
        raise NotFound(
            N_(
                "There is no public suggestion with this number. Use the query code to see your own."
            )
        ) from None
