"""Words that a mailbox keeps to begin with: by domain and state, one wording for the page, one for mail."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotFound
from consult.permissions import Permission, require
from consult.services.handling import clocks
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from consult.text.normalise import tidy, tidy_line
from models.case import Case, CaseState, ClockKind
from models.mailbox import Domain, Mailbox
from models.person import Person
from models.reply_template import ReplyTemplate

MOST_NAME, MOST_TEXT = 60, 4000
#: The states in which the one who wrote is told something in words of the office.
SPEAKING = (
    CaseState.REPLIED,
    CaseState.ACCEPTED,
    CaseState.RETURNED_FOR_MORE,
    CaseState.NOT_ACCEPTED,
    CaseState.TRANSFERRED,
    CaseState.EXTENDED,
    CaseState.REOPENED,
    CaseState.CLOSED,
)
#: A place that is filled in by us, such as ``{编号}``.
PLACE = re.compile(r"\{([^{}\n]{1,20})\}")
#: A place that a person fills in, such as ``【核查情况】``; the checker finds those that are left.
BLANK = re.compile(r"【[^【】\n]{1,40}】")


@dataclass(frozen=True)
class Wording:
    """What is kept of a template."""

    name: str
    state: CaseState
    page_text: str
    mail_text: str = ""
    domain: Domain | None = None


@dataclass(frozen=True)
class Filled:
    """A template with its places filled in for one case."""

    page_text: str
    mail_text: str


def of_mailbox(session: Session, mailbox: Mailbox) -> Sequence[ReplyTemplate]:
    """All of a mailbox, those that are no longer offered last; some dozens at most."""
    query = (
        select(ReplyTemplate)
        .filter_by(mailbox_id=mailbox.topic_id)
        .options(joinedload(ReplyTemplate.made_by))
        .order_by(ReplyTemplate.retired_at.is_not(None), ReplyTemplate.state, ReplyTemplate.id)
    )
    return session.scalars(query).all()


def fitting(
    session: Session, case: Case, state: CaseState = CaseState.REPLIED
) -> Sequence[ReplyTemplate]:
    """Those for ``case`` when it comes into ``state``: of its domain first, then those for all."""
    query = select(ReplyTemplate).where(
        ReplyTemplate.mailbox_id == case.mailbox_id,
        ReplyTemplate.state == state,
        ReplyTemplate.retired_at.is_(None),
        or_(ReplyTemplate.domain == case.domain, ReplyTemplate.domain.is_(None)),
    )
    return session.scalars(query.order_by(ReplyTemplate.domain.is_(None), ReplyTemplate.id)).all()


def by_id(session: Session, template_id: int, *, mailbox: Mailbox | None = None) -> ReplyTemplate:
    """The template of this number.

    :raises NotFound: if there is none, or not in this mailbox.
    """
    found = session.get(ReplyTemplate, template_id)
    if found is None or (mailbox is not None and found.mailbox_id != mailbox.topic_id):
        raise NotFound
    return found


def make(
    session: Session, *, mailbox: Mailbox, wording: Wording, actor: Person, now: datetime
) -> ReplyTemplate:
    """Keep a new one.

    :raises Invalid: if words are missing or too long, or a place is called what nobody knows.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    template = ReplyTemplate(mailbox_id=mailbox.topic_id, made_by=actor, created_at=now)
    _write(template, wording)
    session.add(template)
    ledger.record(
        session, "reply_template.made", template, actor=actor, now=now, mailbox=mailbox.topic_id
    )
    return template


