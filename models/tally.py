"""Counts that pages read instead of counting: kept by triggers of the database, whoever writes.

See migration 0008 and docs/decisions/0018-pages.md; `consult recount` proves them.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Count(StrEnum):
    """What is counted of a topic. Where it says *by*, ``key`` tells which one."""

    #: Suggestions that stand.
    VALID = "valid"
    #: Those of them that the public may read.
    PUBLIC = "public"
    #: Standing ones by clause; public ones by clause, by question.
    CLAUSE = "clause"
    PUBLIC_CLAUSE = "public_clause"
    PUBLIC_QUESTION = "public_question"
    #: Standing ones by quarter of an hour since 1970 in which they came.
    ARRIVED = "arrived"
    #: Supports of standing suggestions.
    SUPPORTS = "supports"
    #: Authors and supporters, each once; of topic 0, authors on the whole platform.
    PEOPLE = "people"
    #: Living groups with members, and their suggestions, by theme (0: none).
    GROUPS = "groups"
    GROUPED = "grouped"
    #: Goes up whenever a group that the public sees changes. No count, and not re-derived.
    REGROUPED = "regrouped"

    @staticmethod
    def public_kind(kind: str) -> str:
        """The name under which public suggestions of a kind are counted."""
        return f"public_{kind}"


class Tally(Base):
    """A part of one count; the count is the sum over ``shard``.

    Writers that run side by side add to different parts, so that none waits for another.
    """

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_name", "name", "topic_id"),)

    #: 0 for the whole platform.
    topic_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    amount: Mapped[int]


class Voice(Base):
    """Somebody who wrote or supported a standing suggestion of a topic (0: wrote any at all)."""

    __tablename__ = "voice"

    topic_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
