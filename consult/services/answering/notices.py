"""Notices: what people are told, on their page and by mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.exceptions import NotFound
from consult.sealing import Vault
from consult.services.handling import letter_words, told
from consult.services.handling.told import CaseTold
from consult.services.people import letters
from consult.services.people.letters import Words
from consult.services.records.pages import Page, paginate
from models.case import Case, CaseStep
from models.decision import Decision, Outcome
from models.notice import Notice
from models.person import Person
from models.suggestion import Suggestion

#: Letters written in one step.
BATCH = 50

#: Puts the notices of one letter (one person, topic and kind) into words.
Compose = Callable[[Sequence["Told"]], Words]


@dataclass(frozen=True)
class Told:
    """A notice with what its sentence needs."""

    notice: Notice
    #: Whether it is about their own suggestion; else they supported it.
    own: bool
    #: What was decided on the suggestion itself, an exception included.
    outcome: Outcome | None
    #: What it says of a case, if it is about one.
    case: CaseTold | None = None
    #: What the office writes to the author alone, with its reply.
    words: str = ""


@dataclass(frozen=True)
class Delivery:
    """What one step of delivering did."""

    #: Notices looked at.
    notices: int
    letters: int
    #: No mail wanted, no mail address, or the decision changed since.
    unmailed: int

    def __add__(self, other: "Delivery") -> "Delivery":
        return Delivery(
            self.notices + other.notices,
            self.letters + other.letters,
            self.unmailed + other.unmailed,
        )


UNREAD = (
    select(func.count())
    .where(Notice.person_id == bindparam("person"), Notice.read_at.is_(None))
    .execution_options(planned_once=True)
)


def unread(session: Session, *, person: Person) -> int:
    """How many notices ``person`` has not read."""
    query = UNREAD
    for condition in _may_know(person):
        query = query.where(condition)
    return session.scalar(query, {"person": person.id}) or 0


def mine(session: Session, *, person: Person, page: int) -> Page[Told]:
    """The notices of ``person``, unread ones first, then the newest."""
    own = select(Notice).where(Notice.person_id == person.id, *_may_know(person))
    query = _with_context(own).order_by(
        Notice.read_at.is_not(None), Notice.created_at.desc(), Notice.id.desc()
    )
    found: Page[Any] = paginate(session, query, page=page)
    return replace(found, items=[_told(notice) for notice in found.items])


def read(session: Session, *, person: Person, number: int, now: datetime) -> Told:
    """Mark one notice as read and return it.

    :raises NotFound: if it is not theirs.
    """
    own = select(Notice).filter_by(id=number, person_id=person.id).where(*_may_know(person))
    notice = session.scalar(_with_context(own))
    if notice is None:
        raise NotFound
    notice.read_at = notice.read_at or now
    return _told(notice)


def read_all(session: Session, *, person: Person, now: datetime) -> None:
    """Mark every notice of ``person`` as read."""
    session.execute(update(Notice).filter_by(person_id=person.id, read_at=None).values(read_at=now))


def waiting(session: Session) -> int:
    """How many notices have not been looked at for mailing."""
    return session.scalar(select(func.count()).where(Notice.mailed_at.is_(None))) or 0


def deliver(
    session: Session,
    *,
    vault: Vault,
    compose: Compose,
    now: datetime,
    staff_pause: timedelta = timedelta(0),
    limit: int = BATCH,
) -> Delivery:
    """Write the next letters of notices into the outbox, one for each person, topic and kind.

    Those to staff wait for ``staff_pause``, to go out together; alarms never wait.

    Every notice looked at is stamped, so that a second run finds nothing to do.
    What a person would read in the letter must still be so: where the decision
    changed since, no letter is written.
    """
    done = Delivery(0, 0, 0)
    for group in _next_groups(session, now - staff_pause, limit):
        mailed = [_told(notice) for notice in group if _wants_mail(notice) and _is_true(notice)]
        if mailed:
            own = letter_words.of(session, [one.notice for one in mailed])
            mailed = [replace(one, words=own.get(one.notice.id, "")) for one in mailed]
            words = compose(mailed)
            first = mailed[0].notice
            letters.write(
                session,
                vault=vault,
                key=f"notice:{first.id}",
                to=first.person,
                **words._asdict(),
                now=now,
            )
        for notice in group:
            notice.mailed_at = now
        done += Delivery(len(group), 1 if mailed else 0, len(group) - len(mailed))
    return done


def _next_groups(session: Session, before: datetime, limit: int) -> list[list[Notice]]:
    same = (Notice.person_id, Notice.topic_id, Notice.kind)
    keys = session.execute(
        select(*same, func.min(Notice.id))
        .where(Notice.mailed_at.is_(None))
        .group_by(*same)
        .having(or_(Notice.kind.not_in(told.BUNDLED), func.min(Notice.created_at) <= before))
        .order_by(func.min(Notice.id))
        .limit(limit)
    ).all()
    if not keys:
        return []
    found = session.scalars(
        _with_context(select(Notice))
        .where(Notice.mailed_at.is_(None), tuple_(*same).in_([tuple(key[:3]) for key in keys]))
        .order_by(*same, Notice.id)
        .with_for_update(of=Notice, skip_locked=True)  # another may be at it
    ).all()
    return [
        list(group)
        for _key, group in groupby(found, key=lambda n: (n.person_id, n.topic_id, n.kind))
    ]


def _with_context(query: Select[Notice]) -> Select[Notice]:
    return query.options(
        joinedload(Notice.person),
        joinedload(Notice.topic),
        joinedload(Notice.suggestion),
        joinedload(Notice.decision).selectinload(Decision.exceptions),
        # In a second look, and only where there is a case.
        selectinload(Notice.case).options(
            joinedload(Case.suggestion), joinedload(Case.mailbox), selectinload(Case.clocks)
        ),
        selectinload(Notice.step).joinedload(CaseStep.unit),
        selectinload(Notice.clock),
        selectinload(Notice.duty_page),
    )


def _may_know(person: Person) -> list[ColumnElement[bool]]:
    """A report is told to nobody who holds a role, by now, in the unit that it names."""
    above = {
        int(part) for held in person.appointments for part in held.agency.path.split("/") if part
    }
    if not above:
        return []
    named = exists().where(
        Case.id == Notice.case_id,
        Case.named_unit_id.in_(above),
        Suggestion.id == Case.suggestion_id,
        Suggestion.author_id != person.id,
    )
    return [~named]


def _told(notice: Notice) -> Told:
    suggestion, decision = notice.suggestion, notice.decision
    own = suggestion is not None and suggestion.author_id == notice.person_id
    outcome = decision.outcome if decision else None
    for exception in decision.exceptions if decision else ():
        if exception.suggestion_id == notice.suggestion_id:
            outcome = exception.outcome
    return Told(notice, own, outcome, told.about(notice))


def _wants_mail(notice: Notice) -> bool:
    """An alarm is work, which nobody unsubscribes from, and goes to a telephone as well."""
    person = notice.person
    if notice.kind in told.PAGES:
        return person.is_active and bool(person.address_masked)
    return person.is_active and person.mail_wanted and "@" in person.address_masked


def _is_true(notice: Notice) -> bool:
    of_case = told.about(notice)
    if of_case is not None:
        return of_case.is_so
    decision = notice.decision
    return decision is None or notice.decision_version in {None, decision.version}
