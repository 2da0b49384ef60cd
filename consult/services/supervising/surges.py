"""熔断 for people: the alarms they may see, and what they do about one.

Nothing is deleted or hidden by an alarm. It says that many write at once; people acknowledge it,
put a statement on top of the mailbox, open a joint case, and say in the end what it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from consult.exceptions import N_, Conflict, Invalid, NotAllowed, NotFound
from consult.permissions import Permission, can, require
from consult.services.handling import duty, mailboxes
from consult.services.records import ledger
from consult.services.records.pages import Page, paginate
from consult.services.records.versions import expect_version
from consult.services.supervising.surge_ringing import hush, pages_of
from consult.text.normalise import tidy
from models.agency import Agency
from models.case import Case
from models.duty import DutyPage
from models.mailbox import Mailbox
from models.person import Person, Role
from models.surge import (
    Level,
    SurgeAbout,
    SurgeAlarm,
    SurgeCount,
    SurgeStep,
    SurgeVerdict,
    SurgeWatch,
)
from models.topic import Topic

#: Who sees the alarms of a mailbox of their agency.
SEEING = (Role.ASSIGNER, Role.UNIT_LEADER, Role.SUPERVISOR, Role.AUDITOR)
MOST = 500


@dataclass(frozen=True)
class Matter:
    """An alarm with those that are about the same messages, and the highest level of all of them."""

    alarm: SurgeAlarm
    parts: Sequence[SurgeAlarm]
    level: Level


@dataclass(frozen=True)
class Watched:
    """A mailbox, since when its arrivals are known, and when they were looked at last."""

    mailbox: Mailbox
    since: datetime | None
    looked_at: datetime | None


def listed(
    session: Session,
    *,
    reader: Person,
    ended: bool = False,
    level: Level | None = None,
    topic_id: int | None = None,
    page: int = 1,
) -> Page[SurgeAlarm]:
    """The alarms that stand, the gravest first; or those that are over, the newest first.

    Each matter once: what belongs to an alarm of the list is given by :func:`matters`.
    """
    head = aliased(SurgeAlarm)
    is_over = head.ended_at.is_not(None)
    query = (
        select(SurgeAlarm)
        .outerjoin(head, head.id == SurgeAlarm.part_of_id)
        .where(_visible(reader), or_(head.id.is_(None), ~is_over if ended else is_over))
    )
    if ended:
        query = query.where(SurgeAlarm.ended_at.is_not(None)).order_by(SurgeAlarm.id.desc())
    else:
        graveness = [SurgeAlarm.level == one for one in reversed(Level)]
        query = query.where(SurgeAlarm.ended_at.is_(None)).order_by(
            *(~one for one in graveness), SurgeAlarm.id.desc()
        )
    if level is not None:
        query = query.where((SurgeAlarm.peak if ended else SurgeAlarm.level) == level)
    if topic_id is not None:
        query = query.where(SurgeAlarm.topic_id == topic_id)
    found: Page[SurgeAlarm] = paginate(session, query.options(*_context()), page=page)
    return found


def matters(
    session: Session, alarms: Sequence[SurgeAlarm], *, reader: Person, ended: bool
) -> dict[int, Matter]:
    """Each of ``alarms`` with what belongs to it and is as much over; one query."""
    found: dict[int, list[SurgeAlarm]] = {alarm.id: [] for alarm in alarms}
    over = SurgeAlarm.ended_at.is_not(None) if ended else SurgeAlarm.ended_at.is_(None)
    query = select(SurgeAlarm).where(SurgeAlarm.part_of_id.in_(found), _visible(reader), over)
    for part in session.scalars(query.order_by(SurgeAlarm.id)):
        found[part.part_of_id or 0].append(part)
    return {
        alarm.id: Matter(alarm, found[alarm.id], _highest([alarm, *found[alarm.id]], ended=ended))
        for alarm in alarms
    }


def watched(session: Session, *, reader: Person) -> Sequence[Watched]:
    """The mailboxes whose alarms ``reader`` sees, and how far their baselines go back."""
    first = (
        select(SurgeCount.topic_id, func.min(SurgeCount.hour).label("since"))
        .group_by(SurgeCount.topic_id)
        .subquery()
    )
    query = (
        select(Mailbox, first.c.since, SurgeWatch.looked_at)
        .join(Topic, Topic.id == Mailbox.topic_id)
        .outerjoin(SurgeWatch, SurgeWatch.topic_id == Mailbox.topic_id)
        .outerjoin(first, first.c.topic_id == Mailbox.topic_id)
        .where(_of_mailbox(reader))
        .options(joinedload(Mailbox.topic))
        .order_by(Topic.id)
    )
    return [Watched(*row) for row in session.execute(query)]


def by_id(session: Session, number: int, *, reader: Person) -> SurgeAlarm:
    """An alarm with its mailbox.

    :raises NotFound: if ``reader`` may not see it.
    """
    query = select(SurgeAlarm).where(SurgeAlarm.id == number, _visible(reader))
    found = session.scalar(query.options(*_context()))
    if found is None:
        raise NotFound
    return found


def parts(session: Session, alarm: SurgeAlarm) -> Sequence[SurgeAlarm]:
    """The alarms that are about mostly the same messages and did not ring."""
    query = select(SurgeAlarm).filter_by(part_of_id=alarm.id).order_by(SurgeAlarm.id)
    return session.scalars(query.options(*_context())).all()


def steps(session: Session, alarm: SurgeAlarm) -> Sequence[SurgeStep]:
    """What happened to it, the oldest first."""
    query = select(SurgeStep).filter_by(alarm_id=alarm.id).order_by(SurgeStep.id)
    return session.scalars(query.options(joinedload(SurgeStep.actor))).all()


def may_act(alarm: SurgeAlarm, person: Person) -> bool:
    """Whether ``person`` may take it in hand and end it: who assigns, supervises or has the duty."""
    on_duty = person.is_active and alarm.mailbox.duty_officer_id == person.id
    return on_duty or can(person, Permission.SURGE_ACT, alarm.mailbox)


def acknowledge(
    session: Session, *, alarm: SurgeAlarm, words: str = "", actor: Person, now: datetime
) -> None:
    """Say that one has it in hand; the pages about it wait no longer.

    :raises Conflict: if nobody was told of it, or somebody has it in hand already.
    """
    _require_act(alarm, actor)
    waiting_pages = [one for one in pages_of(session, alarm) if one.is_open]
    if not waiting_pages:
        raise Conflict(N_("Nobody waits for an answer to this alarm."))
    for one in waiting_pages:
        duty.acknowledge(session, number=one.id, note=words, actor=actor, now=now)
    _note(session, alarm, "acknowledged", words, actor, now)


def state(
    session: Session, *, alarm: SurgeAlarm, words: str, version: int, actor: Person, now: datetime
) -> None:
    """Put an official statement on top of the mailbox, where everybody who writes reads it.

    :raises StaleVersion: if the mailbox was changed since.
    :raises Invalid: if nothing is said.
    """
    require(actor, Permission.MAILBOX_MANAGE, alarm.mailbox)
    expect_version(alarm.mailbox, version)
    if not tidy(words):
        raise Invalid(N_("Write what people should know."), field="words")
    mailboxes.state(session, mailbox=alarm.mailbox, words=words, actor=actor, now=now)
    _note(session, alarm, "stated", words, actor, now)


def joined(
    session: Session, *, alarm: SurgeAlarm, case: Case, actor: Person, now: datetime
) -> None:
    """Note the case that answers the messages of an alarm together."""
    alarm.joint_case = case
    _note(session, alarm, "joined", case.no, actor, now)


def end(
    session: Session,
    *,
    alarm: SurgeAlarm,
    verdict: SurgeVerdict,
    words: str,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """Say what it was and end it; it stays silent for three days unless it gets worse.

    :raises Conflict: if it is over already.
    :raises StaleVersion: if it rose or fell since.
    :raises Invalid: if no reason is given.
    """
    _require_act(alarm, actor)
    if alarm.ended_at is not None:
        raise Conflict(N_("This alarm is over already."))
    expect_version(alarm, version)
    if not tidy(words):
        raise Invalid(N_("Please give a reason."), field="reason")
    alarm.ended_at, alarm.ended_by, alarm.verdict = now, actor, verdict
    hush(session, alarm, now=now)
    _note(session, alarm, "settled", words, actor, now)


def told(session: Session, alarm: SurgeAlarm) -> Sequence[DutyPage]:
    """Who was told of it, and who took it in hand."""
    return pages_of(session, alarm)


def _highest(alarms: Sequence[SurgeAlarm], *, ended: bool) -> Level:
    levels = [one.peak if ended else one.level for one in alarms]
    return max(levels, key=lambda level: level.rank)


def _require_act(alarm: SurgeAlarm, actor: Person) -> None:
    if not may_act(alarm, actor):
        raise NotAllowed


def _note(
    session: Session, alarm: SurgeAlarm, act: str, words: str, actor: Person, now: datetime
) -> None:
    session.add(
        SurgeStep(
            alarm=alarm,
            act=act,
            level=alarm.level,
            hours=alarm.hours,
            count=alarm.count,
            expected=alarm.expected,
            actor=actor,
            words=tidy(words)[:MOST],
            created_at=now,
        )
    )
    ledger.record(session, f"surge.{act}", alarm, actor=actor, now=now)


def _visible(reader: Person) -> ColumnElement[bool]:
    """Alarms of mailboxes that one is in charge of, and those about a unit that one leads."""
    mine = SurgeAlarm.topic_id.in_(
        select(Mailbox.topic_id)
        .join(Topic, Topic.id == Mailbox.topic_id)
        .where(_of_mailbox(reader))
    )
    leading = [held.agency for held in reader.appointments if held.role is Role.UNIT_LEADER]
    if not leading:
        return mine
    units = select(cast(Agency.id, String)).where(_below(leading))
    return or_(mine, and_(SurgeAlarm.about == SurgeAbout.UNIT, SurgeAlarm.key.in_(units)))


def _of_mailbox(reader: Person) -> ColumnElement[bool]:
    over = [held.agency for held in reader.appointments if held.role in SEEING]
    within = Topic.agency_id.in_(select(Agency.id).where(_below(over))) if over else false()
    return or_(within, Mailbox.duty_officer_id == reader.id)


def _below(agencies: Sequence[Agency]) -> ColumnElement[bool]:
    return or_(*(Agency.path.startswith(one.path, autoescape=True) for one in agencies))


def _context() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(SurgeAlarm.mailbox).joinedload(Mailbox.topic),
        joinedload(SurgeAlarm.joint_case).joinedload(Case.suggestion),
        joinedload(SurgeAlarm.ended_by),
    )
