"""Roles in agencies, and who is shut out."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, NotAllowed, NotFound
from consult.permissions import Permission, require
from consult.services.people import sessions
from consult.services.records import ledger
from consult.services.records.authority import require_of
from models.agency import Agency
from models.person import Appointment, Person, PersonKind, Role

#: Never in one hand: who sets people up, and who reads what they did.
APART = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


class BlockReason(StrEnum):
    """Why a person is shut out; a code, since the ledger holds no free words about people."""

    ABUSE = "abuse"
    SPAM = "spam"
    IMPERSONATION = "impersonation"
    SECURITY = "security"
    LEFT = "left"
    OWN_WISH = "own_wish"


def appoint(
    session: Session,
    *,
    person: Person,
    role: Role,
    agency: Agency,
    actor: Person | None,
    now: datetime,
) -> Appointment:
    """Give ``person`` a role in ``agency`` and below; giving it twice changes nothing.

    ``actor`` is None for the operator at the console.

    :raises Conflict: if it would put administration and audit into one hand.
    :raises NotAllowed: if somebody appoints themselves.
    """
    _require_over(actor, person, agency)
    if person.kind not in {PersonKind.CITIZEN, PersonKind.ORGANISATION} or not person.is_active:
        raise Conflict(N_("Only somebody with an account that is not blocked can hold a role."))
    held = {appointment.role for appointment in person.appointments}
    if role in APART and held & (APART - {role}):
        raise Conflict(N_("Nobody is both administrator and auditor."))
    for appointment in person.appointments:
        if appointment.role is role and appointment.agency_id == agency.id:
            return appointment
    appointment = Appointment(person=person, agency=agency, role=role, created_at=now)
    session.add(appointment)
    ledger.record(
        session, "person.appointed", person, actor=actor, now=now, agency_id=agency.id, role=role
    )
    return appointment


def dismiss(session: Session, *, number: int, actor: Person, now: datetime) -> Person:
    """Take a role away and return who held it.

    :raises NotFound: if it was taken away already.
    """
    appointment = session.get(Appointment, number)
    if appointment is None:
        raise NotFound(N_("This role was taken away already."))
    person, agency = appointment.person, appointment.agency
    _require_over(actor, person, agency)
    person.appointments.remove(appointment)
    ledger.record(
        session,
        "person.dismissed",
        person,
        actor=actor,
        now=now,
        agency_id=agency.id,
        role=appointment.role,
    )
    return person


def block(
    session: Session, *, person: Person, reason: BlockReason, actor: Person, now: datetime
) -> None:
    """Shut a person out at once: all their sessions end. What they wrote stays."""
    _require_over_all(actor, person)
    if person.blocked_at:
        return
    person.blocked_at = now
    sessions.end_all(session, person=person, now=now)
    ledger.record(session, "person.blocked", person, actor=actor, now=now, reason=reason)


def unblock(session: Session, *, person: Person, actor: Person, now: datetime) -> None:
    """Let a person in again."""
    _require_over_all(actor, person)
    if person.blocked_at is None:
        return
    person.blocked_at = None
    ledger.record(session, "person.unblocked", person, actor=actor, now=now)


def _require_over(actor: Person | None, person: Person, agency: Agency | None) -> None:
    require_of(actor, Permission.PERSON_APPOINT, agency)
    if actor is not None and actor.id == person.id:
        raise NotAllowed(N_("Nobody can do this to themselves. Ask another administrator."))


def _require_over_all(actor: Person, person: Person) -> None:
    """An administrator may shut out a member of staff only where all their roles are below."""
    _require_over(actor, person, None)
    for appointment in person.appointments:
        require(actor, Permission.PERSON_APPOINT, appointment.agency)
