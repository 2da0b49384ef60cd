"""What lies on whose desk: the queues of cases, how many wait in each, and a page of one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from consult.services.caseload import case_search
from consult.services.caseload.case_search import Wanted
from consult.services.caseload.sight import (
    APPEALS,
    UNIT_ROLES,
    assigned,
    at_home,
    in_charge,
    not_barred,
    of_mailboxes,
    reached,
    to_review,
    visible,
)
from consult.services.handling.parties import READERS
from consult.services.handling.steps import OVER
from consult.services.handling.working_days import Calendar
from consult.services.records.pages import Page
from models.case import Case, CaseState
from models.casework import CAN_WAIT
from models.mailbox import TimeUnit
from models.person import Person, Role
from models.reply import Reply, ReplyStage

#: Nobody needs to know how many more wait than these, and nobody counts further.
MOST_COUNTED = 999
#: Due so soon that it is near: working days, the day of today not counted.
NEAR = 2
S = CaseState


class Queue(StrEnum):
    """A list of cases for which the same is to be done."""

    REVIEW = "review"
    TO_ASSIGN = "to_assign"
    OBJECTIONS = "objections"
    TAKE_UP = "take_up"
    MINE = "mine"
    REPLIES = "replies"
    LOW = "low"
    APPEALS = "appeals"
    CONFIDENTIAL = "confidential"
    NEAR_DUE = "near_due"
    OVERDUE = "overdue"
    UNIT = "unit"
    CO_HANDLING = "co_handling"
    ALL = "all"


@dataclass(frozen=True)
class Desk:
    """Whose queues these are, and the moment."""

    person: Person
    now: datetime
    #: Up to here something counts as due soon.
    soon: datetime


Condition = Callable[[Desk], ColumnElement[bool]]
STAFF = (Role.ASSIGNER, *UNIT_ROLES, *READERS)
#: In hand in a unit: neither over, nor with the assigner, nor with the one who wrote.
IN_UNIT = (
    S.ASSIGNED,
    S.OBJECTION,
    S.REASSIGNED,
    S.UPHELD,
    S.IN_PROGRESS,
    S.EXTENDED,
    S.REPLY_DRAFTED,
    S.REPLY_RETURNED,
    S.REOPENED,
)
TO_TAKE_UP = (S.ASSIGNED, S.REASSIGNED, S.UPHELD, S.REOPENED)
#: In hand with a handler of its own.
IN_HAND = (S.IN_PROGRESS, S.EXTENDED, S.REPLY_DRAFTED, S.REPLY_RETURNED)


def desk(person: Person, *, calendar: Calendar, now: datetime) -> Desk:
    """The desk of ``person`` at this moment."""
    return Desk(person, now, calendar.limit(now, NEAR, TimeUnit.WORKING_DAYS).at)


def _ours(*states: CaseState) -> Condition:
    """Cases that wait for the assigner; reports have a queue of their own."""
    return lambda desk: and_(Case.state.in_(states), of_mailboxes(desk.person, Role.ASSIGNER))


def _of_unit(*states: CaseState) -> Condition:
    return lambda desk: and_(
        Case.state.in_(states), Case.unit_id.in_(reached(desk.person, *UNIT_ROLES))
    )


def _mine(desk: Desk) -> ColumnElement[bool]:
    return and_(Case.handler_id == desk.person.id, Case.state.in_(IN_HAND))


def _replies(desk: Desk) -> ColumnElement[bool]:
    """Replies that wait for this person's review; nobody reviews their own."""
    person = desk.person
    drafted = select(Reply.case_id).where(
        Reply.case_id == Case.id, Reply.round == Case.round, Reply.drafted_by_id != person.id
    )
    unit = Case.unit_id.in_(reached(person, Role.UNIT_LEADER))
    waits = (
        drafted.where(Reply.stage == ReplyStage.UNIT_LEADER, unit).exists()
        | drafted.where(Reply.stage == ReplyStage.ASSIGNER, at_home(person, Role.ASSIGNER)).exists()
    )
    return and_(Case.state == S.REPLY_DRAFTED, waits)


def _low(desk: Desk) -> ColumnElement[bool]:
    """Rated low: the time to follow that up runs, so the window for the rating has closed.

    No other duty of an office runs in this state.
    """
    waits = and_(Case.state == S.RATED, Case.due_at.is_not(None))
    return and_(waits, at_home(desk.person, Role.ASSIGNER))


def _appeals(desk: Desk) -> ColumnElement[bool]:
    return and_(Case.state.in_(APPEALS), Case.id.in_(to_review(desk.person)))


