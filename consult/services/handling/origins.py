"""From one matter to a consultation: opened on a group of messages, with its people invited.

The draft is an ordinary consultation; only that it came from a group is kept beside it. Once it is
open, everybody whose message is in the group, or who supports one, is told once.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    union,
)
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid
from consult.permissions import Permission, require
from consult.services.consultations import topics
from consult.services.consultations.topic_briefs import TopicBrief
from consult.services.consultations.topic_states import in_states
from consult.services.records import bells, ledger
from models.agency import Agency
from models.base import UTCDateTime
from models.case import Case
from models.cluster import Cluster, Membership
from models.job import JobName
from models.notice import Notice, NoticeKind
from models.origin import TopicOrigin
from models.person import Person, PersonKind
from models.suggestion import Suggestion, SuggestionStatus, Support
from models.topic import Topic, TopicMode, TopicState

#: Groups that went into others are followed so far.
MOST_HEIRS = 10
COLUMNS = (
    "person_id",
    "suggestion_id",
    "subject_key",
    "kind",
    "topic_id",
    "created_at",
)


def open_on(
    session: Session,
    *,
    cluster: Cluster,
    agency: Agency,
    brief: TopicBrief,
    slug: str = "",
    actor: Person,
    now: datetime,
) -> Topic:
    """Begin a consultation on what a group of messages asks; its people hear of it once it opens.

    :raises Conflict: if the group is none of a mailbox, or no longer there.
    :raises Invalid: for what is wrong with the brief.
    """
    require(actor, Permission.TOPIC_DRAFT, cluster.topic)
    if cluster.topic.mode is not TopicMode.MAILBOX:
        raise Conflict(N_("This group belongs to a consultation already."))
    if cluster.retired_at is not None:
        raise Conflict(N_("This group no longer exists."))
    if brief.mode is TopicMode.MAILBOX:
        raise Invalid(N_("A consultation is not a mailbox."), field="mode")
    topic = topics.draft(session, agency=agency, brief=brief, slug=slug, actor=actor, now=now)
    session.add(TopicOrigin(topic=topic, cluster=cluster, person=actor, created_at=now))
    ledger.record(session, "topic.sprung", topic, actor=actor, now=now, cluster=cluster.id)
    return topic


def of_topic(session: Session, topic: Topic) -> TopicOrigin | None:
    """The group that a consultation was opened on, with its mailbox."""
    query = select(TopicOrigin).filter_by(topic_id=topic.id)
    return session.scalar(query.options(joinedload(TopicOrigin.cluster).joinedload(Cluster.topic)))


def of_cluster(session: Session, cluster: Cluster) -> Sequence[TopicOrigin]:
    """The consultations that were opened on a group, the first first."""
    query = select(TopicOrigin).filter_by(cluster_id=cluster.id).order_by(TopicOrigin.created_at)
    return session.scalars(query.options(joinedload(TopicOrigin.topic))).all()


def of_suggestion(session: Session, suggestion: Suggestion) -> Sequence[Topic]:
    """The public consultations that were opened on the group of a message."""
    query = (
        select(Topic)
        .join(TopicOrigin, TopicOrigin.topic_id == Topic.id)
        .join(Membership, Membership.cluster_id == TopicOrigin.cluster_id)
        .where(Membership.suggestion_id == suggestion.id, Topic.state != TopicState.DRAFT)
    )
    return session.scalars(query.order_by(Topic.id)).all()


def reached(session: Session, cluster: Cluster) -> int:
    """How many people an invitation would reach: authors and supporters, each once."""
    concerned = _concerned(_heir(cluster))
    query = select(func.count(concerned.c.person_id.distinct()))
    return session.scalar(query.join(Person, _reachable(concerned.c.person_id))) or 0


def uninvited(session: Session, *, now: datetime) -> Sequence[int]:
    """The consultations that have opened, and whose people were not told yet."""
    query = (
        select(TopicOrigin.topic_id)
        .join(Topic, Topic.id == TopicOrigin.topic_id)
        .where(TopicOrigin.invited_at.is_(None), in_states(TopicState.OPEN, now=now))
    )
    return session.scalars(query.order_by(TopicOrigin.topic_id)).all()


def invite(session: Session, *, topic_id: int, now: datetime) -> int:
    """Tell the people of the group that the consultation is open, each once; says how many."""
    origin = session.scalar(
        select(TopicOrigin).filter_by(topic_id=topic_id).with_for_update(of=TopicOrigin)
    )
    if origin is None or origin.invited_at is not None:
        return 0
    concerned, topic = _concerned(_heir(origin.cluster)), origin.topic
    person = concerned.c.person_id
    told = exists().where(
        and_(
            Notice.person_id == person,
            Notice.kind == NoticeKind.INVITED,
            Notice.topic_id == topic.id,
        )
    )
    subject = literal("group:") + cast(literal(origin.cluster_id), String)
    rows = (
        select(
            person,
            # Their own message, if they wrote one; else the first they supported.
            func.coalesce(func.min(concerned.c.own_id), func.min(concerned.c.supported_id)),
            subject,
            literal(NoticeKind.INVITED, Notice.__table__.c.kind.type),
            literal(topic.id),
            literal(now, UTCDateTime()),
        )
        .join(Person, _reachable(person))
        .where(~told)
        .group_by(person)
    )
    session.execute(insert(Notice).from_select(COLUMNS, rows, include_defaults=False))
    mine = select(func.count(Notice.id)).filter_by(topic_id=topic.id, kind=NoticeKind.INVITED)
    origin.invited_at, origin.invited_count = now, session.scalar(mine) or 0
    ledger.record(session, "topic.invited", topic, actor=None, now=now, people=origin.invited_count)
    bells.ring(session, JobName.NOTICES)
    return origin.invited_count


def _reachable(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(
        Person.id == person_id,
        Person.kind != PersonKind.IMPORTED,
        Person.blocked_at.is_(None),
    )


def _heir(cluster: Cluster) -> Cluster:
    """The group itself, or the one that its members went into."""
    for _step in range(MOST_HEIRS):
        if cluster.retired_into is None:
            break
        cluster = cluster.retired_into
    return cluster


def _concerned(cluster: Cluster) -> Subquery:
    """Who wrote or supports a message of the group; of reports nobody."""
    members = (
        select(Suggestion.id, Suggestion.author_id)
        .join(Membership, Membership.suggestion_id == Suggestion.id)
        .join(Case, Case.suggestion_id == Suggestion.id)
        .where(
            Membership.cluster_id == cluster.id,
            Suggestion.status == SuggestionStatus.RECEIVED,
            Case.confidential.is_(False),
        )
        .subquery()
    )
    nothing = cast(null(), Suggestion.id.type)
    authors = select(
        members.c.author_id.label("person_id"),
        members.c.id.label("own_id"),
        nothing.label("supported_id"),
    )
    supporters = select(
        Support.person_id.label("person_id"),
        nothing.label("own_id"),
        members.c.id.label("supported_id"),
    ).join(members, members.c.id == Support.suggestion_id)
    return union(authors, supporters).subquery()
