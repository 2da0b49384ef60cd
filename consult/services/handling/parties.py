"""Who somebody is to a case, and what of it they may see."""

from consult.exceptions import NotAllowed, NotFound, NotSignedIn
from consult.services.handling.moves import CaseAct, Move, Party, move
from models.agency import Agency
from models.case import Assignment, AssignmentState, Case, CaseState
from models.person import Person, Role

#: Assignments by which a unit has to do with a case.
STANDING = (AssignmentState.STANDING, AssignmentState.OBJECTED, AssignmentState.UPHELD)
READERS = (Role.SUPERVISOR, Role.AUDITOR)


def holds(person: Person, role: Role, agency: Agency) -> bool:
    """Say whether ``person`` holds ``role`` in ``agency`` or in one above it."""
    return any(held.role is role and agency.is_within(held.agency) for held in person.appointments)


def parties(case: Case, person: Person | None) -> frozenset[Party]:
    """Who ``person`` is to ``case``: any number of parties, or none.

    Nobody handles a message of their own, and a unit that a report names has no part in it,
    whatever roles its people hold.
    """
    if person is None or not person.is_active:
        return frozenset()
    if case.suggestion.author_id == person.id:
        return frozenset({Party.AUTHOR})
    if _named(case, person):
        return frozenset()
    home = case.mailbox.report_unit if case.confidential else case.topic.agency
    found = set()
    if holds(person, Role.ASSIGNER, home):
        found.add(Party.ASSIGNER)
    if case.state not in {CaseState.APPEAL, CaseState.FINAL_APPEAL}:
        if holds(person, Role.HANDLER, case.unit):
            found.add(Party.HANDLER)
        if holds(person, Role.UNIT_LEADER, case.unit):
            found.add(Party.LEADER)
    elif any(
        holds(person, role, appeal.unit)
        for appeal in case.appeals
        if appeal.answered_at is None
        for role in (Role.ASSIGNER, Role.UNIT_LEADER)
    ):
        found.add(Party.REVIEWER)
    return frozenset(found)


def may_see(case: Case, person: Person | None) -> bool:
    """Say whether the whole case may be seen: by its parties, its co-units, and who supervises.

    A confidential one is seen by its author and by who works on it; by nobody of the unit named.
    """
    if person is None or not person.is_active:
        return False
    if parties(case, person):
        return True
    if _named(case, person):
        return False
    home = case.mailbox.report_unit if case.confidential else case.topic.agency
    if any(holds(person, role, home) for role in READERS):
        return True
    return any(
        holds(person, role, assignment.unit)
        for assignment in case.assignments
        if assignment.state in STANDING
        for role in (Role.HANDLER, Role.UNIT_LEADER)
    )


def require_sight(case: Case, person: Person | None) -> None:
    """Go on quietly, or say that there is no such thing: that there is one is told to nobody.

    :raises NotSignedIn: if nobody is signed in.
    :raises NotFound: if this person may not see it.
    """
    if person is None:
        raise NotSignedIn
    if not may_see(case, person):
        raise NotFound


def require_party(case: Case, act: CaseAct, person: Person) -> Move:
    """Where ``act`` leads, if ``person`` may take it now.

    :raises NotFound: if this person may not even see the case.
    :raises NotAllowed: if it is for others to do.
    :raises Conflict: if the case is at another stage.
    """
    require_sight(case, person)
    found = move(case.state, act)
    if not found.by & parties(case, person):
        raise NotAllowed
    return found


def lead(case: Case) -> Assignment | None:
    """The standing assignment of the unit that answers."""
    found = [one for one in case.assignments if one.lead and one.state in STANDING]
    return found[-1] if found else None


def _named(case: Case, person: Person) -> bool:
    """Whether a report names a unit in which, or below which, this person holds a role."""
    unit = case.named_unit
    return unit is not None and any(held.agency.is_within(unit) for held in person.appointments)
