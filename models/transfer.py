"""Transfers: tables on their way in or out, each as far as it has come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.person import Person
from models.topic import Topic


class TransferKind(StrEnum):
    """Which way the rows go."""

    IMPORT = "import"
    EXPORT = "export"


class TransferState(StrEnum):
    """How far it has come."""

    #: A job takes it up.
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Transfer(Timestamped, Base):
    """A table on its way in or out, with all that is needed to go on after a kill.

    An import is first checked as a whole, which leaves the rows that can be taken in a file
    of their own, then written piece by piece: each piece moves ``position`` in the transaction
    that writes its rows.
    """

    __tablename__ = "transfer"
    __table_args__ = (Index("ix_transfer_topic_id_id", "topic_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    kind: Mapped[TransferKind]
    state: Mapped[TransferState] = mapped_column(default=TransferState.QUEUED, index=True)
    #: None: whoever sits at the console of the server.
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: What the sender called the file, or what it is downloaded as.
    filename: Mapped[str]
    #: Of an import: columns, consent, zone; of an export: format, whose words.
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: The stored file: what came, or what is to be fetched. None: not made yet, or dropped.
    sha256: Mapped[str | None] = mapped_column(String(64))
    #: The rows of an import that passed the check, one a line; None: not checked yet.
    checked_sha256: Mapped[str | None] = mapped_column(String(64))
    #: The rows that were refused and why, one a line.
    report_sha256: Mapped[str | None] = mapped_column(String(64))
    #: Bytes of the checked rows that are in.
    position: Mapped[int] = mapped_column(default=0)
    #: Rows looked at, taken in or written so far, of how many.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    added: Mapped[int] = mapped_column(default=0)
    #: Were here already.
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    #: Why it failed: a sentence with places, and what goes into them.
    error: Mapped[str] = mapped_column(default="")
    error_params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Who carries it out, and when that was last heard of.
    worker: Mapped[str] = mapped_column(String(128), default="")
    beat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    topic: Mapped[Topic] = relationship()
    started_by: Mapped[Person | None] = relationship()

    @property
    def is_under_way(self) -> bool:
        return self.state in {TransferState.QUEUED, TransferState.RUNNING}

    @property
    def is_checked(self) -> bool:
        return self.checked_sha256 is not None

    def __repr__(self) -> str:
        return f"<Transfer {self.id} {self.kind.value} {self.state.value}>"
