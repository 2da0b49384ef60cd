"""Notices to people, and the letters that go out by mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.decision import Decision
from models.person import Person
from models.suggestion import Suggestion
from models.topic import Topic


class NoticeKind(StrEnum):
    """What a person is told."""

    #: A decision on something they wrote or supported was published.
    DECIDED = "decided"
    #: The policy came into being.
    ENACTED = "enacted"
    #: Their 归类有误 was answered.
    OBJECTION_SETTLED = "objection_settled"


class Notice(Timestamped, Base):
    """Something a person should know; shown on a page at once, mailed when wanted.

    The key makes it once per person, topic, kind and subject, whatever is run twice.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "topic_id", "subject_key"),
        Index("ix_notice_person_read", "person_id", "read_at"),
        Index("ix_notice_mailed_at", "mailed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[NoticeKind]
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    #: What it is about within the topic, such as ``decision:12``.
    subject_key: Mapped[str] = mapped_column(String(64))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    #: Theirs, or the one they supported.
    suggestion_id: Mapped[int | None] = mapped_column(ForeignKey("suggestion.id"))
    #: Version of the decision when it was told; a changed one is not mailed.
    decision_version: Mapped[int | None]
    read_at: Mapped[datetime | None]
    #: When the letter was written, or the mail was found to be unwanted.
    mailed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    topic: Mapped[Topic] = relationship()
    decision: Mapped[Decision | None] = relationship()
    suggestion: Mapped[Suggestion | None] = relationship()


class Letter(Timestamped, Base):
    """A mail to be sent: written in the transaction of its cause, sent by a job.

    Address and words are sealed, and the words are dropped once it has gone.
    """

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_sent_at", "sent_at", "attempts"),)

    #: After so many failures it waits for a person to send it again.
    MAX_ATTEMPTS = 5

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Makes a letter once, such as ``notice:17``.
    key: Mapped[str] = mapped_column(String(80), unique=True)
    to_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    to_masked: Mapped[str]
    subject: Mapped[str]
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