def edit(
    session: Session,
    *,
    template: ReplyTemplate,
    wording: Wording,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """Change its words; replies that were begun with it stay as they are."""
    require(actor, Permission.MAILBOX_MANAGE, template.mailbox)
    expect_version(template, version)
    _write(template, wording)
    ledger.record(session, "reply_template.edited", template, actor=actor, now=now)


def retire(
    session: Session, *, template: ReplyTemplate, version: int, actor: Person, now: datetime
) -> None:
    """Offer it no longer.

    :raises Conflict: if it is not offered as it is.
    """
    require(actor, Permission.MAILBOX_MANAGE, template.mailbox)
    expect_version(template, version)
    if template.retired_at is not None:
        raise Conflict(N_("This template is not offered any more as it is."))
    template.retired_at = now
    ledger.record(session, "reply_template.retired", template, actor=actor, now=now)


def restore(
    session: Session, *, template: ReplyTemplate, version: int, actor: Person, now: datetime
) -> None:
    """Offer it again.

    :raises Conflict: if it is offered.
    """
    require(actor, Permission.MAILBOX_MANAGE, template.mailbox)
    expect_version(template, version)
    if template.retired_at is None:
        raise Conflict(N_("This template is offered already."))
    template.retired_at = None
    ledger.record(session, "reply_template.restored", template, actor=actor, now=now)


def filled(template: ReplyTemplate, case: Case, *, zone: tzinfo, now: datetime) -> Filled:
    """Its words for ``case``; what nobody can know yet stays as a blank for a person to fill in."""
    values = {name: value(case, zone, now) for name, value in _KNOWN.items()}

    def put(text: str) -> str:
        return PLACE.sub(lambda match: values.get(match[1].strip(), match[0]), text)

    return Filled(put(template.page_text), put(template.mail_text))


def _write(template: ReplyTemplate, wording: Wording) -> None:
    name, page, mail = (
        tidy_line(wording.name),
        tidy(wording.page_text),
        tidy(wording.mail_text),
    )
    if not name:
        raise Invalid(N_("Give the template a name."), field="name")
    if len(name) > MOST_NAME:
        raise Invalid(N_("A name has up to %(most)d characters."), field="name", most=MOST_NAME)
    if not page:
        raise Invalid(N_("Write what the page says."), field="page_text")
    for field, text in (("page_text", page), ("mail_text", mail)):
        _check(field, text)
    if wording.state not in SPEAKING:
        raise Invalid(N_("Choose a state from the list."), field="state")
    template.name, template.state, template.domain = name, wording.state, wording.domain
    template.page_text, template.mail_text = page, mail


def _check(field: str, text: str) -> None:
    if len(text) > MOST_TEXT:
        raise Invalid(N_("A template has up to %(most)d characters."), field=field, most=MOST_TEXT)
    for name in PLACE.findall(text):
        if name.strip() not in _KNOWN:
            raise Invalid(
                N_("{%(name)s} is no place that is filled in here; those are listed below."),
                field=field,
                name=name,
            )


def _day(moment: datetime, zone: tzinfo, case: Case) -> str:
    local = moment.astimezone(zone)
    if case.topic.language.startswith("zh"):
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local:%Y-%m-%d}"


def _due(case: Case, zone: tzinfo, now: datetime) -> str:
    """The day on which the reply is due; a blank where no such clock runs."""
    running = clocks.running(case, ClockKind.REPLY)
    return _day(running[0].due_at - clocks.MOMENT, zone, case) if running else "【】"


Value = Callable[[Case, tzinfo, datetime], str]
#: What is filled in, under its Chinese and its English name. Of the author nothing: what a page
#: says is public, and who wrote may have wished not to be named.
PLACES: Mapping[tuple[str, str], Value] = {
    ("编号", "no"): lambda case, zone, now: case.no,
    ("标题", "title"): lambda case, zone, now: case.suggestion.public_title,
    ("信箱", "mailbox"): lambda case, zone, now: case.topic.title,
    ("承办单位", "unit"): lambda case, zone, now: case.unit.name,
    ("来信日期", "received"): lambda case, zone, now: _day(case.created_at, zone, case),
    ("办理期限", "due"): _due,
    ("今日", "today"): lambda case, zone, now: _day(now, zone, case),
}
_KNOWN: Mapping[str, Value] = {name: value for names, value in PLACES.items() for name in names}
