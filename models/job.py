"""What the background work is, and what became of it, for the operations page."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class JobName(StrEnum):
    """Every piece of background work; what each does is in consult/jobs/registry.py."""

    TOPICS = "topics"
    INDEXES = "indexes"
    PLACEMENT = "placement"
    #: What is searched: words, and graphs of vectors.
    SEARCH = "search"
    RUNS = "runs"
    #: What the clock does to cases.
    CASE_TIMES = "case_times"
    #: Who is told of each step of a case, and who is paged.
    CASE_NOTICES = "case_notices"
    ESCALATION = "escalation"
    NOTICES = "notices"
    LETTERS = "letters"
    TRANSFERS = "transfers"
    #: Looks whether more arrives in mailboxes than should.
    SURGES = "surges"
    #: Tells the people of a group that a consultation was opened on it.
    INVITATIONS = "invitations"
    #: The sums that the numbers of the message board are read from.
    FIGURES = "figures"
    #: 重点线索
    DIGESTS = "digests"
    #: Learns which unit answers what.
    DISPATCHING = "dispatching"
    TIDYING = "tidying"
    #: Looks what all the others have to do, and ends what a lost worker left.
    SWEEP = "sweep"


class Lane(StrEnum):
    """Work of a lane waits for work of the same lane only."""

    #: Seconds at most, and somebody may be waiting for it.
    QUICK = "quick"
    #: Minutes or hours.
    LONG = "long"


LONG_JOBS = frozenset({JobName.SEARCH, JobName.RUNS, JobName.TRANSFERS, JobName.DISPATCHING})


def lane_of(name: str) -> Lane:
    """The lane in which a job is done."""
    return Lane.LONG if name in LONG_JOBS else Lane.QUICK


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
    #: How long that turn took.
    seconds: Mapped[float] = mapped_column(default=0.0, server_default="0")
    #: Turns that failed since the last that did not.
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Set by a person's "run again"; cleared when the job starts.
    wanted_at: Mapped[datetime | None]


class JobTrouble(Base):
    """A part of a job that fails: it is left alone until its pause is over, the others go on."""

    __tablename__ = "job_trouble"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: Which part, such as the number of a topic; 0 where the job has none.
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Failures since it last succeeded.
    failures: Mapped[int]
    error: Mapped[str]
    failed_at: Mapped[datetime]
    next_at: Mapped[datetime]


class Worker(Base):
    """A process that does background work, and its last sign of life."""

    __tablename__ = "worker"

    #: Made up at the start of the process.
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    #: Within a web process, or a process of its own.
    embedded: Mapped[bool]
    #: The lanes it works in, with commas.
    lanes: Mapped[str]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime] = mapped_column(index=True)
    #: When it was ended in order; a killed one has no such moment.
    ended_at: Mapped[datetime | None]
    #: What it was at when it last beat, such as ``placement:17``; empty: it waits.
    doing: Mapped[str] = mapped_column(default="")
    #: Turns it has given since it started.
    turns: Mapped[int] = mapped_column(default=0)
