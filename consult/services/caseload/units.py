"""Units that a case may be given to: those with people who answer, also in other regions."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Invalid
from consult.services.caseload.sight import UNIT_ROLES
from models.agency import Agency
from models.case import Case
from models.person import Appointment, Person


def choosable(session: Session, case: Case | None = None) -> Sequence[Agency]:
    """Units in which somebody is a handler or a leader, by place in the tree; one query.

    Of a report the unit that it names is left out, and all below it.
    """
    rows = session.scalars(_choosable().order_by(Agency.path)).all()
    named = case.named_unit if case else None
    return [one for one in rows if named is None or not one.is_within(named)]


def to_assign(session: Session, case: Case, unit_id: int) -> Agency:
    """The unit that was chosen.

    :raises Invalid: if it is none that could answer this case.
    """
    found = session.scalar(_choosable().where(Agency.id == unit_id))
    if found is None or (case.named_unit and found.is_within(case.named_unit)):
        raise Invalid(N_("Choose a unit."), field="unit")
    return found


def to_help(session: Session, case: Case, unit_ids: Collection[int]) -> list[Agency]:
    """The units that were chosen beside it.

    :raises Invalid: if one of them is none that could help with this case.
    """
    return _several(session, case, unit_ids, "co_units")


def to_meet(session: Session, case: Case, unit_ids: Collection[int]) -> list[Agency]:
    """The units that met about it.

    :raises Invalid: if one of them is none that could have to do with this case.
    """
    return _several(session, case, unit_ids, "units")


def _several(session: Session, case: Case, unit_ids: Collection[int], field: str) -> list[Agency]:
    asked = set(unit_ids)
    rows = session.scalars(_choosable().where(Agency.id.in_(asked)).order_by(Agency.path)).all()
    named = case.named_unit
    found = [one for one in rows if named is None or not one.is_within(named)]
    if len(found) != len(asked):
        raise Invalid(N_("One of these units cannot take part in this case."), field=field)
    return found


def _choosable() -> Select[Agency]:
    staffed = (
        select(Appointment.agency_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.role.in_(UNIT_ROLES), Person.blocked_at.is_(None))
    )
    return select(Agency).where(Agency.id.in_(staffed)).options(joinedload(Agency.region))
