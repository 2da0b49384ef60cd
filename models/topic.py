"""Topics: what is asked of the public, by whom and until when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agency import Agency, Region
from models.base import Base, Timestamped, Versioned
from models.person import Person

if TYPE_CHECKING:
    from models.attachment import Attachment
    from models.document import Document


class TopicMode(StrEnum):
    """The two ways of collecting, and the campaign that is a kind of the first."""

    CONSULTATION = "consultation"
    MAILBOX = "mailbox"
    CAMPAIGN = "campaign"


class TopicKind(StrEnum):
    """What is being made."""

    LAW = "law"
    ADMINISTRATIVE_REGULATION = "administrative_regulation"
    RULE = "rule"
    NORMATIVE_DOCUMENT = "normative_document"
    MAJOR_DECISION = "major_decision"
    PLAN = "plan"
    LIVELIHOOD = "livelihood"
    OTHER = "other"


class TopicState(StrEnum):
    """Where a consultation stands, in the order in which it goes through them."""

    DRAFT = "draft"
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    ANALYSING = "analysing"
    REPORTED = "reported"
    ENACTED = "enacted"
    EVALUATED = "evaluated"


class Topic(Timestamped, Versioned, Base):
    """A consultation: many suggestions come in, decisions and a report go out. Or a mailbox.

    ``state`` moves by acts and, at ``opens_at`` and ``closes_at``, by the clock;
    ask :func:`consult.services.consultations.phases.state_at` rather than this column.
    """

    __tablename__ = "topic"
    __table_args__ = (Index("ix_topic_state_closes_at", "state", "closes_at"),)

    #: A window shorter than this needs a published reason.
    SHORT_WINDOW_DAYS = 30

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    mode: Mapped[TopicMode] = mapped_column(default=TopicMode.CONSULTATION)
    kind: Mapped[TopicKind]
    title: Mapped[str]
    #: One or two sentences for lists.
    summary: Mapped[str] = mapped_column(default="")
    #: Markdown.
    explanation: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(16), default="zh_Hans_CN")
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    state: Mapped[TopicState] = mapped_column(default=TopicState.DRAFT)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    short_window_reason: Mapped[str] = mapped_column(default="")
    allows_anonymous: Mapped[bool] = mapped_column(default=False)
    #: Similarity (0–1) from which two suggestions are taken for the same; None: the default.
    threshold: Mapped[float | None]
    #: Weights of likeness learnt from what staff judged, with their curve; None: the shipped ones.
    calibration: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    enacted_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)
    region: Mapped[Region | None] = relationship()
    created_by: Mapped[Person] = relationship()
    questions: Mapped[list[Question]] = relationship(
        back_populates="topic", order_by="Question.position", cascade="all, delete-orphan"
    )
    documents: Mapped[list[Document]] = relationship(back_populates="topic")
    attachments: Mapped[list[Attachment]] = relationship(back_populates="topic")
    window_changes: Mapped[list[WindowChange]] = relationship(order_by="WindowChange.id")

    @property
    def is_mailbox(self) -> bool:
        """Whether it is 日常接收: what comes is answered message by message."""
        return self.mode is TopicMode.MAILBOX

    def __repr__(self) -> str:
        return f"<Topic {self.slug}>"


class Question(Base):
    """One thing that the agency asks in particular."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("topic_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    position: Mapped[int]
    text: Mapped[str]

    topic: Mapped[Topic] = relationship(back_populates="questions")


class WindowChangeKind(StrEnum):
    """How a published window was changed."""

    EXTENDED = "extended"
    CLOSED_EARLY = "closed_early"


class WindowChange(Timestamped, Base):
    """A change of the published closing time, with the reason that the public reads."""

    __tablename__ = "window_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    kind: Mapped[WindowChangeKind]
    closes_before: Mapped[datetime]
    closes_after: Mapped[datetime]
    reason: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
