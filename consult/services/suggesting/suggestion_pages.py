"""Finding one suggestion, for somebody who may see it."""

import re
import unicodedata

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload, load_only

from consult.exceptions import N_, Gone, NotFound
from consult.permissions import Permission, can
from consult.services.handling import sight
from consult.services.suggesting import query_codes
from consult.services.suggesting.faces import loaded_beside
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus
from models.topic import Topic

NUMBER = re.compile(r"\d{1,9}[-–—]?(\d{6,12})")
#: Above it no database has a row.
LARGEST = 2**63 - 1


#: With all that its page shows, in one journey. The contact, which hardly anybody may see, is
#: read when somebody does.
WHOLE: Select[Suggestion] = select(Suggestion).options(
    *loaded_beside(),
    joinedload(Suggestion.topic, innerjoin=True),
    joinedload(Suggestion.attachments),
)
BY_ID = WHOLE.where(Suggestion.id == bindparam("number")).execution_options(planned_once=True)
#: Without the words, and without what the topic explains, which may be long.
_OF_TOPIC = joinedload(Suggestion.topic, innerjoin=True)
FOR_SUPPORT = (
    select(Suggestion)
    .where(Suggestion.id == bindparam("number"))
    .options(
        load_only(
            Suggestion.topic_id,
            Suggestion.author_id,
            Suggestion.kind,
            Suggestion.status,
            Suggestion.publish_text,
            Suggestion.support_count,
        ),
        _OF_TOPIC.load_only(
            Topic.mode,
            Topic.state,
            Topic.opens_at,
            Topic.closes_at,
            Topic.allows_anonymous,
            Topic.agency_id,
        ),
        _OF_TOPIC.lazyload(Topic.agency),
    )
    .execution_options(planned_once=True)
)


def by_id(session: Session, number: int, *, reader: Person | None = None) -> Suggestion:
    """The suggestion itself, for services that ask the permission table.

    A report to a mailbox is there for those only who may know of it; for nobody without ``reader``.

    :raises NotFound: if there is none.
    """
    rows = session.scalars(BY_ID, {"number": min(number, LARGEST)})
    found = rows.unique().one_or_none()
    if found is None or (found.is_secret and not sight.reads_original(session, found, reader)):
        raise NotFound
    return found


def for_support(session: Session, number: int) -> Suggestion:
    """The suggestion and its topic, and nothing of what a page would show.

    :raises NotFound: if there is none, or it is a message that the public does not see.
    """
    found = session.scalar(FOR_SUPPORT, {"number": min(number, LARGEST)})
    if found is None or (found.is_message and not found.is_public):
        raise NotFound
    return found


def by_code(session: Session, code: str) -> Suggestion:
    """The one that a query code opens, whatever its state: who holds the code is its author.

    :raises NotFound: if there is none.
    """
    tidied = query_codes.tidy(code)
    rows = (
        session.scalars(WHOLE.where(Suggestion.query_code == tidied)).unique() if tidied else None
    )
    found = rows.one_or_none() if rows else None
    if found is None:
        raise NotFound(N_("There is no suggestion or message with this query code."))
    return found


def readable(session: Session, number: int, *, reader: Person | None) -> Suggestion:
    """One that ``reader`` may see at its public address.

    One that was not accepted is there for everybody, though without its words.

    :raises Gone: if its author withdrew it; the number stays.
    Of a message only what is public or theirs is told to anybody, not even that it was withdrawn.

    :raises NotFound: if its author keeps the words from the public, for all but staff and author.
    """
    suggestion = by_id(session, number, reader=reader)
    if suggestion.is_message:
        if not suggestion.is_public and not sight.reads_original(session, suggestion, reader):
            raise NotFound
        return suggestion
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
                "There is no public suggestion or message with this number. Use the query code to see your own."
            )
        ) from None
