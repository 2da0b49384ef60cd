"""Mailboxes: opened, edited, given a statement, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotAllowed
from consult.permissions import Permission, require
from consult.services.consultations.topics import free_slug
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from consult.text.normalise import tidy, tidy_line
from models.agency import Agency, Region
from models.mailbox import Mailbox
from models.person import Person
from models.topic import Topic, TopicKind, TopicMode, TopicState

#: A mailbox is open until it is closed.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
MOST_TITLE, MOST_TEXT = 120, 8000


@dataclass(frozen=True)
class MailboxForm:
    """What is said about a mailbox."""

    title: str
    addressee: str
    guidance: str
    report_unit: Agency
    duty_officer: Person | None = None
    region: Region | None = None


def open_mailbox(
    session: Session, *, agency: Agency, form: MailboxForm, actor: Person, now: datetime
) -> Mailbox:
    """Open a mailbox of ``agency``; people can write from this moment on.

    :raises Invalid: if words are missing, or reports would come to the agency itself.
    """
    require(actor, Permission.MAILBOX_MANAGE, agency)
    _check(agency, form)
    topic = Topic(
        slug=free_slug(session, "", now),
        mode=TopicMode.MAILBOX,
        kind=TopicKind.OTHER,
        title=tidy_line(form.title),
        agency=agency,
        region_code=form.region.code if form.region else agency.region_code,
        state=TopicState.OPEN,
        opens_at=now,
        closes_at=NEVER,
        published_at=now,
        created_by=actor,
        created_at=now,
    )
    mailbox = Mailbox(topic=topic, addressee="", report_unit=form.report_unit)
    _fill(mailbox, form)
    session.add(mailbox)
    ledger.record(session, "mailbox.opened", topic, actor=actor, now=now)
    return mailbox


def edit(
    session: Session,
    *,
    mailbox: Mailbox,
    form: MailboxForm,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """Change what is said about it."""
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    expect_version(mailbox, version)
    _check(mailbox.topic.agency, form)
    mailbox.topic.title = tidy_line(form.title)
    _fill(mailbox, form)
    ledger.record(session, "mailbox.edited", mailbox.topic, actor=actor, now=now)


def state(session: Session, *, mailbox: Mailbox, words: str, actor: Person, now: datetime) -> None:
    """Pin an official statement on top of the mailbox; empty words take it down."""
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    mailbox.statement = tidy(words)[:MOST_TEXT]
    mailbox.statement_at = now if mailbox.statement else None
    ledger.record(
        session, "mailbox.stated", mailbox.topic, actor=actor, now=now, pinned=bool(words)
    )


def close(session: Session, *, mailbox: Mailbox, actor: Person, now: datetime) -> None:
    """Take no more messages; those that are in hand are answered.

    :raises Conflict: if it is closed already.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    if mailbox.closed_at is not None:
        raise Conflict(N_("This mailbox is closed already."))
    mailbox.closed_at = mailbox.topic.closes_at = now
    ledger.record(session, "mailbox.closed", mailbox.topic, actor=actor, now=now)


def public(session: Session) -> Sequence[Mailbox]:
    """All that take messages, by agency; one query."""
    query = (
        select(Mailbox)
        .join(Mailbox.topic)
        .where(Mailbox.closed_at.is_(None))
        .options(joinedload(Mailbox.topic).joinedload(Topic.region))
        .order_by(Topic.agency_id, Topic.id)
    )
    return session.scalars(query).all()


def _check(agency: Agency, form: MailboxForm) -> None:
    if not tidy_line(form.title):
        raise Invalid(N_("Give the mailbox a name."), field="title")
    if len(tidy_line(form.title)) > MOST_TITLE:
        raise Invalid(N_("A name has up to %(most)d characters."), field="title", most=MOST_TITLE)
    if not tidy_line(form.addressee):
        raise Invalid(N_("Say whom one writes to."), field="addressee")
    if form.report_unit.is_within(agency):
        raise Invalid(N_("Reports about this agency must go to another one."), field="report_unit")
    officer = form.duty_officer
    if officer is not None and not any(
        held.agency.is_within(agency) or agency.is_within(held.agency)
        for held in officer.appointments
    ):
        raise NotAllowed(N_("The duty officer must hold a role in this agency."))


def _fill(mailbox: Mailbox, form: MailboxForm) -> None:
    mailbox.addressee = tidy_line(form.addressee)[:MOST_TITLE]
    mailbox.guidance = tidy(form.guidance)[:MOST_TEXT]
    mailbox.report_unit, mailbox.duty_officer = form.report_unit, form.duty_officer
