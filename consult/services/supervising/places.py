"""Whose numbers somebody looks at: those of an agency's mailboxes, or of a unit that answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import NotAllowed, NotFound
from consult.permissions import Permission, can
from consult.services.supervising.scopes import Scope, within
from models.agency import Agency
from models.mailbox import Mailbox
from models.person import Person, Role
from models.topic import Topic

#: Who sees all that came to an agency's mailboxes, and who what their unit has.
OF_AGENCY = (Role.ASSIGNER, Role.SUPERVISOR, Role.AUDITOR)
OF_UNIT = (Role.HANDLER, Role.UNIT_LEADER)
#: More do not fit into a field to choose from; the table of units leads to each.
MOST_UNITS = 500


@dataclass(frozen=True)
class Place:
    """An agency as the home of mailboxes, or as the unit that has cases."""

    agency: Agency
    is_unit: bool

    @property
    def code(self) -> str:
        """How an address names it."""
        return f"{'unit' if self.is_unit else 'agency'}-{self.agency.id}"

    def scope(self) -> Scope:
        """Its cases."""
        return Scope(unit=self.agency) if self.is_unit else Scope(agency=self.agency)


def of(person: Person) -> list[Place]:
    """The places of ``person``, agencies first.

    :raises NotAllowed: for staff who have nothing to do with cases.
    """
    found: dict[tuple[bool, int], Place] = {}
    for held in person.appointments:
        for is_unit, roles in ((False, OF_AGENCY), (True, OF_UNIT)):
            if held.role in roles and can(person, Permission.NUMBERS_SEE, held.agency):
                found[is_unit, held.agency_id] = Place(held.agency, is_unit)
    if not found:
        raise NotAllowed
    return [found[key] for key in sorted(found)]


def chosen(person: Person, code: str) -> Place:
    """The place that ``code`` names, or the first one if it names none.

    :raises NotFound: if it names one that is not theirs.
    """
    places = of(person)
    if not code:
        return places[0]
    for place in places:
        if place.code == code:
            return place
    raise NotFound


def mailboxes(session: Session, place: Place | None) -> Sequence[Topic]:
    """The mailboxes of a place (None: all), by name; closed ones keep their numbers."""
    query = select(Topic).join(Mailbox, Mailbox.topic_id == Topic.id).order_by(Topic.title)
    if place is not None and not place.is_unit:
        query = query.join(Agency, Agency.id == Topic.agency_id).where(within(place.agency))
    return session.scalars(query).all()


def units(session: Session, place: Place) -> Sequence[Agency]:
    """The units below a place, by name."""
    query = select(Agency).where(within(place.agency), Agency.id != place.agency.id)
    return session.scalars(query.order_by(Agency.path).limit(MOST_UNITS)).all()


def unit_within(session: Session, place: Place | None, unit_id: int) -> Agency:
    """One unit; of a unit's own numbers one below it.

    :raises NotFound: if there is none such.
    """
    found = session.get(Agency, unit_id)
    if found is None:
        raise NotFound
    if place is not None and place.is_unit and not found.is_within(place.agency):
        raise NotFound
    return found
