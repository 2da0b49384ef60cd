"""Notices to people, and the letters that go out by mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.case import Case, CaseStep, Clock
from models.decision import Decision
from models.duty import DutyPage
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
    #: A consultation was opened on what they wrote, or supported, to a mailbox.
    INVITED = "invited"

    # To the one who wrote to a mailbox, step by step.
    CASE_RECEIVED = "case_received"
    CASE_RETURNED_FOR_MORE = "case_returned_for_more"
    #: The time to add something runs out.
    CASE_SUPPLEMENT_DUE = "case_supplement_due"
    CASE_NOT_ACCEPTED = "case_not_accepted"
    #: It is reviewed again after all.
    CASE_RECONSIDERED = "case_reconsidered"
    CASE_TRANSFERRED = "case_transferred"
    CASE_ACCEPTED = "case_accepted"
    CASE_ASSIGNED = "case_assigned"
    CASE_EXTENDED = "case_extended"
    CASE_JOINED = "case_joined"
    CASE_PARTED = "case_parted"
    CASE_REPLIED = "case_replied"
    CASE_CLOSED = "case_closed"
    CASE_REOPENED = "case_reopened"
    CASE_APPEAL_ANSWERED = "case_appeal_answered"
    #: To those who follow somebody else's message.
    CASE_FOLLOWED = "case_followed"

    # To staff.
    REPORT_RECEIVED = "report_received"
    CASE_SUPPLEMENTED = "case_supplemented"
    CASE_CONTESTED = "case_contested"
    CASE_GIVEN = "case_given"
    CASE_TAKEN_BACK = "case_taken_back"
    CASE_OBJECTED = "case_objected"
    CASE_UPHELD = "case_upheld"
    #: The unit that objected has it no longer.
    CASE_MOVED = "case_moved"
    CASE_TIME_ASKED = "case_time_asked"
    CASE_TIME_DECLINED = "case_time_declined"
    CASE_TIME_GIVEN = "case_time_given"
    DRAFT_WAITS = "draft_waits"
    DRAFT_RETURNED = "draft_returned"
    CASE_RATED_LOW = "case_rated_low"
    CASE_AGAIN = "case_again"
    CASE_APPEALED = "case_appealed"
    #: 督办意见: a supervisor asks that something be done.
    CASE_URGED = "case_urged"
    CASE_NEAR_DUE = "case_near_due"
    CASE_OVERDUE = "case_overdue"
    #: To those who lead the unit, and to those who supervise it.
    CASE_OVERDUE_UNIT = "case_overdue_unit"
    CASE_OVERDUE_SUPERVISED = "case_overdue_supervised"
    DUTY_PAGED = "duty_paged"
    DUTY_RAISED = "duty_raised"


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
    #: What a notice about a case tells of: a step of it, a clock that runs out, or a page.
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("case_step.id"))
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("case_clock.id"))
    duty_page_id: Mapped[int | None] = mapped_column(ForeignKey("duty_page.id"))
    read_at: Mapped[datetime | None]
    #: When the letter was written, or the mail was found to be unwanted.
    mailed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    topic: Mapped[Topic] = relationship()
    decision: Mapped[Decision | None] = relationship()
    suggestion: Mapped[Suggestion | None] = relationship()
    case: Mapped[Case | None] = relationship()
    step: Mapped[CaseStep | None] = relationship()
    clock: Mapped[Clock | None] = relationship()
    duty_page: Mapped[DutyPage | None] = relationship()


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
