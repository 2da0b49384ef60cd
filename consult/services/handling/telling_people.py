"""Who is told about a case: the people of a unit, or of the nearest one above that has any."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from consult.services.handling.parties import may_see
from consult.services.records import bells
from models.agency import Agency
from models.case import Case, CaseStep, Clock
from models.duty import DutyPage
from models.job import JobName
from models.notice import Notice, NoticeKind
from models.person import Appointment, Person, PersonKind, Role


def home(case: Case) -> Agency:
    """The agency that assigns a case: the mailbox's own, or the unit for reports."""
    return case.mailbox.report_unit if case.confidential else case.topic.agency


def staff(session: Session, case: Case, agency: Agency, *roles: Role) -> list[Person]:
    """Who holds one of ``roles`` in ``agency`` and may see ``case``, never its author.

    Where nobody does, those of the nearest agency above it: a case is never told to nobody
    only because a post is vacant.
    """
    return nearest(session, agency, roles, case=case)


def nearest(
    session: Session, agency: Agency, roles: Collection[Role], *, case: Case | None = None
) -> list[Person]:
    """Who holds one of ``roles`` in ``agency``, or else in the nearest one above it; one query."""
    chain = [int(part) for part in agency.path.split("/") if part] or [agency.id]
    found = session.execute(
        select(Person, Agency.path)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Agency, Agency.id == Appointment.agency_id)
        .where(
            Agency.id.in_(chain),
            Appointment.role.in_(roles),
            Person.blocked_at.is_(None),
        )
        .options(selectinload(Person.appointments))
        .order_by(Person.id)
    ).all()
    told = [(person, path) for person, path in found if case is None or _is_for(case, person)]
    deepest = max((len(path) for _person, path in told), default=0)
    return list({person.id: person for person, path in told if len(path) == deepest}.values())


def tell_more_time_asked(
    session: Session, case: Case, *, key: str, actor: Person, now: datetime
) -> None:
    """Tell who decides on more time; it is no step of a case, and so told where it happens."""
    people = [
        *staff(session, case, case.unit, Role.UNIT_LEADER),
        *staff(session, case, home(case), Role.ASSIGNER),
    ]
    others = [one for one in people if one.id != actor.id]
    _of_case(session, NoticeKind.CASE_TIME_ASKED, key, others, case, now)


def tell_more_time_declined(
    session: Session, case: Case, *, key: str, asked_by: Person, now: datetime
) -> None:
    """Tell who asked that the time stays as it was."""
    _of_case(session, NoticeKind.CASE_TIME_DECLINED, key, [asked_by], case, now)


def _of_case(
    session: Session,
    kind: NoticeKind,
    key: str,
    people: Iterable[Person],
    case: Case,
    now: datetime,
) -> None:
    write(session, kind, key, people, topic_id=case.topic_id, case=case, now=now)


def write(
    session: Session,
    kind: NoticeKind,
    key: str,
    people: Iterable[Person],
    *,
    topic_id: int,
    now: datetime,
    case: Case | None = None,
    step: CaseStep | None = None,
    clock: Clock | None = None,
    page: DutyPage | None = None,
) -> int:
    """Leave each of ``people`` a notice, unless they have this one; says how many are new.

    People who came with an imported file cannot be reached and get none.
    """
    wanted = {one.id for one in people if one.kind is not PersonKind.IMPORTED}
    if not wanted:
        return 0
    wanted -= set(
        session.scalars(
            select(Notice.person_id).where(
                Notice.person_id.in_(wanted),
                Notice.kind == kind,
                Notice.topic_id == topic_id,
                Notice.subject_key == key,
            )
        )
    )
    if not wanted:
        return 0
    about = {
        "kind": kind,
        "topic_id": topic_id,
        "subject_key": key,
        "case_id": case.id if case else None,
        "suggestion_id": case.suggestion_id if case else None,
        "step_id": step.id if step else None,
        "clock_id": clock.id if clock else None,
        "duty_page_id": page.id if page else None,
        "created_at": now,
    }
    session.execute(insert(Notice), [{"person_id": one, **about} for one in sorted(wanted)])
    bells.ring(session, JobName.NOTICES)
    return len(wanted)


def _is_for(case: Case, person: Person) -> bool:
    return person.id != case.suggestion.author_id and may_see(case, person)
