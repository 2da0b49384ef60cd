"""Who reads a message: what services for suggestions ask about those that are cases.

Whoever works for the agency of a consultation reads what is sent to it. A message is read by those
who have to do with its case, and a report by fewer still: see :mod:`consult.services.handling.parties`.
"""

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from consult.exceptions import NotAllowed, NotFound
from consult.permissions import Permission, can, require
from consult.services.handling.moves import Party
from consult.services.handling.parties import may_see, parties, require_sight
from models.agency import Agency
from models.case import Case
from models.mailbox import Mailbox
from models.person import Person, Role
from models.suggestion import Suggestion

#: Who may need to reach an author.
AT_WORK = frozenset({Party.ASSIGNER, Party.HANDLER, Party.LEADER})


def case_of(session: Session, suggestion: Suggestion) -> Case | None:
    """The case of a message; None for what was suggested in a consultation."""
    if not suggestion.is_message:
        return None
    return session.scalar(select(Case).filter_by(suggestion_id=suggestion.id))


def reads_original(session: Session, suggestion: Suggestion, reader: Person | None) -> bool:
    """Say whether ``reader`` may see the words as they were typed, public or not."""
    if not suggestion.is_message:
        return can(reader, Permission.SUGGESTION_READ_HIDDEN, suggestion)
    if reader is not None and suggestion.author_id == reader.id:
        return reader.is_active
    case = case_of(session, suggestion)
    return case is not None and may_see(case, reader)


def require_contact(session: Session, suggestion: Suggestion, actor: Person) -> None:
    """Go on quietly if ``actor`` may open the contact of the author.

    :raises NotFound: if it is a message that they may not even see.
    :raises NotAllowed: if they see it, and do not work on it.
    """
    if not suggestion.is_message:
        require(actor, Permission.CONTACT_REVEAL, suggestion)
        return
    case = case_of(session, suggestion)
    if case is None:
        raise NotFound
    require_sight(case, actor)
    if not AT_WORK & parties(case, actor):
        raise NotAllowed


def hidden_from(person: Person) -> ColumnElement[bool]:
    """Say in SQL which cases are reports that ``person`` may not know of, for lists of all there is.

    Who reads in the unit for reports reads of those that name another unit than theirs.
    """
    return Case.confidential & ~_open_to(person)


def _open_to(person: Person) -> ColumnElement[bool]:
    readers = {Role.ASSIGNER, Role.SUPERVISOR, Role.AUDITOR}
    paths = {held.agency.path for held in person.appointments if held.role in readers}
    if not paths or not person.is_active:
        return false()
    above = {path[:end] for path in _paths(person) for end in _ends(path)}
    units = select(Agency.id).where(or_(*(Agency.path.startswith(path) for path in paths)))
    named = select(Agency.id).where(Agency.path.in_(above))
    homes = select(Mailbox.topic_id).where(Mailbox.report_unit_id.in_(units))
    return Case.mailbox_id.in_(homes) & Case.named_unit_id.not_in(named)


def _paths(person: Person) -> set[str]:
    return {held.agency.path for held in person.appointments}


def _ends(path: str) -> list[int]:
    """Where the path of each unit above, and of the unit itself, ends."""
    return [place + 1 for place, letter in enumerate(path) if letter == "/" and place]
