"""Which alarms somebody sees: of their own duty, and of mailboxes that they are in charge of."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from models.agency import Agency
from models.case import Assignment, Case
from models.duty import DutyPage
from models.mailbox import Mailbox
from models.person import Person, Role
from models.reply import Appeal
from models.topic import Topic

#: Who is told where nobody has the duty, and when nobody acknowledges.
LEADING = (Role.ASSIGNER, Role.UNIT_LEADER)
#: Who may look at the pages of a mailbox and take one in hand, besides the officer on duty.
IN_CHARGE = (*LEADING, Role.SUPERVISOR)
OPEN = and_(DutyPage.acknowledged_at.is_(None), DutyPage.lifted_at.is_(None))


def with_context(query: Any) -> Any:
    """Have what a page of alarms shows fetched with them, however many there are."""
    return query.options(
        joinedload(DutyPage.mailbox).options(
            joinedload(Mailbox.topic).joinedload(Topic.agency), joinedload(Mailbox.report_unit)
        ),
        # What it takes to say who may open the case.
        selectinload(DutyPage.case).options(
            joinedload(Case.suggestion),
            joinedload(Case.topic),
            joinedload(Case.mailbox),
            joinedload(Case.unit),
            joinedload(Case.named_unit),
            selectinload(Case.assignments).joinedload(Assignment.unit),
            selectinload(Case.appeals).joinedload(Appeal.unit),
        ),
        joinedload(DutyPage.officer),
        joinedload(DutyPage.acknowledged_by),
    )


def visible(person: Person) -> ColumnElement[bool]:
    """Pages of one's own duty, and of mailboxes that one is in charge of.

    Of a report: those that the unit for reports is in charge of, and nothing for anybody who
    holds a role in the unit that it names.
    """
    over = [held.agency for held in person.appointments if held.role in IN_CHARGE]
    home = (
        select(DutyPage.id)
        .join(Topic, Topic.id == DutyPage.mailbox_id)
        .join(Mailbox, Mailbox.topic_id == DutyPage.mailbox_id)
        .outerjoin(Case, Case.id == DutyPage.case_id)
        .join(
            Agency,
            or_(
                and_(Case.confidential.is_(True), Agency.id == Mailbox.report_unit_id),
                and_(
                    func.coalesce(Case.confidential, False).is_(False),
                    Agency.id == Topic.agency_id,
                ),
            ),
        )
        .where(or_(false(), *(Agency.path.like(f"{one.path}%") for one in over)))
    )
    at_a_mailbox = select(Mailbox.topic_id).where(Mailbox.duty_officer_id == person.id)
    mine = or_(
        DutyPage.officer_id == person.id,
        and_(DutyPage.mailbox_id.in_(at_a_mailbox), ~_about(Case.confidential.is_(True))),
    )
    seen = or_(mine, DutyPage.id.in_(home)) if over else mine
    above = {
        int(part) for held in person.appointments for part in held.agency.path.split("/") if part
    }
    return and_(seen, ~_about(Case.named_unit_id.in_(above))) if above else seen


def _about(such: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Case.id == DutyPage.case_id, such)
