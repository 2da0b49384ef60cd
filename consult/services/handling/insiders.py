"""Who adds to the file of a case: those who work on it, help with it or supervise it."""

from consult.exceptions import N_, Conflict, NotAllowed
from consult.services.handling.moves import Party
from consult.services.handling.parties import STANDING, holds, parties, require_sight
from models.agency import Agency
from models.case import Case, CaseState
from models.person import Person, Role

#: Nothing more is added to what is filed.
FILED = frozenset({CaseState.ARCHIVED, CaseState.WITHDRAWN, CaseState.TRANSFERRED})


def home(case: Case) -> Agency:
    """Whose assigner rules over a case: the mailbox's agency, of a report the unit that receives it."""
    return case.mailbox.report_unit if case.confidential else case.topic.agency


def works_on(case: Case, person: Person) -> bool:
    """Say whether ``person`` handles, leads, assigns or reviews the case, or helps with it."""
    found = parties(case, person)
    return bool(found - {Party.AUTHOR}) or (Party.AUTHOR not in found and _helps(case, person))


def supervises(case: Case, person: Person) -> bool:
    """Say whether ``person`` may ask the unit to do something: the assigner, or a supervisor."""
    found = parties(case, person)
    if Party.AUTHOR in found:
        return False
    return Party.ASSIGNER in found or holds(person, Role.SUPERVISOR, home(case))


def require_insider(case: Case, person: Person) -> None:
    """Go on quietly, or raise; auditors read and write nothing.

    :raises NotFound: if this person may not see the case.
    :raises NotAllowed: if they may only read it.
    :raises Conflict: if it is filed.
    """
    require_sight(case, person)
    if not (works_on(case, person) or supervises(case, person)):
        raise NotAllowed
    if case.state in FILED:
        raise Conflict(N_("The case is filed; nothing is added to it any more."))


def _helps(case: Case, person: Person) -> bool:
    named = case.named_unit
    if named is not None and any(held.agency.is_within(named) for held in person.appointments):
        return False
    return any(
        holds(person, role, assignment.unit)
        for assignment in case.assignments
        if assignment.state in STANDING
        for role in (Role.HANDLER, Role.UNIT_LEADER)
    )
