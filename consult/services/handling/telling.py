"""Telling people about their cases: each step once, to whom it concerns.

Nothing is told in the transaction of an act. A job comes after, finds every step that nobody was
told of, and writes notices and marks the step in one transaction: killed at any moment, it
finds the same steps again, and a notice that is there already is not written twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true, update
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.services.handling import duty, telling_people
from consult.services.handling import telling_audiences as audiences
from consult.services.handling.moves import CaseAct
from consult.services.handling.telling_followers import tell_followers
from models.case import Case, CaseStep
from models.casework import CaseNote, NoteKind
from models.mailbox import Mailbox
from models.notice import NoticeKind
from models.person import Person, Role
from models.suggestion import Suggestion
from models.topic import Topic

#: Steps, or messages that came in, told of in one transaction.
BATCH = 50
#: Kept in the timeline by consult/services/handling/triage.
TRIAGE = "triage"

Audience = Callable[[Session, CaseStep], Iterable[Person]]


#: What telling asks of a case, fetched with the batch.
_CONTEXT = (
    joinedload(Case.topic).joinedload(Topic.agency),
    joinedload(Case.mailbox).options(
        joinedload(Mailbox.report_unit), joinedload(Mailbox.duty_officer)
    ),
    joinedload(Case.suggestion).joinedload(Suggestion.author),
    joinedload(Case.unit),
    joinedload(Case.handler),
    selectinload(Case.assignments),
    selectinload(Case.appeals),
)


@dataclass(frozen=True)
class Tell:
    """What a step means to some of those whom it concerns."""

    kind: NoticeKind
    to: Audience


def tell_steps(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Tell of the oldest steps that nobody was told of; returns how many there were."""
    query = (
        select(CaseStep)
        .where(CaseStep.told_at.is_(None))
        .order_by(CaseStep.id)
        .limit(limit)
        .options(joinedload(CaseStep.case).options(*_CONTEXT))
        .with_for_update(of=CaseStep, skip_locked=True)
    )
    steps = session.scalars(query).unique().all()
    for step in steps:
        _tell(session, step, now)
    duty.page_cases(session, [step.case for step in steps if step.act == TRIAGE], now=now)
    session.execute(
        update(CaseStep)
        .where(CaseStep.id.in_([step.id for step in steps]))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    return len(steps)


def tell_arrivals(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Tell authors that their messages came in, and who has the duty of the urgent ones."""
    query = (
        select(Case)
        .where(Case.told_at.is_(None))
        .order_by(Case.id)
        .limit(limit)
        .options(*_CONTEXT)
        .with_for_update(of=Case, skip_locked=True)
    )
    cases = session.scalars(query).unique().all()
    for case in cases:
        _write(
            session,
            NoticeKind.CASE_RECEIVED,
            f"case:{case.id}",
            [audiences.author(case)],
            case,
            now,
        )
        if case.confidential:
            people = telling_people.staff(session, case, telling_people.home(case), Role.ASSIGNER)
            _write(session, NoticeKind.REPORT_RECEIVED, f"case:{case.id}", people, case, now)
    duty.page_cases(session, cases, now=now)
    session.execute(
        update(Case)  # a plain UPDATE: nobody's form is out of date because of it
        .where(Case.id.in_([case.id for case in cases]))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    return len(cases)


def tell_notes(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Tell of requests of supervisors 督办意见 those who are to do what is asked."""
    query = (
        select(CaseNote)
        .where(CaseNote.kind == NoteKind.SUPERVISION, CaseNote.told_at.is_(None))
        .order_by(CaseNote.id)
        .limit(limit)
        .options(joinedload(CaseNote.case).options(*_CONTEXT))
        .with_for_update(of=CaseNote, skip_locked=True)
    )
    notes = session.scalars(query).unique().all()
    for note in notes:
        people = audiences.called_on(session, note)
        _write(session, NoticeKind.CASE_URGED, f"note:{note.id}", people, note.case, now)
    session.execute(
        update(CaseNote)
        .where(CaseNote.id.in_([note.id for note in notes]))
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    return len(notes)


def untold(session: Session, *, most: int) -> tuple[int, datetime | None]:
    """How many steps, messages and requests nobody was told of, and since when; to ``most`` each."""
    count = 0
    since: list[datetime] = []
    urging = CaseNote.kind == NoteKind.SUPERVISION
    for table, told in ((CaseStep, true()), (Case, true()), (CaseNote, urging)):
        rows = select(table.created_at).where(table.told_at.is_(None), told)
        found = rows.limit(most).subquery()
        some, oldest = session.execute(select(func.count(), func.min(found.c.created_at))).one()
        count += some
        since += [oldest] if oldest is not None else []
    return count, min(since, default=None)


def _tell(session: Session, step: CaseStep, now: datetime) -> None:
    case = step.case
    if step.act == TRIAGE:
        duty.lift_case(session, case, now=now)
    for told in TELLS.get(step.act, ()):
        people = list(told.to(session, step))
        _write(session, told.kind, f"step:{step.id}", people, case, now, step)
    if step.act in ANSWERS:
        tell_followers(session, step, now)
    if case.closed_at is not None or case.state in duty.ANSWERED:
        duty.lift_case(session, case, now=now)


def _write(
    session: Session,
    kind: NoticeKind,
    key: str,
    people: Iterable[Person],
    case: Case,
    now: datetime,
    step: CaseStep | None = None,
) -> None:
    telling_people.write(
        session, kind, key, people, topic_id=case.topic_id, case=case, step=step, now=now
    )


TELLS: Mapping[str, Sequence[Tell]] = {
    CaseAct.RETURN_FOR_MORE: [Tell(NoticeKind.CASE_RETURNED_FOR_MORE, audiences.authors)],
    CaseAct.SUPPLEMENT: [Tell(NoticeKind.CASE_SUPPLEMENTED, audiences.assigners)],
    CaseAct.REFUSE: [Tell(NoticeKind.CASE_NOT_ACCEPTED, audiences.authors)],
    CaseAct.LAPSE: [Tell(NoticeKind.CASE_NOT_ACCEPTED, audiences.authors)],
    CaseAct.CONTEST: [Tell(NoticeKind.CASE_CONTESTED, audiences.assigners)],
    CaseAct.RECONSIDER: [Tell(NoticeKind.CASE_RECONSIDERED, audiences.authors)],
    CaseAct.TRANSFER_OUT: [Tell(NoticeKind.CASE_TRANSFERRED, audiences.authors)],
    CaseAct.ACCEPT: [Tell(NoticeKind.CASE_ACCEPTED, audiences.authors)],
    CaseAct.ASSIGN: [
        Tell(NoticeKind.CASE_ASSIGNED, audiences.authors),
        Tell(NoticeKind.CASE_GIVEN, audiences.unit_now),
    ],
    CaseAct.OBJECT: [Tell(NoticeKind.CASE_OBJECTED, audiences.assigners)],
    CaseAct.UPHOLD: [Tell(NoticeKind.CASE_UPHELD, audiences.unit_now)],
    CaseAct.REASSIGN: [
        Tell(NoticeKind.CASE_ASSIGNED, audiences.authors),
        Tell(NoticeKind.CASE_GIVEN, audiences.unit_now),
        Tell(NoticeKind.CASE_MOVED, audiences.unit_before),
    ],
    CaseAct.WITHDRAW: [Tell(NoticeKind.CASE_TAKEN_BACK, audiences.unit_if_assigned)],
    CaseAct.MERGE: [Tell(NoticeKind.CASE_JOINED, audiences.authors)],
    CaseAct.UNMERGE: [Tell(NoticeKind.CASE_PARTED, audiences.authors)],
    CaseAct.EXTEND: [
        Tell(NoticeKind.CASE_EXTENDED, audiences.everybody_answered),
        Tell(NoticeKind.CASE_TIME_GIVEN, audiences.handler),
    ],
    CaseAct.DRAFT: [Tell(NoticeKind.DRAFT_WAITS, audiences.leaders)],
    CaseAct.PASS: [Tell(NoticeKind.DRAFT_WAITS, audiences.assigners)],
    CaseAct.RETURN_REPLY: [Tell(NoticeKind.DRAFT_RETURNED, audiences.handler)],
    CaseAct.PUBLISH: [Tell(NoticeKind.CASE_REPLIED, audiences.authors)],
    CaseAct.ANSWER_JOINED: [Tell(NoticeKind.CASE_REPLIED, audiences.authors)],
    CaseAct.CLOSE: [Tell(NoticeKind.CASE_CLOSED, audiences.authors)],
    CaseAct.REOPEN: [
        Tell(NoticeKind.CASE_REOPENED, audiences.authors),
        Tell(NoticeKind.CASE_AGAIN, audiences.unit_now),
    ],
    CaseAct.APPEAL: [Tell(NoticeKind.CASE_APPEALED, audiences.reviewers)],
    CaseAct.APPEAL_AGAIN: [Tell(NoticeKind.CASE_APPEALED, audiences.reviewers)],
    CaseAct.DISMISS: [Tell(NoticeKind.CASE_APPEAL_ANSWERED, audiences.authors)],
    CaseAct.GRANT: [
        Tell(NoticeKind.CASE_APPEAL_ANSWERED, audiences.authors),
        Tell(NoticeKind.CASE_AGAIN, audiences.unit_now),
    ],
}
#: After these whoever follows a message is told as well.
ANSWERS = frozenset({CaseAct.PUBLISH.value, CaseAct.ANSWER_JOINED.value})
