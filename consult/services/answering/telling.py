"""Telling everyone concerned by decisions: one INSERT … SELECT, in the transaction of its cause."""

from datetime import datetime

from sqlalchemy import (
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from consult.services.records import bells
from models.base import UTCDateTime
from models.cluster import Membership
from models.decision import Decision, DecisionState
from models.job import JobName
from models.notice import Notice, NoticeKind
from models.person import Person, PersonKind
from models.suggestion import Suggestion, SuggestionStatus, Support
from models.topic import Topic

COLUMNS = (
    "person_id",
    "suggestion_id",
    "decision_id",
    "subject_key",
    "decision_version",
    "kind",
    "topic_id",
    "created_at",
    "read_at",
    "mailed_at",
)


def tell_everyone(session: Session, *, topic: Topic, kind: NoticeKind, now: datetime) -> int:
    """Write a notice for each author and supporter of each published decision of ``topic``.

    One person is told once per decision, of the suggestion of their own where
    they wrote one. Running it twice writes nothing twice. People who came with
    an imported file cannot be reached and get none. Returns how many were written.
    """
    concerned = union_all(_authors(topic), _supporters(topic)).subquery()
    decision, person = concerned.c.decision_id, concerned.c.person_id
    subject = literal("decision:") + cast(decision, String)
    told = exists().where(
        and_(
            Notice.person_id == person,
            Notice.kind == kind,
            Notice.topic_id == topic.id,
            Notice.subject_key == subject,
        )
    )
    rows = (
        select(
            person,
            # Their own, if they wrote one; else the first they supported.
            func.coalesce(func.min(concerned.c.own_id), func.min(concerned.c.supported_id)),
            decision,
            subject,
            func.max(Decision.version),
            literal(kind, Notice.__table__.c.kind.type),
            literal(topic.id),
            literal(now, UTCDateTime()),
            null(),
            null(),
        )
        .join(Decision, Decision.id == decision)
        .join(Person, Person.id == person)
        .where(Person.kind != PersonKind.IMPORTED, ~told)
        .group_by(person, decision)
    )
    before = session.scalar(select(func.count(Notice.id)).filter_by(topic_id=topic.id, kind=kind))
    session.execute(insert(Notice).from_select(COLUMNS, rows, include_defaults=False))
    after = session.scalar(select(func.count(Notice.id)).filter_by(topic_id=topic.id, kind=kind))
    bells.ring(session, JobName.NOTICES)
    return (after or 0) - (before or 0)


def to_be_told(session: Session, topic: Topic) -> int:
    """How many people a notice of ``topic`` reaches: authors and supporters, each once."""
    concerned = union_all(_authors(topic), _supporters(topic)).subquery()
    return (
        session.scalar(
            select(func.count(concerned.c.person_id.distinct()))
            .join(Person, Person.id == concerned.c.person_id)
            .where(Person.kind != PersonKind.IMPORTED)
        )
        or 0
    )


def _members(topic: Topic) -> Select[int, int]:
    return (
        select(Suggestion.id, Decision.id)
        .join(Membership, Membership.suggestion_id == Suggestion.id)
        .join(Decision, Decision.cluster_id == Membership.cluster_id)
        .where(
            Decision.topic_id == topic.id,
            Decision.state == DecisionState.PUBLISHED,
            Suggestion.status == SuggestionStatus.RECEIVED,
        )
    )


def _authors(topic: Topic) -> Select[int, int, int, None]:
    return _members(topic).with_only_columns(
        Suggestion.author_id.label("person_id"),
        Decision.id.label("decision_id"),
        Suggestion.id.label("own_id"),
        cast(null(), Suggestion.id.type).label("supported_id"),
    )


def _supporters(topic: Topic) -> Select[int, int, None, int]:
    return (
        _members(topic)
        .join(Support, Support.suggestion_id == Suggestion.id)
        .with_only_columns(
            Support.person_id.label("person_id"),
            Decision.id.label("decision_id"),
            cast(null(), Suggestion.id.type).label("own_id"),
            Suggestion.id.label("supported_id"),
        )
    )