def _confidential(desk: Desk) -> ColumnElement[bool]:
    return and_(Case.confidential, Case.state.not_in(OVER), in_charge(desk.person))


def _near_due(desk: Desk) -> ColumnElement[bool]:
    return and_(Case.due_at > desk.now, Case.due_at <= desk.soon, in_charge(desk.person))


def _overdue(desk: Desk) -> ColumnElement[bool]:
    return and_(Case.due_at <= desk.now, in_charge(desk.person))


def _co_handling(desk: Desk) -> ColumnElement[bool]:
    return and_(Case.state.not_in(OVER), Case.id.in_(assigned(desk.person, lead=False)))


#: Who has which queue, and what lies in it, in the order of the page.
QUEUES: Mapping[Queue, tuple[tuple[Role, ...], Condition]] = {
    Queue.REVIEW: ((Role.ASSIGNER,), _ours(S.SUBMITTED, S.UNDER_REVIEW)),
    Queue.TO_ASSIGN: ((Role.ASSIGNER,), _ours(S.ACCEPTED)),
    Queue.OBJECTIONS: ((Role.ASSIGNER,), _ours(S.OBJECTION)),
    Queue.TAKE_UP: (UNIT_ROLES, _of_unit(*TO_TAKE_UP)),
    Queue.MINE: (UNIT_ROLES, _mine),
    Queue.REPLIES: ((Role.ASSIGNER, Role.UNIT_LEADER), _replies),
    Queue.LOW: ((Role.ASSIGNER,), _low),
    Queue.APPEALS: ((Role.ASSIGNER, Role.UNIT_LEADER), _appeals),
    Queue.CONFIDENTIAL: (STAFF, _confidential),
    Queue.NEAR_DUE: (STAFF, _near_due),
    Queue.OVERDUE: (STAFF, _overdue),
    Queue.UNIT: (UNIT_ROLES, _of_unit(*IN_UNIT)),
    Queue.CO_HANDLING: (UNIT_ROLES, _co_handling),
    Queue.ALL: (STAFF, lambda desk: visible(desk.person)),
}
#: What somebody must act on; the others are for looking.
TASKS = (
    Queue.REVIEW,
    Queue.TO_ASSIGN,
    Queue.OBJECTIONS,
    Queue.TAKE_UP,
    Queue.MINE,
    Queue.REPLIES,
    Queue.LOW,
    Queue.APPEALS,
)


def of_person(person: Person) -> list[Queue]:
    """The queues that ``person`` has, by their roles."""
    held = {one.role for one in person.appointments} if person.is_active else set()
    return [queue for queue, (roles, _condition) in QUEUES.items() if held & set(roles)]


def counts(session: Session, desk: Desk) -> dict[Queue, int]:
    """How many wait in each queue of this desk, up to one more than :data:`MOST_COUNTED`; one query.

    All cases together are not counted.
    """
    asked = [queue for queue in of_person(desk.person) if queue is not Queue.ALL]
    if not asked:
        return {}
    columns = [
        select(func.count())
        .select_from(
            select(Case.id).where(_lies_in(queue, desk)).limit(MOST_COUNTED + 1).subquery()
        )
        .scalar_subquery()
        for queue in asked
    ]
    return dict(zip(asked, session.execute(select(*columns)).one(), strict=True))


def listed(
    session: Session,
    desk: Desk,
    queue: Queue,
    *,
    wanted: Wanted | None = None,
    page: int = 1,
    size: int = 20,
) -> Page[Case]:
    """One page of a queue: danger and failed supply before the rest, then what is due first.

    Of all cases the newest stand first.

    A fixed number of queries, however long it is. Nothing for a queue that this person has not.
    """
    first = (CAN_WAIT, Case.due_at.asc().nulls_last(), Case.id)
    order = (Case.id.desc(),) if queue is Queue.ALL else first
    if queue not in of_person(desk.person):
        return Page([], 1, size, 0)
    return case_search.found(
        session,
        conditions=(_lies_in(queue, desk),),
        order=order,
        wanted=wanted or Wanted(),
        person=desk.person,
        options=(
            joinedload(Case.suggestion),
            joinedload(Case.topic),
            joinedload(Case.unit),
            joinedload(Case.handler),
        ),
        page=page,
        size=size,
    )


def left(case: Case, now: datetime) -> timedelta | None:
    """How long until the next duty is due; negative: since when it is overdue."""
    return None if case.due_at is None else case.due_at - now


def _lies_in(queue: Queue, desk: Desk) -> ColumnElement[bool]:
    return and_(QUEUES[queue][1](desk), not_barred(desk.person))
