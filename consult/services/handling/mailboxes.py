"""Mailboxes: opened, edited, given a statement, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from consult.exceptions import N_, Conflict, Invalid
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
    #: The end of its address, said once; without one it is made of the day.
    slug: str = ""


def open_mailbox(
    session: Session, *, agency: Agency, form: MailboxForm, actor: Person, now: datetime
) -> Mailbox:
    """Open a mailbox of ``agency``; people can write from this moment on.

    :raises Invalid: if words are missing, or reports would come to the agency itself.
    """
    require(actor, Permission.MAILBOX_MANAGE, agency)
    _check(agency, form)
    topic = Topic(
        slug=free_slug(session, form.slug, now),
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
    """Change what is said about it; its address stays.

    :raises StaleVersion: if somebody changed it since it was seen.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    expect_version(mailbox, version)
    agency = mailbox.topic.agency
    _check(agency, form)
    mailbox.topic.title = tidy_line(form.title)
    mailbox.topic.region_code = form.region.code if form.region else agency.region_code
    _fill(mailbox, form)
    flag_modified(mailbox, "addressee")  # what stands on the topic counts as a change of it too
    ledger.record(session, "mailbox.edited", mailbox.topic, actor=actor, now=now)


def state(
    session: Session,
    *,
    mailbox: Mailbox,
    words: str,
    version: int | None = None,
    actor: Person,
    now: datetime,
) -> None:
    """Pin an official statement on top of the mailbox; empty words take it down.

    :raises Invalid: if it is too long.
    :raises StaleVersion: if ``version`` is given and somebody changed the mailbox since.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    if version is not None:
        expect_version(mailbox, version)
    said = tidy(words)
    if len(said) > MOST_TEXT:
        raise Invalid(N_("Keep this under %(max)d characters."), field="words", max=MOST_TEXT)
    mailbox.statement = said
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


def reopen(session: Session, *, mailbox: Mailbox, actor: Person, now: datetime) -> None:
    """Take messages again.

    :raises Conflict: if it is open.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    if mailbox.closed_at is None:
        raise Conflict(N_("This mailbox is open already."))
    mailbox.closed_at, mailbox.topic.closes_at = None, NEVER
    ledger.record(session, "mailbox.reopened", mailbox.topic, actor=actor, now=now)


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
    if len(tidy_line(form.addressee)) > MOST_TITLE:
        raise Invalid(
            N_("A name has up to %(most)d characters."), field="addressee", most=MOST_TITLE
        )
    if len(tidy(form.guidance)) > MOST_TEXT:
        raise Invalid(N_("Keep this under %(max)d characters."), field="guidance", max=MOST_TEXT)
    if form.report_unit.is_within(agency):
        raise Invalid(N_("Reports about this agency must go to another one."), field="report_unit")
    officer = form.duty_officer
    if officer is not None and not any(
        held.agency.is_within(agency) or agency.is_within(held.agency)
        for held in officer.appointments
    ):
        raise Invalid(N_("The duty officer must hold a role in this agency."), field="duty_officer")


def _fill(mailbox: Mailbox, form: MailboxForm) -> None:
    mailbox.addressee, mailbox.guidance = tidy_line(form.addressee), tidy(form.guidance)
    mailbox.report_unit, mailbox.duty_officer = form.report_unit, form.duty_officer
