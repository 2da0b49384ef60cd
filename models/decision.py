"""Decisions: what became of a cluster, why, and which words of the policy it changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agency import Agency
from models.base import Base, Timestamped, Versioned
from models.cluster import Cluster
from models.document import Clause
from models.person import Person
from models.suggestion import Suggestion
from models.topic import Topic


class Outcome(StrEnum):
    """采纳情况. All but the first need a reason."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    NOT_ADOPTED = "not_adopted"
    IN_PLACE = "in_place"
    NOTED = "noted"
    OUT_OF_SCOPE = "out_of_scope"


class UsedFor(StrEnum):
    """What an adopted suggestion is used for (Shanghai's seven)."""

    LIVELIHOOD = "livelihood"
    BETTER_WORK = "better_work"
    LEGISLATION = "legislation"
    CONGRESS_OVERSIGHT = "congress_oversight"
    DEPUTY_MOTION = "deputy_motion"
    DECISION_REFERENCE = "decision_reference"
    OTHER = "other"


class DecisionState(StrEnum):
    """From one desk to the next; only a published one is seen by the public."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Decision(Timestamped, Versioned, Base):
    """The answer to a cluster, inherited by its members unless one is excepted."""

    __tablename__ = "decision"
    __table_args__ = (
        Index(
            "uq_decision_standing",
            "cluster_id",
            unique=True,
            sqlite_where=text("state <> 'withdrawn'"),
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_decision_topic_state", "topic_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    outcome: Mapped[Outcome]
    reason: Mapped[str] = mapped_column(default="")
    used_for: Mapped[UsedFor | None]
    #: The agency that carries it out.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    state: Mapped[DecisionState] = mapped_column(default=DecisionState.PROPOSED)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]

    topic: Mapped[Topic] = relationship()
    cluster: Mapped[Cluster] = relationship()
    unit: Mapped[Agency | None] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id])
    exceptions: Mapped[list[DecisionException]] = relationship(
        back_populates="decision", cascade="all, delete-orphan", order_by="DecisionException.id"
    )
    clause_changes: Mapped[list[ClauseChange]] = relationship(
        back_populates="decision", cascade="all, delete-orphan", order_by="ClauseChange.id"
    )


class DecisionException(Base):
    """A member whose own answer differs from that of its cluster."""

    __tablename__ = "decision_exception"
    __table_args__ = (UniqueConstraint("decision_id", "suggestion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), index=True)
    outcome: Mapped[Outcome]
    reason: Mapped[str]

    decision: Mapped[Decision] = relationship(back_populates="exceptions")
    suggestion: Mapped[Suggestion] = relationship()


class ClauseChange(Base):
    """A clause that a decision changes: its words before and after."""

    __tablename__ = "clause_change"
    __table_args__ = (UniqueConstraint("decision_id", "clause_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    #: Of the draft; None when the clause is new in the final document.
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"), index=True)
    before: Mapped[str] = mapped_column(default="")
    #: Empty when the clause was struck out.
    after: Mapped[str] = mapped_column(default="")
    #: Where it stands in the final document, once there is one.
    final_clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"), index=True)

    decision: Mapped[Decision] = relationship(back_populates="clause_changes")
    clause: Mapped[Clause | None] = relationship(foreign_keys=[clause_id])
    final_clause: Mapped[Clause | None] = relationship(foreign_keys=[final_clause_id])
