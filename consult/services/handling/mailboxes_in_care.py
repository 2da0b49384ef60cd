"""The mailboxes that somebody looks after, or works for, and who can be named in one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import NotFound
from consult.permissions import Permission, can, require
from consult.services.handling import messages
from consult.services.records.pages import Page, paginate
from models.agency import Agency
from models.mailbox import DispatchModel, DispatchRule, Mailbox
from models.person import Appointment, Person, Role
from models.topic import Topic

#: Roles that have to do with mailboxes; the administrator's is not among them.
AT_WORK = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
#: People offered as duty officer.
MOST_OFFICERS = 200


@dataclass(frozen=True)
class Row:
    """A mailbox in a list, and how well it is prepared."""

    mailbox: Mailbox
    may_manage: bool
    #: Rows of its catalogue that hold now.
    rules: int
    #: Cases that the proposal of a unit was learned from.
    learned: int


def by_slug(session: Session, slug: str, *, person: Person) -> Mailbox:
    """The mailbox at an address, for who works in its agency, above or below it.

    :raises NotFound: if there is none, or it is no concern of this person.
    """
    mailbox = messages.by_slug(session, slug)
    home = mailbox.topic.agency
    if not any(
        held.role in AT_WORK and (home.is_within(held.agency) or held.agency.is_within(home))
        for held in person.appointments
    ):
        raise NotFound
    return mailbox


def to_manage(session: Session, slug: str, *, person: Person) -> Mailbox:
    """The same, for who looks after it.

    :raises NotAllowed: if somebody else does.
    """
    mailbox = by_slug(session, slug, person=person)
    require(person, Permission.MAILBOX_MANAGE, mailbox)
    return mailbox


def of_staff(session: Session, *, person: Person, page: int = 1, size: int = 20) -> Page[Row]:
    """Those of the agencies in, above and below which this person works; open ones first."""
    query = (
        select(Mailbox)
        .join(Mailbox.topic)
        .join(Topic.agency)
        .where(_near(person))
        .options(
            joinedload(Mailbox.topic).joinedload(Topic.agency), joinedload(Mailbox.duty_officer)
        )
        .order_by(Mailbox.closed_at.is_not(None), Agency.path, Topic.id)
    )
    found = paginate(session, query, page=page, size=size)
    ids = [mailbox.topic_id for mailbox in found.items]
    rules = _rules(session, ids)
    learned = _learned(session, ids)
    rows = [
        Row(
            mailbox,
            can(person, Permission.MAILBOX_MANAGE, mailbox),
            rules.get(mailbox.topic_id, 0),
            learned.get(mailbox.topic_id, 0),
        )
        for mailbox in found.items
    ]
    return found.with_items(rows)


def agencies(session: Session, *, person: Person) -> Sequence[Agency]:
    """The agencies for which this person may open a mailbox: their own and those below."""
    held = [
        one.agency.path for one in person.appointments if one.role in {Role.DRAFTER, Role.ASSIGNER}
    ]
    if not held:
        return []
    below = or_(*(Agency.path.startswith(path, autoescape=True) for path in held))
    return session.scalars(select(Agency).where(below).order_by(Agency.path)).all()


def officers(session: Session, agency: Agency) -> Sequence[Person]:
    """Who can be on duty for a mailbox of ``agency``: who works in it, above or below it."""
    query = (
        select(Person)
        .where(
            Person.blocked_at.is_(None),
            Person.id.in_(
                select(Appointment.person_id)
                .join(Appointment.agency)
                .where(Appointment.role.in_(AT_WORK), _around(agency.path))
            ),
        )
        .order_by(Person.name, Person.id)
        .limit(MOST_OFFICERS)
    )
    return session.scalars(query).all()


def _near(person: Person) -> ColumnElement[bool]:
    held = [one.agency.path for one in person.appointments if one.role in AT_WORK]
    return or_(*map(_around, held)) if held else false()


def _around(path: str) -> ColumnElement[bool]:
    """Agencies in, below and above the one at ``path``."""
    above = [int(part) for part in path.split("/") if part]
    return or_(Agency.path.startswith(path, autoescape=True), Agency.id.in_(above))


def _rules(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(DispatchRule.mailbox_id, func.count())
        .where(DispatchRule.mailbox_id.in_(ids), DispatchRule.ended_at.is_(None))
        .group_by(DispatchRule.mailbox_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _learned(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = select(DispatchModel.mailbox_id, DispatchModel.cases).where(
        DispatchModel.mailbox_id.in_(ids)
    )
    return {row[0]: row[1] for row in session.execute(query)}
