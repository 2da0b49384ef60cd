"""Telling whoever follows somebody else's message that it is answered."""

from datetime import datetime

from sqlalchemy import String, cast, exists, insert, literal, null, select
from sqlalchemy.orm import Session

from consult.services.records import bells
from models.base import UTCDateTime
from models.case import CaseStep
from models.job import JobName
from models.notice import Notice, NoticeKind
from models.person import Person, PersonKind
from models.suggestion import Support

COLUMNS = (
    "person_id",
    "kind",
    "topic_id",
    "subject_key",
    "suggestion_id",
    "case_id",
    "step_id",
    "created_at",
    "mailed_at",
)


def tell_followers(session: Session, step: CaseStep, now: datetime) -> None:
    """Whoever supports a message that the public reads: any number of people, one statement."""
    case, kind = step.case, NoticeKind.CASE_FOLLOWED
    if case.confidential or not case.suggestion.publish_text:
        return
    subject = literal("step:") + cast(literal(step.id), String)
    told = exists().where(
        Notice.person_id == Support.person_id,
        Notice.kind == kind,
        Notice.topic_id == case.topic_id,
        Notice.subject_key == subject,
    )
    rows = (
        select(
            Support.person_id,
            literal(kind, Notice.__table__.c.kind.type),
            literal(case.topic_id),
            subject,
            literal(case.suggestion_id),
            literal(case.id),
            literal(step.id),
            literal(now, UTCDateTime()),
            null(),
        )
        .join(Person, Person.id == Support.person_id)
        .where(
            Support.suggestion_id == case.suggestion_id,
            Support.person_id != case.suggestion.author_id,
            Person.kind != PersonKind.IMPORTED,
            ~told,
        )
    )
    session.execute(insert(Notice).from_select(COLUMNS, rows, include_defaults=False))
    bells.ring(session, JobName.NOTICES)
