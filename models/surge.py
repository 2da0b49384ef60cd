"""熔断: what arrives by the hour, alarms where more arrives than should, and what was done then."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped, Versioned
from models.case import Case
from models.mailbox import Mailbox
from models.person import Person


class Level(StrEnum):
    """蓝黄橙红, and none."""

    NONE = "none"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def rank(self) -> int:
        """Levels compare by this, not by their names."""
        return tuple(Level).index(self)


class SurgeAbout(StrEnum):
    """What a series counts: everything a mailbox gets, or a part of it."""

    MAILBOX = "mailbox"
    DOMAIN = "domain"
    REGION = "region"
    UNIT = "unit"
    #: Messages that ask the same: a group of the mailbox.
    GROUP = "group"


class SurgeVerdict(StrEnum):
    """What people found an alarm to be."""

    REAL = "real"
    #: A reason without trouble behind it, such as an announcement that invited questions.
    EXPLAINED = "explained"
    FALSE = "false"


class SurgeCount(Base):
    """How many messages a series got in an hour; hours without any have no row.

    Worked out from the cases, and may be thrown away and counted again.
    """

    __tablename__ = "surge_count"
    __table_args__ = (Index("ix_surge_count_topic_hour", "topic_id", "hour"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"), primary_key=True)
    about: Mapped[SurgeAbout] = mapped_column(primary_key=True)
    #: A domain, the code of a region, the id of a unit; empty for the whole mailbox.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


class SurgeWatch(Base):
    """How far the arrivals of a mailbox have been counted, and when they were last looked at."""

    __tablename__ = "surge_watch"

    topic_id: Mapped[int] = mapped_column(
        ForeignKey("mailbox.topic_id"), primary_key=True, autoincrement=False
    )
    #: The first hour that is not counted for good: what came since is counted again each time.
    counted_to: Mapped[datetime]
    looked_at: Mapped[datetime | None]


class SurgeAlarm(Timestamped, Versioned, Base):
    """More of a series arrived than its baseline explains: from then until it is over.

    ``created_at`` is when it opened. What is counted now (``count``, ``expected``, ``seen_at``) is
    written by plain updates, so that a person's form does not grow stale by it.
    """

    __tablename__ = "surge_alarm"
    __table_args__ = (
        Index(
            "uq_surge_alarm_open",
            "topic_id",
            "about",
            "key",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_surge_alarm_topic_created", "topic_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"))
    about: Mapped[SurgeAbout]
    key: Mapped[str] = mapped_column(String(64))
    level: Mapped[Level]
    #: The highest it reached.
    peak: Mapped[Level]
    #: The highest of which the duty officer was told: nothing rings twice.
    told: Mapped[Level] = mapped_column(default=Level.NONE)
    #: The window that stood out (its length), and what came in it against what was to be expected.
    hours: Mapped[int]
    count: Mapped[int]
    expected: Mapped[float]
    chance: Mapped[float]
    #: Shares, 0–1, of the last day's messages.
    alike: Mapped[float] = mapped_column(default=0.0)
    negative: Mapped[float] = mapped_column(default=0.0)
    #: Why the level is higher than the numbers alone make it: alike, negative.
    raised_by: Mapped[list[Any]] = mapped_column(default=list)
    #: When the level last held.
    seen_at: Mapped[datetime]
    #: The alarm that is about the same messages and rang before: this one does not ring as well.
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("surge_alarm.id"), index=True)
    ended_at: Mapped[datetime | None]
    #: None where it ended by itself.
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[SurgeVerdict | None]
    #: The case that answers its messages together.
    joint_case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)

    mailbox: Mapped[Mailbox] = relationship()
    part_of: Mapped[SurgeAlarm | None] = relationship(remote_side=[id])
    ended_by: Mapped[Person | None] = relationship()
    joint_case: Mapped[Case | None] = relationship()
    steps: Mapped[list[SurgeStep]] = relationship(back_populates="alarm", order_by="SurgeStep.id")

    def __repr__(self) -> str:
        return f"<SurgeAlarm {self.id} {self.about} {self.key} {self.level}>"


class SurgeStep(Timestamped, Base):
    """One thing that happened to an alarm: it opened, rose, fell, or somebody did something."""

    __tablename__ = "surge_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("surge_alarm.id"), index=True)
    act: Mapped[str] = mapped_column(String(32))
    level: Mapped[Level]
    hours: Mapped[int]
    count: Mapped[int]
    expected: Mapped[float]
    #: None for what the clock did.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")

    alarm: Mapped[SurgeAlarm] = relationship(back_populates="steps")
    actor: Mapped[Person | None] = relationship()
