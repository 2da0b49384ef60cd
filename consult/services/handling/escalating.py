"""Clocks that run out: who is told before, when, and after that (督办).

At a fifth of the time left whoever has it in hand is told; when it has run out, they are told
again; a working day later those who lead the unit, two more later those who supervise it. What is
counted in hours cannot wait for days: all of them are told at once when it has run out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.services.handling import clocks, telling_people
from consult.services.handling.clocks import DUTIES, MOMENT, Times
from consult.services.handling.working_days import Calendar
from consult.services.records import ledger
from models.agency import Agency
from models.case import Case, CaseState, Clock, ClockKind
from models.mailbox import Mailbox, TimeUnit
from models.notice import NoticeKind
from models.person import Person, Role
from models.suggestion import Suggestion
from models.topic import Topic

NEAR, DUE, LEADER, SUPERVISOR = LEVELS = ("near", "due", "leader", "supervisor")
#: Of the time allowed, what is left when it is near, in percent.
NEAR_PERCENT = 20
BATCH = 50
#: Until a unit has a case, and while it says that another should, it lies with who assigns.
WITH_ASSIGNER = frozenset({CaseState.ACCEPTED, CaseState.OBJECTION, CaseState.MERGED})
WATCHED = DUTIES | {ClockKind.SUPPLEMENT}


@dataclass(frozen=True)
class Level:
    """When a level is reached, and what it is told as."""

    level: str
    at: datetime
    kind: NoticeKind


def escalate(
    session: Session,
    *,
    calendar: Calendar,
    now: datetime,
    near: int = NEAR_PERCENT,
    limit: int = BATCH,
) -> int:
    """Tell of up to ``limit`` clocks that have come to their next level; 0: none is left."""
    query = (
        select(Clock)
        .where(
            Clock.stopped_at.is_(None),
            Clock.warned != SUPERVISOR,
            Clock.kind.in_(WATCHED),
            or_(Clock.warn_at.is_(None), Clock.warn_at <= now),
        )
        .order_by(Clock.id)
        .limit(limit)
        .options(_CASE)
        .with_for_update(of=Clock, skip_locked=True)
    )
    found = session.scalars(query).unique().all()
    kept: dict[int, Times] = {}
    raised: list[ledger.Act] = []
    for clock in found:
        case = clock.case
        if case.mailbox_id not in kept:
            kept[case.mailbox_id] = clocks.times(session, case, calendar)
        raised += _follow(session, clock, warnings(clock, kept[case.mailbox_id], near), now)
    ledger.record_all(session, raised, actor=None, now=now)
    return len(found)


def warnings(clock: Clock, times: Times, near: int = NEAR_PERCENT) -> list[Level]:
    """What is told of a clock, and when, in order."""
    soon = near_at(clock, times.calendar, near)
    if clock.kind is ClockKind.SUPPLEMENT:
        return [Level(NEAR, soon, NoticeKind.CASE_SUPPLEMENT_DUE)]
    leader, supervisor = (_after(clock, times, name) for name in ("warn_leader", "warn_supervisor"))
    first = [] if _is_short(clock) else [Level(NEAR, soon, NoticeKind.CASE_NEAR_DUE)]
    return [
        *first,
        Level(DUE, clock.due_at, NoticeKind.CASE_OVERDUE),
        Level(LEADER, leader, NoticeKind.CASE_OVERDUE_UNIT),
        Level(SUPERVISOR, max(leader, supervisor), NoticeKind.CASE_OVERDUE_SUPERVISED),
    ]


def _is_short(clock: Clock) -> bool:
    """Of one working day the whole is the last fifth: a warning each morning would warn of nothing."""
    return clock.unit is TimeUnit.WORKING_DAYS and clock.amount == 1


def near_at(clock: Clock, calendar: Calendar, near: int = NEAR_PERCENT) -> datetime:
    """When little time is left: in working days, as the last fifth of them begins."""
    if clock.unit is not TimeUnit.WORKING_DAYS:
        return clock.due_at - (clock.due_at - clock.started_at) * near / 100
    amount = clock.amount + (clock.extended_amount or 0)
    left, day = -(-amount * near // 100), (clock.due_at - MOMENT).astimezone(calendar.zone).date()
    while left > calendar.works(day):
        left -= calendar.works(day)
        day -= timedelta(days=1)
    return max(clock.started_at, datetime.combine(day, time(), calendar.zone))


def _after(clock: Clock, times: Times, name: str) -> datetime:
    """So long after it ran out; at once for what is counted in hours."""
    if clock.unit is TimeUnit.HOURS:
        return clock.due_at
    allowed = times.allowances[name]
    limit: datetime = times.calendar.limit(clock.due_at - MOMENT, allowed.amount, allowed.unit).at
    return limit


def _follow(
    session: Session, clock: Clock, planned: Sequence[Level], now: datetime
) -> list[ledger.Act]:
    """Tell every level that was reached and not told, and note when the next one is.

    Returns what goes into the chain of acts: that it was brought before others.
    """
    if clock.warn_at is None and clock.kind is ClockKind.FOLLOW_UP:
        _tell_low(session, clock, now)
    told = LEVELS.index(clock.warned) if clock.warned else -1
    reached = [one for one in planned if one.at <= now and LEVELS.index(one.level) > told]
    for one in reached:
        if one.level != NEAR or now < clock.due_at:
            _tell(session, clock, one, now)
        clock.warned = one.level
    ahead = [one.at for one in planned if one.at > now]
    if not ahead:
        clock.warned = SUPERVISOR  # nobody is left to be told
    clock.warn_at = min(ahead, default=now)
    return [_act(clock, one.level) for one in reached if one.level in {LEADER, SUPERVISOR}]


def _act(clock: Clock, level: str) -> ledger.Act:
    detail = {"to": level, "clock": clock.id}
    return ledger.Act("case.escalated", "case_file", clock.case_id, clock.case.topic_id, detail)


def _tell(session: Session, clock: Clock, warning: Level, now: datetime) -> None:
    case = clock.case
    if warning.kind is NoticeKind.CASE_SUPPLEMENT_DUE:
        people = [case.suggestion.author]
    elif _told_with_lead(clock) or _told_with_review(clock):
        return
    else:
        people = _people(session, clock, warning.level)
    _write(session, clock, warning.kind, f"{warning.level}:{clock.due_at:%y%m%d%H%M}", people, now)


def _tell_low(session: Session, clock: Clock, now: datetime) -> None:
    """A low rating waits for its answer: told when its window has closed, never before."""
    case = clock.case
    people = [
        *telling_people.staff(session, case, telling_people.home(case), Role.ASSIGNER),
        *telling_people.staff(session, case, case.unit, Role.UNIT_LEADER),
    ]
    _write(session, clock, NoticeKind.CASE_RATED_LOW, "low", people, now)


def _write(
    session: Session,
    clock: Clock,
    kind: NoticeKind,
    level: str,
    people: Sequence[Person],
    now: datetime,
) -> None:
    telling_people.write(
        session,
        kind,
        f"clock:{clock.id}:{level}",
        people,
        topic_id=clock.case.topic_id,
        case=clock.case,
        clock=clock,
        now=now,
    )


def _told_with_lead(clock: Clock) -> bool:
    """Whether the joined case that answers this one runs out no later: it is told of that one."""
    lead = clock.case.joined_to
    return lead is not None and any(
        one.due_at <= clock.due_at for one in clocks.running(lead, clock.kind)
    )


def _told_with_review(clock: Clock) -> bool:
    """Whether the review is due by the same moment, as of what is urgent: one act ends both."""
    return clock.kind is ClockKind.ACCEPTANCE and any(
        one.due_at == clock.due_at for one in clocks.running(clock.case, ClockKind.REVIEW)
    )


def _people(session: Session, clock: Clock, level: str) -> list[Person]:
    """Those who have it in hand; then who leads where it lies; then who supervises."""
    case = clock.case
    if level == SUPERVISOR:
        return telling_people.staff(session, case, telling_people.home(case), Role.SUPERVISOR)
    unit = _lies_with(clock)
    if level == LEADER:
        return telling_people.staff(session, case, unit, Role.UNIT_LEADER)
    handler = case.handler
    if clock.kind is ClockKind.REPLY and handler is not None and handler.is_active:
        return [handler]
    return telling_people.staff(session, case, unit, *HANDS[clock.kind])


#: Who has it in hand, by what runs out.
HANDS: Mapping[ClockKind, tuple[Role, ...]] = {
    ClockKind.REVIEW: (Role.ASSIGNER,),
    ClockKind.ACCEPTANCE: (Role.ASSIGNER,),
    ClockKind.OBJECTION: (Role.ASSIGNER,),
    ClockKind.FOLLOW_UP: (Role.ASSIGNER,),
    ClockKind.REPLY: (Role.HANDLER, Role.ASSIGNER),
    ClockKind.APPEAL: (Role.ASSIGNER, Role.UNIT_LEADER),
}


def _lies_with(clock: Clock) -> Agency:
    case = clock.case
    if clock.kind is ClockKind.APPEAL:
        waits = [one.unit for one in case.appeals if one.answered_at is None]
        return waits[0] if waits else case.unit
    if clock.kind is ClockKind.REPLY and case.state not in WITH_ASSIGNER:
        return case.unit
    return telling_people.home(case)


_CASE = joinedload(Clock.case).options(
    joinedload(Case.topic).joinedload(Topic.agency),
    joinedload(Case.mailbox).joinedload(Mailbox.report_unit),
    joinedload(Case.suggestion).joinedload(Suggestion.author),
    joinedload(Case.unit),
    joinedload(Case.handler),
    selectinload(Case.clocks),
    selectinload(Case.assignments),
    selectinload(Case.appeals),
    selectinload(Case.joined_to).selectinload(Case.clocks),
)
