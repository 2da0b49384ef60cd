"""Consultations: drafted, published, closed, taken into analysis."""

import re
import secrets
from datetime import datetime, tzinfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import flag_modified

from consult.exceptions import N_, Invalid, IsMailbox, NotFound, NotInThisPhase
from consult.permissions import Permission, can, require
from consult.services.consultations import windows
from consult.services.consultations.phases import (
    TopicAct,
    require_consultation,
    require_phase,
    state_at,
)
from consult.services.consultations.topic_briefs import LONGEST_REASON, TopicBrief, checked
from consult.services.consultations.topic_states import in_states
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from models.agency import Agency
from models.person import Person
from models.topic import Question, Topic, TopicState, WindowChange, WindowChangeKind

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = {"new"}
#: Topics whose state one turn of the clock stores.
ADVANCED_AT_ONCE = 100
BY_SLUG = (
    select(Topic)
    .where(Topic.slug == bindparam("slug"))
    .options(joinedload(Topic.region))
    .execution_options(planned_once=True)
)


def by_slug(session: Session, slug: str, *, reader: Person | None, now: datetime) -> Topic:
    """The topic at an address, with agency and region.

    :raises NotFound: if there is none, or it is a draft that ``reader`` may not see.
    """
    topic = session.scalar(BY_SLUG, {"slug": slug})
    if topic is None or not is_visible(topic, reader):
        raise NotFound(N_("There is no consultation called “%(slug)s”."), slug=slug)
    return topic


def consultation(session: Session, slug: str, *, reader: Person | None, now: datetime) -> Topic:
    """The same of a consultation only.

    :raises IsMailbox: if it is a mailbox, which has pages of its own.
    """
    topic = by_slug(session, slug, reader=reader, now=now)
    if topic.is_mailbox:
        raise IsMailbox(slug)
    return topic


def consultation_in_hand(
    session: Session,
    slug: str,
    *,
    person: Person,
    permission: Permission = Permission.TOPIC_SEE_DRAFT,
) -> Topic:
    """The consultation at an address, for somebody who works on it.

    :raises NotInThisPhase: if it is a mailbox, which is neither drafted nor reported on.
    """
    topic = in_hand(session, slug, person=person, permission=permission)
    require_consultation(topic)
    return topic


def in_hand(
    session: Session,
    slug: str,
    *,
    person: Person,
    permission: Permission = Permission.TOPIC_SEE_DRAFT,
) -> Topic:
    """The topic at an address, for somebody who works on it.

    :raises NotFound: if there is none.
    :raises NotAllowed: if ``person`` lacks ``permission`` on it.
    """
    topic = session.scalar(BY_SLUG, {"slug": slug})
    if topic is None:
        raise NotFound
    require(person, permission, topic)
    return topic


def is_visible(topic: Topic, reader: Person | None) -> bool:
    """Say whether ``reader`` may see that there is such a topic."""
    return topic.state is not TopicState.DRAFT or can(reader, Permission.TOPIC_SEE_DRAFT, topic)


def draft(
    session: Session,
    *,
    agency: Agency,
    brief: TopicBrief,
    actor: Person,
    now: datetime,
    slug: str = "",
) -> Topic:
    """Begin a consultation that only staff can see; without ``slug`` one is made of the day.

    :raises Invalid: for a missing title, a window that ends before it begins, a bad or taken slug.
    """
    require(actor, Permission.TOPIC_DRAFT, agency)
    topic = Topic(
        slug=free_slug(session, slug, now), agency=agency, created_by=actor, created_at=now
    )
    _fill(topic, checked(brief))
    session.add(topic)
    ledger.record(session, "topic.drafted", topic, actor=actor, now=now)
    return topic


