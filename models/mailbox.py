"""Mailboxes: topics that are always open, addressed to a unit or a leader, and their rules."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agency import Agency
from models.base import Base, Timestamped, Versioned
from models.person import Person
from models.suggestion import SuggestionKind
from models.topic import Topic


class Domain(StrEnum):
    """领域: what a message is about."""

    URBAN = "urban"
    RURAL = "rural"
    TRANSPORT = "transport"
    ENVIRONMENT = "environment"
    EDUCATION = "education"
    HEALTH = "health"
    EMPLOYMENT = "employment"
    SECURITY = "security"
    GOVERNMENT = "government"
    BUSINESS = "business"
    TOURISM = "tourism"
    FINANCE = "finance"
    CULTURE = "culture"
    OTHER = "other"


class Urgency(StrEnum):
    """轻重缓急, from what can wait to what cannot."""

    ROUTINE = "routine"
    PRESSING = "pressing"
    #: Water, power, gas or heating is off.
    SUPPLY = "supply"
    #: Somebody is in danger.
    DANGER = "danger"


class TimeUnit(StrEnum):
    """What a time limit is counted in."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"
    #: 自然日: every day counts.
    DAYS = "days"


class Track(StrEnum):
    """Which way a message is handled; it sets the time for the reply."""

    ORDINARY = "ordinary"
    #: Facts have to be found out first.
    INVESTIGATION = "investigation"
    #: 信访事项
    PETITION = "petition"


class Mailbox(Versioned, Base):
    """What is particular to a topic of the mode ``mailbox``: 日常接收."""

    __tablename__ = "mailbox"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    #: Whom one writes to, in full: "市长 李某某", or the unit itself.
    addressee: Mapped[str]
    #: What may be written here and what belongs elsewhere; Markdown.
    guidance: Mapped[str] = mapped_column(default="")
    #: Where 举报 goes: never the unit that a report names.
    report_unit_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    #: Who is told at once of what is urgent.
    duty_officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: An official statement on what everybody writes about at the moment (熔断).
    statement: Mapped[str] = mapped_column(default="")
    statement_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    topic: Mapped[Topic] = relationship()
    report_unit: Mapped[Agency] = relationship()
    duty_officer: Mapped[Person | None] = relationship()


class DispatchRule(Timestamped, Base):
    """派单目录: who answers for a domain in a region, from a day on until another takes over.

    Never changed: a new row ends the one before, so that the history can be read.
    """

    __tablename__ = "dispatch_rule"
    __table_args__ = (
        Index(
            "uq_dispatch_rule_current",
            "mailbox_id",
            "domain",
            "region_code",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"))
    domain: Mapped[Domain]
    #: Empty: everywhere.
    region_code: Mapped[str] = mapped_column(String(6), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    #: What the catalogue says about it, such as the matter and the legal ground.
    note: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    unit: Mapped[Agency] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


class ClockRule(Timestamped, Base):
    """How long something may take; without one for a mailbox the defaults of the house hold."""

    __tablename__ = "clock_rule"
    __table_args__ = (UniqueConstraint("mailbox_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"))
    #: Which allowance, see ``consult.services.handling.allowances``.
    name: Mapped[str] = mapped_column(String(32))
    amount: Mapped[int]
    unit: Mapped[TimeUnit]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person] = relationship()


class TriageWord(Timestamped, Base):
    """A word that says how urgent a message is: 轻重缓急."""

    __tablename__ = "triage_word"
    __table_args__ = (UniqueConstraint("mailbox_id", "word"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"))
    word: Mapped[str] = mapped_column(String(40))
    urgency: Mapped[Urgency]
    #: Longer words in which it means something else ("不热情" for "不热"), a line each.
    unless: Mapped[str] = mapped_column(default="", server_default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class TriageRule(Timestamped, Base):
    """What several words together, or the kind of a message, say of its urgency.

    Never changed: to say otherwise, it is ended and another is made. Words stand a line each.
    """

    __tablename__ = "triage_rule"
    __table_args__ = (
        Index(
            "ix_triage_rule_standing",
            "mailbox_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"))
    name: Mapped[str] = mapped_column(String(80))
    #: The rule of the house that it stands in for, if any.
    house: Mapped[str] = mapped_column(String(32), default="")
    #: One of these, and one of those, and none of the last; an empty list asks nothing.
    any_of: Mapped[str] = mapped_column(default="")
    and_of: Mapped[str] = mapped_column(default="")
    none_of: Mapped[str] = mapped_column(default="")
    kind: Mapped[SuggestionKind | None]
    domain: Mapped[Domain | None]
    urgency: Mapped[Urgency]
    #: At most so urgent, whatever the words say, rather than at least.
    at_most: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])


class DispatchModel(Base):
    """What was learned from the assignments of a mailbox: which words and places go to which unit.

    Derived; may be thrown away and learned again.
    """

    __tablename__ = "dispatch_model"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"), primary_key=True)
    made_at: Mapped[datetime]
    #: How it was learned, so that another way learns anew.
    method: Mapped[str] = mapped_column(String(64))
    #: The last assignment that was learned from, and how many there were.
    last_assignment_id: Mapped[int]
    cases: Mapped[int]
    #: Of so many that it had not seen, how many times the first, or one of three, was right.
    tried: Mapped[int]
    first_right: Mapped[int]
    among_three: Mapped[int]
    weights: Mapped[bytes] = mapped_column(LargeBinary)


class CalendarDay(Timestamped, Base):
    """A day on which offices work, or not, other than the published calendar says."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    works: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person] = relationship()
