"""Replies to cases, the reviews and visits they go through, and what the citizen says of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agency import Agency
from models.base import Base, Timestamped, Versioned
from models.case import Case
from models.person import Person


class ReplyStage(StrEnum):
    """两访三审: whose desk a reply lies on."""

    HANDLER = "handler"
    UNIT_LEADER = "unit_leader"
    ASSIGNER = "assigner"
    RETURNED = "returned"
    PUBLISHED = "published"


class ReturnReason(StrEnum):
    """退回回复: why a reply was not let through; counted in public."""

    BESIDE_THE_POINT = "beside_the_point"
    PERFUNCTORY = "perfunctory"
    PASSED_ON = "passed_on"
    SAME_AS_OTHERS = "same_as_others"
    NO_GROUNDS = "no_grounds"
    NO_DATE = "no_date"
    PERSONAL_DATA = "personal_data"
    FACTS_UNCLEAR = "facts_unclear"
    TONE = "tone"
    OTHER = "other"


class Reply(Timestamped, Versioned, Base):
    """The answer to a case in one round; the words before a change are kept as drafts."""

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        Index("ix_reply_published_at", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    round: Mapped[int]
    stage: Mapped[ReplyStage] = mapped_column(default=ReplyStage.HANDLER)
    unit_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    text: Mapped[str]
    #: As the public reads it, with personal data masked.
    public_text: Mapped[str] = mapped_column(default="")
    #: What the letter to the author says besides; empty: that there is an answer, and where.
    mail_text: Mapped[str] = mapped_column(default="", server_default="")
    #: 解决情况 as the unit states it: solved, partly, explained, cannot be done.
    outcome: Mapped[str] = mapped_column(default="")
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Normalised words, so that equal answers to others are found.
    digest: Mapped[str] = mapped_column(default="", index=True)

    case: Mapped[Case] = relationship()
    unit: Mapped[Agency] = relationship()
    drafted_by: Mapped[Person] = relationship(foreign_keys=[drafted_by_id])
    published_by: Mapped[Person | None] = relationship(foreign_keys=[published_by_id])
    reviews: Mapped[list[ReplyReview]] = relationship(
        back_populates="reply", order_by="ReplyReview.id"
    )
    lines: Mapped[list[ReplyLine]] = relationship(back_populates="reply")


class ReplyBand(Base):
    """Where a reply is looked up by its own words: sixteen numbers that near copies share.

    Derived from the text and written anew with it. Of a report (举报) there are none, so that
    no words of one are ever found from elsewhere.
    """

    __tablename__ = "reply_band"
    __table_args__ = ({"sqlite_with_rowid": False},)

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"), primary_key=True)
    band: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(
        ForeignKey("reply.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ReplyReview(Timestamped, Base):
    """What somebody on the way said to a reply; with the words that were looked at."""

    __tablename__ = "reply_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id"), index=True)
    stage: Mapped[ReplyStage]
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    passed: Mapped[bool]
    reason: Mapped[ReturnReason | None]
    note: Mapped[str] = mapped_column(default="")
    text: Mapped[str]

    reply: Mapped[Reply] = relationship(back_populates="reviews")
    reviewer: Mapped[Person] = relationship()


class ReplyLine(Base):
    """A line of its own for one message of a joined case."""

    __tablename__ = "reply_line"

    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)
    text: Mapped[str]

    reply: Mapped[Reply] = relationship(back_populates="lines")
    case: Mapped[Case] = relationship()


class Visit(Timestamped, Base):
    """回访: somebody called back; by the handler, or by the assigner."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    round: Mapped[int]
    by_assigner: Mapped[bool]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: reached, not_reached, declined
    result: Mapped[str]
    satisfied: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship()


class Rating(Timestamped, Base):
    """What the one who wrote says of the answer; once a round, changed at most once."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("solved BETWEEN 1 AND 5", name="solved"),
        CheckConstraint("attitude BETWEEN 1 AND 5", name="attitude"),
        CheckConstraint("speed BETWEEN 1 AND 5", name="speed"),
    )

    #: From here down it is answered or the case reopened.
    LOW = 2

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    round: Mapped[int]
    solved: Mapped[int]
    attitude: Mapped[int]
    speed: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    #: 是否被要求好评
    asked_for_praise: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime | None]
    #: The three numbers before the change, such as ``2,3,4``.
    before: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship()


class Appeal(Timestamped, Base):
    """复查, and after it 复核: each once, each on time."""

    __tablename__ = "appeal"
    __table_args__ = (UniqueConstraint("case_id", "final"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    final: Mapped[bool]
    round: Mapped[int]
    reason: Mapped[str]
    #: The unit above the one that answered.
    unit_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Whether the answer before was set aside, and the case is handled again.
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship(back_populates="appeals")
    unit: Mapped[Agency] = relationship()
    answered_by: Mapped[Person | None] = relationship()
