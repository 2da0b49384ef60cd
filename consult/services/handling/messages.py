"""Messages to a mailbox: each one sent becomes a case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Invalid, NotFound
from consult.sealing import Vault
from consult.services.consultations.phases import TopicAct
from consult.services.handling import clocks, triage
from consult.services.handling.working_days import Calendar
from consult.services.records import bells
from consult.services.suggesting import suggestions
from consult.services.suggesting.contacts import ContactDetails
from models.agency import Agency, Region
from models.case import Case, CaseState
from models.job import JobName
from models.mailbox import Domain, Mailbox
from models.person import Person
from models.suggestion import Channel, Suggestion, SuggestionKind
from models.topic import Topic


@dataclass(frozen=True)
class Message:
    """What somebody writes to a mailbox."""

    title: str
    facts: str
    proposal: str = ""
    place: str = ""
    kind: SuggestionKind = SuggestionKind.ADVICE
    domain: Domain = Domain.OTHER
    region: Region | None = None
    #: 举报: the unit that it is about.
    named_unit: Agency | None = None
    publish_text: bool = False
    publish_name: bool = False
    contact: ContactDetails | None = None


def by_slug(session: Session, slug: str) -> Mailbox:
    """The mailbox at an address.

    :raises NotFound: if there is none.
    """
    query = select(Mailbox).join(Topic).where(Topic.slug == slug)
    mailbox = session.scalar(query.options(joinedload(Mailbox.topic).joinedload(Topic.region)))
    if mailbox is None:
        raise NotFound
    return mailbox


def send(
    session: Session,
    *,
    mailbox: Mailbox,
    author: Person,
    message: Message,
    channel: Channel = Channel.WEB,
    different_from: Collection[int] = (),
    per_hour: int | None = None,
    vault: Vault,
    calendar: Calendar,
    now: datetime,
) -> Case:
    """Take a message in; its case waits for review, and its clocks run.

    Sent twice, it is one message and one case. A report (举报) goes to the mailbox's unit for
    reports, which must not be the one it names.

    :raises Invalid: if a report names no unit, or the very unit that would receive it.
    """
    _check_report(mailbox, message)
    suggestion = suggestions.submit(
        session,
        topic=mailbox.topic,
        author=author,
        title=message.title,
        facts=message.facts,
        proposal=message.proposal,
        place=message.place,
        kind=message.kind,
        channel=channel,
        publish_text=message.publish_text,
        publish_name=message.publish_name,
        contact=message.contact,
        different_from=different_from,
        per_hour=per_hour,
        act=TopicAct.WRITE,
        vault=vault,
        now=now,
    )
    return of_suggestion(session, suggestion) or _open(
        session, mailbox, suggestion, message, calendar=calendar, now=now
    )


def of_suggestion(session: Session, suggestion: Suggestion) -> Case | None:
    """The case of a message, if it was sent to a mailbox."""
    return session.scalar(select(Case).filter_by(suggestion_id=suggestion.id))


def _open(
    session: Session,
    mailbox: Mailbox,
    suggestion: Suggestion,
    message: Message,
    *,
    calendar: Calendar,
    now: datetime,
) -> Case:
    confidential = message.kind is SuggestionKind.REPORT
    case = Case(
        topic=mailbox.topic,
        mailbox=mailbox,
        suggestion=suggestion,
        state=CaseState.SUBMITTED,
        domain=message.domain,
        region_code=message.region.code if message.region else None,
        confidential=confidential,
        named_unit=message.named_unit if confidential else None,
        unit=mailbox.report_unit if confidential else mailbox.topic.agency,
        month=f"{now.astimezone(calendar.zone):%Y-%m}",
        round=1,
        transfers=0,
        created_at=now,
    )
    case.urgency = triage.proposed(session, mailbox, suggestion, message.domain)
    session.add(case)
    clocks.follow(case, case.state, times=clocks.times(session, case, calendar), now=now)
    session.flush()
    bells.ring(session, JobName.CASE_NOTICES)
    return case


def _check_report(mailbox: Mailbox, message: Message) -> None:
    if message.kind is not SuggestionKind.REPORT:
        return
    if message.named_unit is None:
        raise Invalid(N_("Please say which unit the report is about."), field="named_unit")
    if mailbox.report_unit.is_within(message.named_unit):
        raise Invalid(
            N_("This unit receives the reports here itself; send it to the one above."),
            field="named_unit",
        )
