"""What supervision keeps: counted cases and their sums, exclusions, digests, the yearly report."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agency import Agency
from models.base import Base, Timestamped, Versioned
from models.case import Case
from models.mailbox import Domain
from models.person import Person
from models.suggestion import SuggestionKind


class CaseChange(Base):
    """A mark that a case has to be counted anew; set by triggers of the database, whoever writes.

    Only ever added and taken away, never changed: a mark that is set while the one before it is
    worked on is a row of its own, and so is not lost.
    """

    __tablename__ = "case_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]


class Measured:
    """What is counted; of one case, or summed up."""

    received: Mapped[int]
    #: Neither refused nor taken back.
    valid: Mapped[int]
    refused: Mapped[int]
    withdrawn: Mapped[int]
    #: Passed on to somebody outside.
    passed_on: Mapped[int]
    accepted: Mapped[int]
    #: Answered together with others.
    joined: Mapped[int]
    replied: Mapped[int]
    closed: Mapped[int]
    reopened: Mapped[int]
    appeals: Mapped[int]
    #: Replies sent back by a reviewer.
    returned: Mapped[int]
    #: Left out of rates by two people: of what was accepted, and of what was answered.
    excluded: Mapped[int]
    excluded_replied: Mapped[int]
    #: From here on without what is excluded.
    on_time: Mapped[int]
    transfers: Mapped[int]
    rated: Mapped[int]
    solved: Mapped[int]
    satisfied: Mapped[int]
    asked_for_praise: Mapped[int]


class CaseCount(Measured, Base):
    """What one case adds to the numbers, as it was counted last. Confidential ones have none."""

    __tablename__ = "case_count"
    __table_args__ = (
        Index("ix_case_count_month", "month", "topic_id"),
        Index("ix_case_count_topic", "topic_id", "month"),
        Index("ix_case_count_unit", "unit_id", "month"),
        # What two filters at once leave.
        Index("ix_case_count_domain", "domain", "kind", "month"),
        Index("ix_case_count_region", "region_code", "month"),
        # With all that the overdue are told apart by, so that none of them is looked up.
        Index(
            "ix_case_count_due",
            *("due_at", "month", "topic_id", "unit_id", "domain", "kind", "region_code"),
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        # None, but for what a release before these days counted while both ran.
        Index(
            "ix_case_count_undated",
            "case_id",
            sqlite_where=text("received_on IS NULL"),
            postgresql_where=text("received_on IS NULL"),
        ),
    )

    case_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    topic_id: Mapped[int]
    unit_id: Mapped[int]
    region_code: Mapped[str] = mapped_column(String(6))
    domain: Mapped[Domain]
    kind: Mapped[SuggestionKind]
    month: Mapped[str] = mapped_column(String(7))
    #: Working days to the first reply.
    days: Mapped[int | None]
    #: Of the clock for a reply that runs.
    due_at: Mapped[datetime | None]
    #: The days on which it came and was answered last, where the offices are: ``2026-06-01``.
    received_on: Mapped[str | None] = mapped_column(String(10))
    replied_on: Mapped[str | None] = mapped_column(String(10))


def _without_units(name: str) -> Index:
    """An index of the sums of whole mailboxes; those of their units lie between them in the key."""
    only = text("unit_id = 0")
    return Index(name, "dimension", "topic_id", "month", sqlite_where=only, postgresql_where=only)


class CaseTally(Measured, Base):
    """Sums by topic, unit and month, over everything or by one more property.

    A topic or unit of 0 sums up all of them; where both are, there are also sums by two properties.
    Of whole mailboxes there are sums by single days, too, which stand at the month of the day.
    """

    __tablename__ = "case_tally"
    __table_args__ = (_without_units("ix_case_tally_topic"),)

    #: all, domain, kind, region, or two of the last three; received or replied, by day; and which.
    dimension: Mapped[str] = mapped_column(String(16), primary_key=True)
    topic_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True, default="")


class CaseDays(Base):
    """How many first replies took so many working days, in the same places."""

    __tablename__ = "case_days"
    __table_args__ = (_without_units("ix_case_days_topic"),)

    dimension: Mapped[str] = mapped_column(String(16), primary_key=True)
    topic_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True, default="")
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[int]


class ExclusionReason(StrEnum):
    """不合理诉求: why a case is left out of the rates."""

    #: What is asked for is against the law, or beyond what it grants.
    AGAINST_LAW = "against_law"
    #: It was decided by a court, an arbitration or a final review.
    DECIDED = "decided"
    #: The same again by the same person, after a full answer.
    REPEATED = "repeated"
    #: What it says was found not to be so.
    UNTRUE = "untrue"
    #: Nobody can do it under the present conditions, and that was explained.
    IMPOSSIBLE = "impossible"
    OTHER = "other"


class Exclusion(Timestamped, Versioned, Base):
    """A case that one person proposed to leave out of the rates, and what a second one said."""

    __tablename__ = "case_exclusion"
    __table_args__ = (
        # One at a time: proposed, or standing.
        Index(
            "uq_case_exclusion_current",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_case_exclusion_case_id", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    reason: Mapped[ExclusionReason]
    #: The facts and the ground, for the second person and for the file.
    words: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: None while the second person has not looked.
    approved: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(default="")
    #: Refused, or taken back later.
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_words: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


class Rhythm(StrEnum):
    """How often a digest is made."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class SupervisionPlan(Versioned, Base):
    """What an agency has set for its supervision; without a row the defaults hold."""

    __tablename__ = "supervision_plan"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(default=Rhythm.NEVER)
    #: Of the week (Monday is 0) or of the month (from 1), for a rhythm that has them.
    day: Mapped[int] = mapped_column(default=0)
    #: Of the day, in the zone of the offices.
    hour: Mapped[int] = mapped_column(default=8)
    #: Whether it also goes out by mail.
    mails: Mapped[bool] = mapped_column(default=True)
    #: When the next digest is made; None: never.
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Whether places are given, and from how many cases and ratings on.
    ranking_shown: Mapped[bool] = mapped_column(default=True)
    ranking_least: Mapped[int] = mapped_column(default=10)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    agency: Mapped[Agency] = relationship()
    changed_by: Mapped[Person | None] = relationship()


