"""Which cases somebody may see, for lists and counts: the rules of ``parties.may_see``, in SQL.

Every list, search and number about cases asks here; filtering afterwards would show how many there are.
"""

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, union
from sqlalchemy.orm import Session, aliased

from consult.services.handling.parties import READERS, STANDING
from models.agency import Agency
from models.case import Assignment, Case, CaseState
from models.mailbox import Mailbox
from models.person import Person, Role
from models.reply import Appeal
from models.suggestion import Suggestion
from models.topic import Topic, TopicMode

#: Who answers, in a unit.
UNIT_ROLES = (Role.HANDLER, Role.UNIT_LEADER)
#: Who answers a review that was asked for.
REVIEWERS = (Role.ASSIGNER, Role.UNIT_LEADER)
APPEALS = (CaseState.APPEAL, CaseState.FINAL_APPEAL)


def visible(person: Person) -> ColumnElement[bool]:
    """Cases that ``person`` may see as staff; never those they wrote, nor a report on their unit."""
    held = {one.role for one in person.appointments}
    mine = Case.id.in_(in_unit(person))
    whole = held & {Role.ASSIGNER, *READERS}
    return and_(
        not_barred(person), or_(at_home(person, Role.ASSIGNER, *READERS), mine) if whole else mine
    )


def in_charge(person: Person) -> ColumnElement[bool]:
    """Of what ``person`` sees, the cases that their unit has or that their mailboxes received.

    Not those with which it only helps: their time is for others to keep. Each part is asked
    only where a role reaches, so that the index of the unit is used.
    """
    held = {one.role for one in person.appointments}
    parts = []
    if held & {Role.ASSIGNER, *READERS}:
        parts.append(at_home(person, Role.ASSIGNER, *READERS))
    if held & set(UNIT_ROLES):
        units = reached(person, *UNIT_ROLES)
        parts.append(and_(Case.state.not_in(APPEALS), Case.unit_id.in_(units)))
    return and_(not_barred(person), or_(false(), *parts))


def in_unit(person: Person) -> Select[int]:
    """The ids of cases that a unit of ``person`` has, helps with, or reviews.

    Ids, since each part of it is found by an index of its own: a small unit in a large board.
    """
    other = aliased(Case)
    has = select(other.id).where(
        other.state.not_in(APPEALS), other.unit_id.in_(reached(person, *UNIT_ROLES))
    )
    return select(union(has, assigned(person), to_review(person)).subquery().c[0])


def not_barred(person: Person) -> ColumnElement[bool]:
    """Leave out one's own messages, and reports that name a unit in or below which one works."""
    if not person.is_active:
        return false()
    own = select(Suggestion.id).where(Suggestion.author_id == person.id)
    held = {int(part) for one in person.appointments for part in one.agency.path.split("/") if part}
    named = Case.named_unit_id
    return and_(Case.suggestion_id.not_in(own), or_(named.is_(None), named.not_in(sorted(held))))


def at_home(person: Person, *roles: Role) -> ColumnElement[bool]:
    """Cases of mailboxes where one of ``roles`` is held; of reports, where they are received."""
    reports = select(Mailbox.topic_id).where(Mailbox.report_unit_id.in_(reached(person, *roles)))
    return or_(
        of_mailboxes(person, *roles),
        and_(Case.confidential, Case.topic_id.in_(reports)),
    )


def of_mailboxes(person: Person, *roles: Role) -> ColumnElement[bool]:
    """Cases of mailboxes where one of ``roles`` is held, without the reports."""
    ordinary = select(Topic.id).where(Topic.agency_id.in_(reached(person, *roles)))
    return and_(Case.confidential.is_(False), Case.topic_id.in_(ordinary))


def assigned(person: Person, *, lead: bool | None = None) -> Select[int]:
    """The ids of cases that a unit of ``person`` answers, or helps to answer."""
    query = select(Assignment.case_id).where(
        Assignment.state.in_(STANDING), Assignment.unit_id.in_(reached(person, *UNIT_ROLES))
    )
    return query if lead is None else query.where(Assignment.lead.is_(lead))


def to_review(person: Person) -> Select[int]:
    """The ids of cases whose author waits for a review by a unit of ``person``."""
    other = aliased(Case)
    return (
        select(Appeal.case_id)
        .join(other, other.id == Appeal.case_id)
        .where(
            Appeal.answered_at.is_(None),
            other.state.in_(APPEALS),
            Appeal.unit_id.in_(reached(person, *REVIEWERS)),
        )
    )


def reached(person: Person, *roles: Role) -> Select[int]:
    """The ids of agencies in which one of ``roles`` is held, or above which it is."""
    paths = sorted({one.agency.path for one in person.appointments if one.role in roles})
    within = (Agency.path.startswith(path, autoescape=True) for path in paths)
    return select(Agency.id).where(or_(false(), *within))


def mailboxes(person: Person) -> Select[Mailbox]:
    """The mailboxes of which ``person`` may see at least one case, by name."""
    units = reached(person, *UNIT_ROLES)
    # Asked of each mailbox, by an index: a busy unit has tens of thousands of cases.
    has = select(Case.id).where(Case.topic_id == Mailbox.topic_id, Case.unit_id.in_(units))
    beside = union(assigned(person, lead=False), to_review(person)).subquery()
    helps = select(Case.topic_id).where(Case.id.in_(select(beside.c[0])))
    seen = or_(has.where(not_barred(person)).exists(), Mailbox.topic_id.in_(helps))
    agencies = reached(person, Role.ASSIGNER, *READERS)
    home = or_(Topic.agency_id.in_(agencies), Mailbox.report_unit_id.in_(agencies))
    return (
        select(Mailbox)
        .join(Topic, Topic.id == Mailbox.topic_id)
        .where(or_(home, seen) if person.is_active else ~true())
        .order_by(Topic.title, Topic.id)
    )


def is_mailbox(session: Session, slug: str) -> bool:
    """Say whether a mailbox is at this address, and no consultation."""
    return session.scalar(select(Topic.mode).filter_by(slug=slug)) is TopicMode.MAILBOX
