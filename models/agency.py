"""Agencies, and the regions they serve."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped


class Region(Base):
    """An administrative division, keyed by its GB/T 2260 code (six digits)."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)

    parent: Mapped[Region | None] = relationship(remote_side=[code])

    def __repr__(self) -> str:
        return f"<Region {self.code} {self.name}>"


class Agency(Timestamped, Base):
    """A public body that opens consultations and answers them.

    ``path`` is the chain of ids from the root (``/1/4/``), so that "this agency
    or one below it" is a prefix and needs no recursion.
    """

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    path: Mapped[str] = mapped_column(String(255), default="", index=True)

    parent: Mapped[Agency | None] = relationship(remote_side=[id])
    region: Mapped[Region | None] = relationship()

    def is_within(self, other: Agency) -> bool:
        """Say whether this is ``other`` or lies below it."""
        return self.path.startswith(other.path)

    def __repr__(self) -> str:
        return f"<Agency {self.slug}>"
