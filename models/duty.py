"""Pages to duty officers: what cannot wait for somebody to look into a queue."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.case import Case
from models.mailbox import Mailbox
from models.person import Person


class DutyCause(StrEnum):
    """Why somebody is paged."""

    #: 急件: a message that words, or a person, found urgent.
    URGENT_CASE = "urgent_case"
    #: 熔断: many write about one thing at once.
    SURGE = "surge"


class DutyPage(Timestamped, Base):
    """值班告警: somebody is told at once, and says that they have it in hand.

    The key makes it once, such as ``case:12:danger``. Until somebody acknowledges it, it is
    raised: to those who lead the unit, and then to those who supervise it.
    """

    __tablename__ = "duty_page"
    __table_args__ = (
        Index(
            "ix_duty_page_open",
            "id",
            sqlite_where=text("acknowledged_at IS NULL AND lifted_at IS NULL"),
            postgresql_where=text("acknowledged_at IS NULL AND lifted_at IS NULL"),
        ),
        Index("ix_duty_page_mailbox", "mailbox_id", "created_at"),
    )

    #: To those who lead, then to those who supervise.
    MOST_RAISES = 2

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    cause: Mapped[DutyCause]
    #: How urgent: a class of urgency, or the colour of a surge.
    level: Mapped[str] = mapped_column(String(16))
    #: What it is about where it is no case, such as the topic or the region of a surge.
    title: Mapped[str] = mapped_column(default="")
    #: Figures behind it, for whoever is told.
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Who had the duty when it rang; None: nobody, so that those who assign were told.
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    #: How often it was raised, and when last.
    raised: Mapped[int] = mapped_column(default=0)
    raised_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: What is being done about it.
    note: Mapped[str] = mapped_column(default="")
    #: It turned out not to be urgent, or is over.
    lifted_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox] = relationship()
    case: Mapped[Case | None] = relationship()
    officer: Mapped[Person | None] = relationship(foreign_keys=[officer_id])
    acknowledged_by: Mapped[Person | None] = relationship(foreign_keys=[acknowledged_by_id])

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody to say that they have it in hand."""
        return self.acknowledged_at is None and self.lifted_at is None
