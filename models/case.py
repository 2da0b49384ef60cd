"""Cases 办理: a message on its way from sending to closing, its clocks, steps and units."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.agency import Agency
from models.base import Base, Timestamped, Versioned
from models.cluster import Cluster
from models.mailbox import Domain, Mailbox, TimeUnit, Track, Urgency
from models.person import Person
from models.suggestion import Suggestion
from models.topic import Topic

if TYPE_CHECKING:
    from models.reply import Appeal


class CaseState(StrEnum):
    """Where a message stands. ``consult/services/handling/moves.py`` says what leads where."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    RETURNED_FOR_MORE = "returned_for_more"
    NOT_ACCEPTED = "not_accepted"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    OBJECTION = "objection"
    REASSIGNED = "reassigned"
    #: The objection was overruled.
    UPHELD = "upheld"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    REPLY_DRAFTED = "reply_drafted"
    REPLY_RETURNED = "reply_returned"
    REPLIED = "replied"
    RATED = "rated"
    CLOSED = "closed"
    REOPENED = "reopened"
    APPEAL = "appeal"
    FINAL_APPEAL = "final_appeal"
    ARCHIVED = "archived"
    MERGED = "merged"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


def _only(where: str, name: str, *columns: str, unique: bool = False) -> Index:
    """An index of the rows for which ``where`` holds."""
    chosen = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=chosen, postgresql_where=chosen)


