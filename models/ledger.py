"""The ledger: every act, in order, each entry sealed by the hash of the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.person import Person


class LedgerEntry(Base):
    """One act. Only ever added; names people and things by id, never by personal data."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_subject", "subject_type", "subject_id"),
        # Answers "what was done last here" at once: pages are as new as that.
        Index("ix_ledger_entry_topic_id_id", "topic_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: ``<thing>.<act>``, such as ``suggestion.submitted``.
    act: Mapped[str] = mapped_column(String(64), index=True)
    #: None for what the clock did.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    subject_type: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    actor: Mapped[Person | None] = relationship()


class LedgerHead(Base):
    """The one row that writers of the chain queue up at."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
