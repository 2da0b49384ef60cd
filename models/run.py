"""Runs: each regrouping of a topic, kept with all that made it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.cluster import Cluster
from models.person import Person
from models.topic import Topic


class RunCause(StrEnum):
    """Why a topic was regrouped."""

    MANUAL = "manual"
    GROWTH = "growth"
    NIGHTLY = "nightly"
    IMPORT = "import"
    ROLLBACK = "rollback"


class RunState(StrEnum):
    """How far a run has come."""

    #: Asked for by a person; a job does it.
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class Run(Timestamped, Base):
    """One regrouping: immutable once finished, so that any can be returned to."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("topic_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    number: Mapped[int]
    cause: Mapped[RunCause]
    state: Mapped[RunState] = mapped_column(default=RunState.RUNNING)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    finished_at: Mapped[datetime | None]
    model: Mapped[str] = mapped_column(default="")
    #: Fingerprint of the encoder, and version of the engine.
    model_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    engine_version: Mapped[str] = mapped_column(String(32), default="")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    input_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    suggestion_count: Mapped[int] = mapped_column(default=0)
    cluster_count: Mapped[int] = mapped_column(default=0)
    #: What changed against the run before: counts per lineage event, moved suggestions.
    difference: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: The run that a roll-back went back to.
    restores_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"))
    error: Mapped[str] = mapped_column(default="")
    #: How often the process that computed it ended on the way, and it began anew.
    interruptions: Mapped[int] = mapped_column(default=0, server_default="0")

    topic: Mapped[Topic] = relationship()
    started_by: Mapped[Person | None] = relationship()
    restores: Mapped[Run | None] = relationship(remote_side=[id])


class RunAssignment(Base):
    """Where a run put a suggestion."""

    __tablename__ = "run_assignment"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    similarity: Mapped[float] = mapped_column(default=1.0)
    uncertain: Mapped[bool] = mapped_column(default=False)
    #: The theme of its cluster in this run; None: it was in none, or the run is older than themes.
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))


class LineageEvent(StrEnum):
    """What became of a cluster in a run or by an act."""

    BORN = "born"
    GREW = "grew"
    SHRANK = "shrank"
    SPLIT = "split"
    MERGED = "merged"
    RETIRED = "retired"
    REVIVED = "revived"


class Lineage(Timestamped, Base):
    """One step in the life of a cluster."""

    __tablename__ = "lineage"
    __table_args__ = (Index("ix_lineage_cluster", "cluster_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    event: Mapped[LineageEvent]
    #: Split from, merged into.
    other_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), index=True)
    act_id: Mapped[int | None] = mapped_column(ForeignKey("cluster_act.id"))
    #: Members before and after.
    size_before: Mapped[int] = mapped_column(default=0)
    size_after: Mapped[int] = mapped_column(default=0)

    cluster: Mapped[Cluster] = relationship(foreign_keys=[cluster_id])
    other: Mapped[Cluster | None] = relationship(foreign_keys=[other_id])