class Case(Timestamped, Versioned, Base):
    """What is done about one message, or about a whole group of them (并案).

    It has an owner at every moment: ``unit`` is the mailbox's own agency until it is assigned.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_topic_state", "topic_id", "state", "id"),
        Index("ix_case_file_unit_state", "unit_id", "state", "due_at"),
        Index("ix_case_file_topic_created", "topic_id", "created_at"),
        # Whether a unit has anything in a mailbox.
        Index("ix_case_file_unit_topic", "unit_id", "topic_id"),
        # The few that are reports, for whatever has to leave them out.
        _only("confidential", "ix_case_file_confidential", "mailbox_id", "suggestion_id"),
        # What was answered last, for the page of a mailbox.
        Index(
            "ix_case_file_answered",
            *("topic_id", "replied_at", "id", "days_taken", "on_time", "excluded_at"),
            sqlite_where=text("confidential IS 0 AND replied_at IS NOT NULL"),
            postgresql_where=text("confidential IS false AND replied_at IS NOT NULL"),
        ),
        # What runs out next, without the many that are done.
        _only("due_at IS NOT NULL", "ix_case_file_due", "due_at"),
        # Few at any time: a job tells of them within seconds.
        _only("told_at IS NULL", "ix_case_file_untold", "id"),
    )

    #: After so many transfers the assigner rules before another.
    MAX_TRANSFERS = 2

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"))
    #: The message; of a joined case the one that stands for all.
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), unique=True)
    #: The group that a joined case answers.
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"), index=True)
    #: The joined case that answers this one.
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    state: Mapped[CaseState] = mapped_column(default=CaseState.SUBMITTED)
    domain: Mapped[Domain] = mapped_column(default=Domain.OTHER)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    track: Mapped[Track] = mapped_column(default=Track.ORDINARY)
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.ROUTINE)
    #: Words and rules propose it; until a person confirms, it is a proposal.
    urgency_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: 举报: in a queue of its own, kept from the unit it names.
    confidential: Mapped[bool] = mapped_column(default=False)
    named_unit_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    #: Counts from 1; a case that is opened again is answered and rated in another.
    round: Mapped[int] = mapped_column(default=1)
    transfers: Mapped[int] = mapped_column(default=0)
    #: Of the clock that runs now, for lists; the clocks themselves are rows of their own.
    due_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: The month in which it came, where the offices are, such as ``2026-06``: 月清月结.
    month: Mapped[str] = mapped_column(String(7), index=True)
    #: Working days from acceptance to the first reply, and whether that was in time.
    days_taken: Mapped[int | None]
    on_time: Mapped[bool | None]
    #: 不合理诉求: left out of rates by two people, still counted and published.
    excluded_at: Mapped[datetime | None]
    #: When its arrival was told of. Set by a plain UPDATE, which is no change to the case.
    told_at: Mapped[datetime | None]

    topic: Mapped[Topic] = relationship()
    mailbox: Mapped[Mailbox] = relationship()
    suggestion: Mapped[Suggestion] = relationship()
    cluster: Mapped[Cluster | None] = relationship()
    joined_to: Mapped[Case | None] = relationship(remote_side=[id])
    unit: Mapped[Agency] = relationship(foreign_keys=[unit_id])
    named_unit: Mapped[Agency | None] = relationship(foreign_keys=[named_unit_id])
    handler: Mapped[Person | None] = relationship(foreign_keys=[handler_id])
    clocks: Mapped[list[Clock]] = relationship(back_populates="case", order_by="Clock.id")
    steps: Mapped[list[CaseStep]] = relationship(back_populates="case", order_by="CaseStep.id")
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="case", order_by="Assignment.id"
    )

    appeals: Mapped[list[Appeal]] = relationship(back_populates="case", order_by="Appeal.id")

    @property
    def no(self) -> str:
        """The number that the public knows: that of the message."""
        return self.suggestion.no

    def __repr__(self) -> str:
        return f"<Case {self.id}>"


class CaseStep(Timestamped, Base):
    """One thing that happened to a case. Only ever added."""

    __tablename__ = "case_step"
    __table_args__ = (
        Index("ix_case_step_case", "case_id", "id"),
        _only("told_at IS NULL", "ix_case_step_untold", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    #: An act of the table of moves, or a note: ``consult/services/handling/moves.py``.
    act: Mapped[str] = mapped_column(String(32))
    state_before: Mapped[CaseState]
    state_after: Mapped[CaseState]
    round: Mapped[int]
    #: None for what the clock did.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    reason: Mapped[str] = mapped_column(default="")
    #: Whether the one who wrote sees the reason; that it happened they always see.
    shown: Mapped[bool] = mapped_column(default=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: When everybody whom it concerns was told; set by the job that does so.
    told_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="steps")
    actor: Mapped[Person | None] = relationship()
    unit: Mapped[Agency | None] = relationship()


class ClockKind(StrEnum):
    """What must happen before a clock runs out."""

    REVIEW = "review"
    #: The notice of acceptance.
    ACCEPTANCE = "acceptance"
    #: The citizen adds what was missing.
    SUPPLEMENT = "supplement"
    OBJECTION = "objection"
    REPLY = "reply"
    RATING = "rating"
    FOLLOW_UP = "follow_up"
    APPEAL_WINDOW = "appeal_window"
    APPEAL = "appeal"


class Clock(Base):
    """A time limit on a case. Started once a turn, never moved but by an extension."""

    __tablename__ = "case_clock"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "turn"),
        _only("stopped_at IS NULL", "ix_case_clock_running", "due_at"),
        # What is to be warned of next; not what was told to the last.
        _only("stopped_at IS NULL AND warned <> 'supervisor'", "ix_case_clock_warn", "warn_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[ClockKind]
    #: Of its kind on this case, from 1: no second one is started for the same occasion.
    turn: Mapped[int]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    #: What was allowed at the start.
    amount: Mapped[int]
    unit: Mapped[TimeUnit]
    #: Counted over a year whose calendar was not published yet; reckoned anew once it is.
    provisional: Mapped[bool] = mapped_column(default=False)
    #: What was added (in the same unit), by whom and why; once.
    extended_amount: Mapped[int | None]
    extended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    extension_reason: Mapped[str] = mapped_column(default="")
    extended_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    #: The last notice about it: near, due, leader, supervisor (consult/services/handling/escalating).
    warned: Mapped[str] = mapped_column(String(16), default="")
    #: When somebody is told next; None: to be reckoned, as after every move of ``due_at``.
    warn_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="clocks")
    extended_by: Mapped[Person | None] = relationship()

    @validates("due_at")
    def _warn_anew(self, key: str, due_at: datetime) -> datetime:
        self.warned, self.warn_at = "", None
        return due_at


class AssignmentState(StrEnum):
    """What became of an assignment."""

    STANDING = "standing"
    OBJECTED = "objected"
    #: The objection was allowed: another unit has it.
    MOVED = "moved"
    #: The objection was overruled: it stays.
    UPHELD = "upheld"
    ENDED = "ended"


class Assignment(Timestamped, Base):
    """交办: a unit that answers a case, alone or beside others, and what it said to that."""

    __tablename__ = "assignment"
    __table_args__ = (
        _only(
            "lead AND state IN ('standing', 'objected', 'upheld')",
            "uq_assignment_lead",
            "case_id",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    #: 主办, or 协办.
    lead: Mapped[bool] = mapped_column(default=True)
    state: Mapped[AssignmentState] = mapped_column(default=AssignmentState.STANDING)
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    objected_at: Mapped[datetime | None]
    objected_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    objection: Mapped[str] = mapped_column(default="")
    ruled_at: Mapped[datetime | None]
    ruled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ruling: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="assignments")
    unit: Mapped[Agency] = relationship()
    assigned_by: Mapped[Person] = relationship(foreign_keys=[assigned_by_id])
    objected_by: Mapped[Person | None] = relationship(foreign_keys=[objected_by_id])
    ruled_by: Mapped[Person | None] = relationship(foreign_keys=[ruled_by_id])
