"""To whom a step of a case is told: each audience is a function of the step."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from consult.services.handling import assigning
from consult.services.handling.parties import STANDING, may_see
from consult.services.handling.telling_people import home, staff
from models.case import AssignmentState, Case, CaseStep
from models.casework import CaseNote
from models.person import Person, Role

UNIT = (Role.HANDLER, Role.UNIT_LEADER)


def author(case: Case) -> Person:
    """The one who wrote a message."""
    return case.suggestion.author


def authors(session: Session, step: CaseStep) -> Iterable[Person]:
    """The one who wrote."""
    return [author(step.case)]


def assigners(session: Session, step: CaseStep) -> Iterable[Person]:
    """交办人 of the mailbox's agency, but whoever took the step."""
    found = staff(session, step.case, home(step.case), Role.ASSIGNER)
    return [one for one in found if one.id != step.actor_id]


def unit_now(session: Session, step: CaseStep) -> Iterable[Person]:
    """Handlers and leaders of every unit that has the case now: the lead's, and those that help."""
    case = step.case
    units = {one.unit_id: one.unit for one in case.assignments if one.state in STANDING}
    found: dict[int, Person] = {}
    for unit in units.values() or [case.unit]:
        found |= {one.id: one for one in staff(session, case, unit, *UNIT)}
    return [one for one in found.values() if one.id != step.actor_id]


def handler(session: Session, step: CaseStep) -> Iterable[Person]:
    """Who has it in hand; else all handlers of the unit."""
    case, person = step.case, step.case.handler
    if person is not None and person.is_active:
        return [person] if person.id != step.actor_id else []
    return staff(session, case, case.unit, Role.HANDLER)


def leaders(session: Session, step: CaseStep) -> Iterable[Person]:
    """分管领导 of the unit that has the case."""
    found = staff(session, step.case, step.case.unit, Role.UNIT_LEADER)
    return [one for one in found if one.id != step.actor_id]


def called_on(session: Session, note: CaseNote) -> Iterable[Person]:
    """Of whom a supervisor asks something: who has it in hand, and who leads the unit.

    Until a unit has it, those who assign.
    """
    case = note.case
    if not any(one.lead and one.state in STANDING for one in case.assignments):
        found = staff(session, case, home(case), Role.ASSIGNER)
    else:
        has_it = case.handler is not None and may_see(case, case.handler) and case.handler.is_active
        hands = [case.handler] if has_it else staff(session, case, case.unit, Role.HANDLER)
        found = [*hands, *staff(session, case, case.unit, Role.UNIT_LEADER)]
    return [one for one in found if one.id != note.author_id]


def reviewers(session: Session, step: CaseStep) -> Iterable[Person]:
    """Who answers the review that was asked for."""
    for appeal in step.case.appeals:
        if appeal.answered_at is None:
            return staff(session, step.case, appeal.unit, Role.ASSIGNER, Role.UNIT_LEADER)
    return []


def unit_before(session: Session, step: CaseStep) -> Iterable[Person]:
    """Who objected, of the unit that has the case no longer; nothing of a report is told."""
    moved = [
        one
        for one in step.case.assignments
        if one.state is AssignmentState.MOVED and one.ended_at == step.created_at
    ]
    if step.case.confidential or not moved:
        return []
    return [one.objected_by for one in moved if one.objected_by and one.objected_by.is_active]


def unit_if_assigned(session: Session, step: CaseStep) -> Iterable[Person]:
    """The unit, where a message is taken back that one had."""
    return unit_now(session, step) if any(step.case.assignments) else []


def everybody_answered(session: Session, step: CaseStep) -> Iterable[Person]:
    """The one who wrote, and those whose messages the case answers as well."""
    return [author(one) for one in (step.case, *assigning.joined(session, step.case))]
