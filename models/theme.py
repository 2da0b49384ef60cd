"""Themes: the upper level of grouping. Groups of one subject, never decided on as one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped, Versioned
from models.person import Person
from models.run import LineageEvent
from models.topic import Topic


class Theme(Timestamped, Versioned, Base):
    """主题: groups that speak of the same subject.

    Like a group it is never deleted. One that lost its groups is *retired*, keeps its address
    and says where most of them went. Which groups it has stands on the groups.
    """

    __tablename__ = "theme"
    __table_args__ = (Index("ix_theme_topic", "topic_id", "retired_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    #: What pages show: ``name_auto`` until a person names it.
    name: Mapped[str]
    #: From the published words of its groups, made anew by every run.
    name_auto: Mapped[str]
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    retired_at: Mapped[datetime | None]
    retired_into_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))

    topic: Mapped[Topic] = relationship()
    named_by: Mapped[Person | None] = relationship()
    retired_into: Mapped[Theme | None] = relationship(remote_side=[id])

    def __repr__(self) -> str:
        return f"<Theme {self.id}>"


class ThemeStep(Timestamped, Base):
    """One step in the life of a theme, by a run or by a person."""

    __tablename__ = "theme_step"
    __table_args__ = (Index("ix_theme_step_theme", "theme_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    event: Mapped[LineageEvent]
    #: Split from, merged into.
    other_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Suggestions in it before and after.
    size_before: Mapped[int] = mapped_column(default=0)
    size_after: Mapped[int] = mapped_column(default=0)
    #: Of a merger by staff: what is needed to take it back.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    theme: Mapped[Theme] = relationship(foreign_keys=[theme_id])
    other: Mapped[Theme | None] = relationship(foreign_keys=[other_id])
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    undone_by: Mapped[Person | None] = relationship(foreign_keys=[undone_by_id])