class Digest(Timestamped, Base):
    """重点线索: the cases that a supervising office should know of, as they stood at a moment."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("agency_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    #: The time it speaks of.
    since: Mapped[datetime]
    until: Mapped[datetime]
    #: Counts up within the agency.
    number: Mapped[int]
    #: None for what the clock made.
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: The figures of the time, by name.
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)

    agency: Mapped[Agency] = relationship()
    made_by: Mapped[Person | None] = relationship()
    lines: Mapped[list[DigestLine]] = relationship(
        back_populates="digest", order_by="DigestLine.position"
    )


class DigestLine(Base):
    """One case in a digest, and why it is there."""

    __tablename__ = "digest_line"

    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)
    position: Mapped[int]
    #: Codes, the gravest first, with the number that belongs to each: ``[["overdue", 3], …]``.
    reasons: Mapped[list[Any]]
    #: As it stood then.
    state: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))

    digest: Mapped[Digest] = relationship(back_populates="lines")
    case: Mapped[Case] = relationship()
    unit: Mapped[Agency] = relationship()


class AnnualWords(Versioned, Base):
    """What people write in the report of a year, beside its numbers; and when it was released."""

    __tablename__ = "annual_words"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Art. 41 (3): proposals for better work and policy, and what became of them.
    proposals: Mapped[str] = mapped_column(default="")
    #: Art. 41 (4): what else has to be reported.
    other: Mapped[str] = mapped_column(default="")
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()
    changed_by: Mapped[Person | None] = relationship()
