"""Digests of key messages 重点线索: made on a schedule, kept as they stood, sent by mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, NotFound
from consult.permissions import Permission, require
from consult.sealing import Vault
from consult.services.caseload import sight
from consult.services.people import letters
from consult.services.people.letters import Words
from consult.services.records import ledger
from consult.services.records.pages import Page, paginate
from consult.services.supervising import digest_reasons, plans
from consult.services.supervising.numbers import total
from consult.services.supervising.places import OF_AGENCY
from consult.services.supervising.scopes import Scope, within
from models.agency import Agency
from models.case import Case
from models.person import Appointment, Person, Role
from models.supervision import Digest, DigestLine, SupervisionPlan
from models.topic import Topic

#: Cases that one digest names.
MOST = 30
SIZE = 20
#: Two that are made by hand lie at least so far apart.
PAUSE = timedelta(minutes=1)
READERS = (Role.SUPERVISOR, Role.ASSIGNER)
#: Puts a digest into words for one person; the edge knows templates and languages.
Compose = Callable[[Digest, Person], Words]


def make_next(
    session: Session, *, vault: Vault, compose: Compose, zone: ZoneInfo, now: datetime
) -> int:
    """Make the digest that is due first, with its letters; 0: none is due.

    All in one transaction: what is killed is made again, and nothing is sent twice. If several
    moments were missed, one digest covers them.
    """
    plan = session.scalar(
        select(SupervisionPlan)
        .where(SupervisionPlan.next_at <= now)
        .order_by(SupervisionPlan.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if plan is None:
        return 0
    digest = _make(session, plan.agency, plan=plan, actor=None, now=now)
    plan.next_at = plans.next_moment(plan, now, zone)
    if plan.mails:
        _send(session, digest, vault=vault, compose=compose, now=now)
    return 1


def make_now(session: Session, *, agency: Agency, actor: Person, now: datetime) -> Digest:
    """Make one out of turn; nobody is sent a letter about it.

    :raises Conflict: if one was made in this minute.
    """
    require(actor, Permission.SUPERVISION_SET, agency)
    before = latest(session, agency)
    if before is not None and now - before.until < PAUSE:
        raise Conflict(N_("A digest was made just now."))
    digest = _make(session, agency, plan=plans.of(session, agency), actor=actor, now=now)
    ledger.record(session, "digest.made", digest, actor=actor, now=now, agency_id=agency.id)
    return digest


def latest(session: Session, agency: Agency) -> Digest | None:
    """The last one of an agency."""
    query = select(Digest).where(Digest.agency_id == agency.id)
    return session.scalar(query.order_by(Digest.until.desc()).limit(1))


@dataclass(frozen=True)
class Listed:
    """A digest in the list."""

    digest: Digest
    lines: int


def listed(session: Session, agency: Agency, *, page: int = 1) -> Page[Listed]:
    """The digests of an agency, the newest first; two queries a page."""
    query = select(Digest).where(Digest.agency_id == agency.id).order_by(Digest.until.desc())
    found = paginate(session, query, page=page, size=SIZE)
    ids = [one.id for one in found.items]
    counted = (
        select(DigestLine.digest_id, func.count())
        .where(DigestLine.digest_id.in_(ids))
        .group_by(DigestLine.digest_id)
    )
    counts = {row[0]: row[1] for row in session.execute(counted)}
    return found.with_items([Listed(one, counts.get(one.id, 0)) for one in found.items])


def by_id(session: Session, digest_id: int, *, reader: Person) -> Digest:
    """One digest, for who sees all cases of its agency.

    :raises NotFound: for anybody else.
    """
    digest = session.get(Digest, digest_id)
    if digest is None or not may_read(reader, digest.agency):
        raise NotFound
    return digest


def may_read(person: Person, agency: Agency) -> bool:
    """Assigners, supervisors and auditors of the agency, or above it."""
    return person.is_active and any(
        held.role in OF_AGENCY and agency.is_within(held.agency) for held in person.appointments
    )


def lines(session: Session, digest: Digest, *, reader: Person) -> Sequence[DigestLine]:
    """Its cases in their order, without those that this person may not see (any more)."""
    query = (
        select(DigestLine)
        .join(Case, Case.id == DigestLine.case_id)
        .where(
            DigestLine.digest_id == digest.id, Case.confidential.is_(False), sight.visible(reader)
        )
        .options(
            joinedload(DigestLine.case).joinedload(Case.suggestion),
            joinedload(DigestLine.unit),
        )
        .order_by(DigestLine.position)
    )
    return session.scalars(query).all()


def _make(
    session: Session,
    agency: Agency,
    *,
    plan: SupervisionPlan,
    actor: Person | None,
    now: datetime,
) -> Digest:
    before = latest(session, agency)
    since = before.until if before is not None else now - plans.length(plan.rhythm)
    digest = Digest(
        agency=agency,
        since=since,
        until=now,
        number=(before.number if before is not None else 0) + 1,
        made_by_id=actor.id if actor else None,
        figures=_figures(session, agency, since, now),
        created_at=now,
    )
    session.add(digest)
    session.flush()
    reasons = digest_reasons.found(session, agency, since=since, now=now)
    chosen = sorted(reasons, key=lambda one: (*digest_reasons.gravity(reasons[one]), one))[:MOST]
    cases = {one.id: one for one in session.scalars(select(Case).where(Case.id.in_(chosen)))}
    for position, case_id in enumerate(chosen, start=1):
        line = DigestLine(
            digest_id=digest.id,
            case_id=case_id,
            position=position,
            reasons=[[reason.value, number] for reason, number in reasons[case_id]],
            state=cases[case_id].state.value,
            unit_id=cases[case_id].unit_id,
        )
        session.add(line)
    session.flush()
    return digest


def _figures(session: Session, agency: Agency, since: datetime, until: datetime) -> dict[str, int]:
    """What came and what was answered in the time, and what is overdue at its end."""
    topics = select(Topic.id).join(Agency, Agency.id == Topic.agency_id).where(within(agency))
    mine = (Case.topic_id.in_(topics), Case.confidential.is_(False))

    def counted(moment: object) -> int:
        query = select(func.count()).select_from(Case).where(*mine, moment > since, moment <= until)  # type: ignore[operator, arg-type]
        return session.scalar(query) or 0

    whole = total(session, Scope(agency=agency), now=until)
    return {
        "received": counted(Case.created_at),
        "replied": counted(Case.replied_at),
        "closed": counted(Case.closed_at),
        "overdue": whole.overdue,
        "open": whole.accepted - whole.replied,
    }


def _send(
    session: Session, digest: Digest, *, vault: Vault, compose: Compose, now: datetime
) -> None:
    """A letter to each who supervises or assigns in the agency itself and wants mail."""
    query = (
        select(Person)
        .join(Appointment)
        .where(
            Appointment.agency_id == digest.agency_id,
            Appointment.role.in_(READERS),
            Person.blocked_at.is_(None),
            Person.mail_wanted,
            Person.address_sealed.is_not(None),
        )
    )
    for person in session.scalars(query).unique():
        words = compose(digest, person)
        letters.write(
            session,
            vault=vault,
            key=f"digest:{digest.id}:{person.id}",
            to=person,
            subject=words.subject,
            body=words.body,
            now=now,
        )
