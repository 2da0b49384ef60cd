"""Clusters of suggestions that ask the same, and what people did to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped, Versioned
from models.person import Person
from models.suggestion import Channel, Suggestion
from models.topic import Topic

if TYPE_CHECKING:
    from models.theme import Theme


class Cluster(Timestamped, Versioned, Base):
    """同类建议: the near-duplicates of one request, the unit of decision.

    A cluster is never deleted. One that lost its members is *retired*, keeps its
    address and says where its members went. The three counts and the measures
    are derived from memberships and supports and may be computed again at any time.
    """

    __tablename__ = "cluster"
    __table_args__ = (
        Index("ix_cluster_topic_people", "topic_id", "retired_at", "people_count"),
        Index("ix_cluster_topic_size", "topic_id", "retired_at", "suggestion_count"),
        Index("ix_cluster_topic_newest", "topic_id", "retired_at", "newest_at"),
        Index("ix_cluster_topic_theme", "topic_id", "retired_at", "theme_id", "suggestion_count"),
        # Those whose name is no member's title, for a search by words.
        Index(
            "ix_cluster_topic_named",
            "topic_id",
            sqlite_where=text("named_by_id IS NOT NULL"),
            postgresql_where=text("named_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    #: From its own distinctive words until a person names it.
    name: Mapped[str]
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("suggestion.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    suggestion_count: Mapped[int] = mapped_column(default=0)
    text_count: Mapped[int] = mapped_column(default=0)
    #: Distinct people, authors and supporters together.
    people_count: Mapped[int] = mapped_column(default=0)
    uncertain_count: Mapped[int] = mapped_column(default=0)
    #: Suggestions that joined in the last seven days before the counts were taken.
    recent_count: Mapped[int] = mapped_column(default=0)
    #: Mean similarity of the members to the cluster, 0–1.
    cohesion: Mapped[float] = mapped_column(default=1.0)
    nearest_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"))
    nearest_similarity: Mapped[float] = mapped_column(default=0.0)
    newest_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    retired_into_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"))

    #: None: no run has seen it yet, or it fits no theme.
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    #: When a person put it into its theme: no run moves it then.
    theme_held_at: Mapped[datetime | None]

    #: The largest family of copies in it, exact or nearly, by the last run: three counts, the
    #: share of it that one author sent, and when most of it came (with how many were to be expected then).
    copy_count: Mapped[int | None]
    copy_text_count: Mapped[int | None]
    copy_people_count: Mapped[int | None]
    copy_source_share: Mapped[float | None]
    #: The channel that most of them came by, and the share of them that did.
    copy_channel: Mapped[Channel | None]
    copy_channel_share: Mapped[float | None]
    burst_from: Mapped[datetime | None]
    burst_to: Mapped[datetime | None]
    burst_count: Mapped[int | None]
    burst_expected: Mapped[float | None]

    theme: Mapped[Theme | None] = relationship()
    topic: Mapped[Topic] = relationship()
    representative: Mapped[Suggestion | None] = relationship()
    named_by: Mapped[Person | None] = relationship(foreign_keys=[named_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    nearest: Mapped[Cluster | None] = relationship(foreign_keys=[nearest_id], remote_side=[id])
    retired_into: Mapped[Cluster | None] = relationship(
        foreign_keys=[retired_into_id], remote_side=[id]
    )
    memberships: Mapped[list[Membership]] = relationship(back_populates="cluster")

    def __repr__(self) -> str:
        return f"<Cluster {self.id}>"


class Membership(Base):
    """Which cluster a suggestion is in: exactly one, by the machine or by a person.

    A *held* membership was made or confirmed by a person; no run moves it.
    """

    __tablename__ = "membership"
    __table_args__ = (
        # The members most like the others, without reading a large group.
        Index("ix_membership_cluster_similarity", "cluster_id", "similarity", "suggestion_id"),
    )

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    similarity: Mapped[float] = mapped_column(default=1.0)
    uncertain: Mapped[bool] = mapped_column(default=False)
    placed_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    suggestion: Mapped[Suggestion] = relationship()
    cluster: Mapped[Cluster] = relationship(back_populates="memberships")
    held_by: Mapped[Person | None] = relationship()


class Verdict(StrEnum):
    """What staff say of a pair."""

    SAME = "same"
    DIFFERENT = "different"


class PairConstraint(Timestamped, Base):
    """What staff said of two suggestions, "same" or "not the same"; it holds in every later run."""

    __tablename__ = "pair_constraint"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        Index(
            "uq_pair_constraint_standing",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), index=True)
    verdict: Mapped[Verdict]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: The act it came of (a move, a split); None when it was said by itself.
    act_id: Mapped[int | None] = mapped_column(ForeignKey("cluster_act.id"), index=True)
    undone_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    first: Mapped[Suggestion] = relationship(foreign_keys=[first_id])
    second: Mapped[Suggestion] = relationship(foreign_keys=[second_id])


class ClusterActKind(StrEnum):
    """What an analyst can do to clusters."""

    RENAME = "rename"
    CONFIRM = "confirm"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    PAIR = "pair"


class ClusterAct(Timestamped, Base):
    """One act of an analyst, with what is needed to take it back."""

    __tablename__ = "cluster_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    other_cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"), index=True)
    kind: Mapped[ClusterActKind]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: What was there before, by ids.
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    undone_by: Mapped[Person | None] = relationship(foreign_keys=[undone_by_id])
    cluster: Mapped[Cluster] = relationship(foreign_keys=[cluster_id])
    other_cluster: Mapped[Cluster | None] = relationship(foreign_keys=[other_cluster_id])


class Objection(Timestamped, Base):
    """归类有误: an author says that the suggestion is in the wrong cluster."""

    __tablename__ = "objection"
    __table_args__ = (
        UniqueConstraint("suggestion_id", "cluster_id"),
        Index("ix_objection_topic_settled", "topic_id", "settled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"))
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    words: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Whether the grouping was changed because of it.
    upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(default="")

    suggestion: Mapped[Suggestion] = relationship()
    cluster: Mapped[Cluster] = relationship()