def edit(
    session: Session,
    *,
    topic: Topic,
    brief: TopicBrief,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """Change the words of a draft.

    :raises StaleVersion: if somebody else changed it since ``version``.
    :raises NotInThisPhase: once it is published.
    """
    require(actor, Permission.TOPIC_DRAFT, topic)
    require_phase(topic, TopicAct.EDIT, now)
    expect_version(topic, version)
    _fill(topic, checked(brief))
    touch(topic)
    ledger.record(session, "topic.edited", topic, actor=actor, now=now)


def touch(topic: Topic) -> None:
    """Raise the version of ``topic`` even if only its questions, text or files changed."""
    flag_modified(topic, "title")


def missing(topic: Topic, *, now: datetime, zone: tzinfo) -> list[str]:
    """What still keeps ``topic`` from being published, as sentences to be translated."""
    found = []
    if not topic.title.strip():
        found.append(N_("A title."))
    if not topic.explanation.strip():
        found.append(N_("An explanation of what is asked and why."))
    if topic.closes_at <= now:
        found.append(N_("A closing time that is still to come."))
    elif needs_reason(topic, now=now, zone=zone) and not topic.short_window_reason.strip():
        found.append(N_("The reason for a window of less than 30 days."))
    return found


def needs_reason(topic: Topic, *, now: datetime, zone: tzinfo) -> bool:
    """Say whether the window, from today at the earliest, is too short to go without a reason."""
    opens_at = max(topic.opens_at, now) if topic.state is TopicState.DRAFT else topic.opens_at
    return windows.days_open(opens_at, topic.closes_at, zone) < Topic.SHORT_WINDOW_DAYS


def publish(session: Session, *, topic: Topic, actor: Person, now: datetime, zone: tzinfo) -> None:
    """Put a draft before the public; from then on its words are fixed.

    A window that should have begun already begins now.

    :raises Invalid: naming what is missing.
    """
    require(actor, Permission.TOPIC_PUBLISH, topic)
    require_phase(topic, TopicAct.PUBLISH, now)
    if lacking := missing(topic, now=now, zone=zone):
        raise Invalid(N_("This is still missing: %(missing)s"), missing=" ".join(lacking))
    topic.opens_at = max(topic.opens_at, now)
    topic.published_at = now
    topic.state = TopicState.OPEN if topic.opens_at <= now else TopicState.PLANNED
    ledger.record(session, "topic.published", topic, actor=actor, now=now)


def extend(
    session: Session,
    *,
    topic: Topic,
    closes_at: datetime,
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    """Close later than announced, for a reason that everybody can read.

    :raises Invalid: if it would close no later than now announced, or without a reason.
    """
    require(actor, Permission.TOPIC_PUBLISH, topic)
    require_phase(topic, TopicAct.CHANGE_WINDOW, now)
    if closes_at <= topic.closes_at:
        raise Invalid(N_("Choose a time after the present closing time."), field="closes_at")
    _change_window(session, topic, WindowChangeKind.EXTENDED, closes_at, reason, actor, now)


def close_early(
    session: Session, *, topic: Topic, reason: str, actor: Person, now: datetime
) -> None:
    """Close now instead of as announced, for a reason that everybody can read.

    :raises NotInThisPhase: if it is not open.
    """
    require(actor, Permission.TOPIC_PUBLISH, topic)
    if state_at(topic, now) is not TopicState.OPEN:
        raise NotInThisPhase(N_("Only a consultation that is open can be closed early."))
    _change_window(session, topic, WindowChangeKind.CLOSED_EARLY, now, reason, actor, now)
    topic.state = TopicState.CLOSED


def start_analysis(session: Session, *, topic: Topic, actor: Person, now: datetime) -> None:
    """Take a closed consultation into analysis."""
    require(actor, Permission.TOPIC_PUBLISH, topic)
    require_phase(topic, TopicAct.START_ANALYSIS, now)
    topic.state = TopicState.ANALYSING
    ledger.record(session, "topic.analysis_started", topic, actor=actor, now=now)


def advance_due(session: Session, *, now: datetime) -> int:
    """Store what the clock did: opened and closed consultations. Run twice, it does nothing more."""
    query = select(Topic).where(
        Topic.state.in_([TopicState.PLANNED, TopicState.OPEN]),
        in_states(TopicState.OPEN, TopicState.CLOSED, now=now),
        # An open one that is still open has nothing to store.
        (Topic.state == TopicState.PLANNED) | (Topic.closes_at <= now),
    )
    due = session.scalars(query.order_by(Topic.id).limit(ADVANCED_AT_ONCE).with_for_update()).all()
    for topic in due:
        topic.state = state_at(topic, now)
        act = "topic.opened" if topic.state is TopicState.OPEN else "topic.closed"
        ledger.record(session, act, topic, actor=None, now=now)
    return len(due)


def _change_window(
    session: Session,
    topic: Topic,
    kind: WindowChangeKind,
    closes_at: datetime,
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    reason = reason.strip()
    if not reason:
        raise Invalid(N_("Give the reason; it is shown to the public."), field="reason")
    if len(reason) > LONGEST_REASON:
        message = N_("Keep this under %(limit)d characters.")
        raise Invalid(message, field="reason", limit=LONGEST_REASON)
    change = WindowChange(
        topic_id=topic.id,
        kind=kind,
        closes_before=topic.closes_at,
        closes_after=closes_at,
        reason=reason,
        person_id=actor.id,
        created_at=now,
    )
    session.add(change)
    topic.closes_at = closes_at
    ledger.record(session, f"topic.{kind}", topic, actor=actor, now=now)


def _fill(topic: Topic, brief: TopicBrief) -> None:
    for name, value in brief.columns().items():
        setattr(topic, name, value)
    # Rows are kept and written over: inserting before deleting would break their numbering.
    for position, text in enumerate(brief.questions, start=1):
        if position <= len(topic.questions):
            topic.questions[position - 1].text = text
        else:
            topic.questions.append(Question(position=position, text=text))
    del topic.questions[len(brief.questions) :]


def free_slug(session: Session, wanted: str, now: datetime) -> str:
    """The address that is wanted, or one made of the day.

    :raises Invalid: if it is none, or taken.
    """
    if not wanted:
        return f"t-{now:%Y%m%d}-{secrets.token_hex(3)}"
    if not SLUG.fullmatch(wanted) or wanted in RESERVED or len(wanted) > 80:  # noqa: PLR2004 - the column
        raise Invalid(N_("Use small letters, digits and single hyphens."), field="slug")
    if session.scalar(select(Topic.id).filter_by(slug=wanted)):
        raise Invalid(N_("This address is taken."), field="slug")
    return wanted
