"""值班: who has the duty is paged about what cannot wait, and says that it is in hand."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, NotAllowed, NotFound
from consult.services.handling import telling_people
from consult.services.handling.duty_sight import LEADING, OPEN, visible, with_context
from consult.services.handling.parties import may_see
from consult.services.records import ledger
from consult.services.records.pages import Page, paginate
from consult.text.normalise import tidy
from models.case import Case, CaseState
from models.duty import DutyCause, DutyPage
from models.mailbox import Mailbox, Urgency
from models.notice import NoticeKind
from models.person import Person, Role
from models.surge import Level as Colour
from models.topic import Topic

#: Classes of urgency for which somebody is paged.
URGENT = frozenset({Urgency.SUPPLY, Urgency.DANGER})
#: There is nothing left to do at once.
ANSWERED = frozenset({CaseState.MERGED, CaseState.REPLIED, CaseState.RATED})
#: On top of the page; what is not named comes last.
FIRST = ("danger", "red", "orange", "supply")
PATIENCE = timedelta(minutes=15)
MOST = 500


def page(
    session: Session,
    *,
    mailbox: Mailbox,
    cause: DutyCause,
    key: str,
    level: str,
    title: str = "",
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> DutyPage:
    """Tell who has the duty at ``mailbox``; the same ``key`` again gives the page that is there.

    Where nobody has it, those who assign and lead are told instead. It is raised by
    :func:`raise_open` until somebody acknowledges it.
    """
    earlier = session.scalar(select(DutyPage).filter_by(key=key))
    if earlier is not None:
        return earlier
    rung = DutyPage(
        key=key, mailbox=mailbox, cause=cause, level=level, title=title, detail=detail or {}
    )
    _ring(session, [rung], now)
    return rung


def page_cases(session: Session, cases: Iterable[Case], *, now: datetime) -> list[DutyPage]:
    """Page for those of ``cases`` that are urgent, once for each class; returns the new pages.

    Of a report only who may see it is told.
    """
    wanted = {
        f"case:{case.id}:{case.urgency}": case
        for case in cases
        if case.urgency in URGENT and case.closed_at is None
    }
    known = select(DutyPage.key).where(DutyPage.key.in_(wanted))
    there = set(session.scalars(known)) if wanted else set()
    rung = [
        DutyPage(
            key=key,
            mailbox=case.mailbox,
            case=case,
            cause=DutyCause.URGENT_CASE,
            level=case.urgency.value,
            detail={},
        )
        for key, case in wanted.items()
        if key not in there
    ]
    _ring(session, rung, now)
    return rung


def lift(session: Session, *, key: str, now: datetime) -> None:
    """Take a page back that nobody has acknowledged: it is over, or was never urgent."""
    found = session.scalar(select(DutyPage).filter_by(key=key))
    if found is not None and found.is_open:
        found.lifted_at = now


def lift_case(session: Session, case: Case, *, now: datetime) -> None:
    """Take back the pages about a case for classes that it is not in, or since it is answered.

    A message that was joined to another is taken care of with that one.
    """
    over = case.closed_at is not None or case.state in ANSWERED
    keep = "" if over else f"case:{case.id}:{case.urgency}"
    for found in session.scalars(select(DutyPage).filter_by(case_id=case.id)):
        if found.is_open and found.key != keep:
            found.lifted_at = now


def acknowledge(
    session: Session, *, number: int, note: str = "", actor: Person, now: datetime
) -> DutyPage:
    """Say that one has it in hand; whoever is told or in charge may, and the first counts.

    :raises NotFound: if the page is none of theirs.
    :raises Conflict: if somebody else has it in hand already, or it was taken back.
    """
    rung: DutyPage | None = session.scalar(
        with_context(select(DutyPage).where(DutyPage.id == number, visible(actor)))
        .with_for_update(of=DutyPage)
        .execution_options(populate_existing=True)
    )
    if rung is None:
        raise NotFound
    if rung.lifted_at is not None:
        raise Conflict(N_("This alarm was taken back: nothing needs to be done."))
    if rung.acknowledged_by is not None:
        if rung.acknowledged_by_id == actor.id:
            return rung
        raise Conflict(N_("%(name)s has it in hand already."), name=rung.acknowledged_by.name)
    if rung.case is not None and rung.case.suggestion.author_id == actor.id:
        raise NotAllowed(N_("You wrote this message: somebody else takes it in hand."))
    rung.acknowledged_at, rung.acknowledged_by = now, actor
    rung.note = tidy(note)[:MOST]
    subject = rung.case if rung.case is not None else rung.mailbox.topic
    ledger.record(session, "duty.acknowledged", subject, actor=actor, now=now, page=rung.id)
    return rung


def raise_open(
    session: Session, *, patience: timedelta = PATIENCE, now: datetime, limit: int = 50
) -> int:
    """Raise pages that nobody acknowledged in time; to who leads, then to who supervises."""
    query = (
        select(DutyPage)
        .where(
            DutyPage.acknowledged_at.is_(None),
            DutyPage.lifted_at.is_(None),
            DutyPage.raised < DutyPage.MOST_RAISES,
            func.coalesce(DutyPage.raised_at, DutyPage.created_at) <= now - patience,
        )
        .order_by(DutyPage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query).all()
    for rung in found:
        roles = LEADING if rung.raised == 0 else (Role.SUPERVISOR,)
        rung.raised, rung.raised_at = rung.raised + 1, now
        people = _leading(session, rung, *roles)
        _tell(session, rung, NoticeKind.DUTY_RAISED, people, now)
    return len(found)


def waiting(session: Session, *, reader: Person) -> int:
    """How many pages wait for somebody, of those that ``reader`` may take in hand."""
    query = select(func.count(DutyPage.id)).where(OPEN, visible(reader))
    return session.scalar(query) or 0


def listed(
    session: Session, *, reader: Person, settled: bool = False, page: int = 1
) -> Page[DutyPage]:
    """The pages that wait, the most urgent first; or those that were settled, the newest first."""
    query = select(DutyPage).where(~OPEN if settled else OPEN, visible(reader))
    urgency = case({level: n for n, level in enumerate(FIRST)}, value=DutyPage.level, else_=9)
    query = query.order_by(*([DutyPage.id.desc()] if settled else [urgency, DutyPage.id]))
    found: Page[DutyPage] = paginate(session, with_context(query), page=page)
    return found


def knows(rung: DutyPage, person: Person) -> bool:
    """Whether ``person`` may open the case behind a page; an officer without a role may not."""
    return rung.case is not None and may_see(rung.case, person)


def level(rung: DutyPage) -> StrEnum:
    """How urgent it is, to be called by its name."""
    return Urgency(rung.level) if rung.cause is DutyCause.URGENT_CASE else Colour(rung.level)


def _ring(session: Session, rung: Sequence[DutyPage], now: datetime) -> None:
    """Keep the pages and tell their people; the chain of acts is written last."""
    for one in rung:
        one.officer, one.raised, one.created_at = _officer(one.mailbox, one.case), 0, now
        session.add(one)
    session.flush()
    for one in rung:
        people = [one.officer] if one.officer else _leading(session, one, *LEADING)
        _tell(session, one, NoticeKind.DUTY_PAGED, people, now)
    ledger.record_all(
        session,
        [
            ledger.Act(
                "duty.paged",
                Case.__tablename__ if one.case else Topic.__tablename__,
                one.case_id or one.mailbox_id,
                one.mailbox_id,
                {"page": one.id, "level": one.level},
            )
            for one in rung
        ],
        actor=None,
        now=now,
    )


def _officer(mailbox: Mailbox, case: Case | None) -> Person | None:
    """Who has the duty; of a report only if they may see it, and never for a message of theirs."""
    officer = mailbox.duty_officer
    if officer is None or not officer.is_active:
        return None
    if case is None:
        return officer
    if case.suggestion.author_id == officer.id:
        return None
    return officer if not case.confidential or may_see(case, officer) else None


def _leading(session: Session, rung: DutyPage, *roles: Role) -> list[Person]:
    case = rung.case
    if case is not None:
        return telling_people.staff(session, case, telling_people.home(case), *roles)
    return telling_people.nearest(session, rung.mailbox.topic.agency, roles)


def _tell(
    session: Session, rung: DutyPage, kind: NoticeKind, people: Collection[Person], now: datetime
) -> None:
    telling_people.write(
        session,
        kind,
        f"duty:{rung.id}:{rung.raised}",
        people,
        topic_id=rung.mailbox.topic_id,
        case=rung.case,
        page=rung,
        now=now,
    )
