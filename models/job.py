"""What the background work did last, for the operations page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class JobReport(Base):
    """The last turn of one job. The work itself is derived from the other tables."""

    __tablename__ = "job_report"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    #: How many things it did in its last turn.
    done: Mapped[int] = mapped_column(default=0)
    #: Set by a person's "run again"; cleared when the job starts.
    wanted_at: Mapped[datetime | None]
