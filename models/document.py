"""Draft and final documents, split into clauses that each have an address."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.topic import Topic


class DocumentKind(StrEnum):
    """The text that is consulted on, or the policy that came of it 政策文件."""

    DRAFT = "draft"
    FINAL = "final"


class Document(Timestamped, Base):
    """A text as it was published; its clauses are the pieces people speak to."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("topic_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    kind: Mapped[DocumentKind]
    title: Mapped[str]
    source: Mapped[str]
    #: 文号 and date of the final document.
    number: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    url: Mapped[str] = mapped_column(default="")

    topic: Mapped[Topic] = relationship(back_populates="documents")
    clauses: Mapped[list[Clause]] = relationship(
        back_populates="document", order_by="Clause.position", cascade="all, delete-orphan"
    )


class Clause(Base):
    """An addressable piece of a document, such as 第十二条."""

    __tablename__ = "clause"
    __table_args__ = (UniqueConstraint("document_id", "anchor"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    position: Mapped[int]
    #: Stable part of the address, such as ``art-12``.
    anchor: Mapped[str] = mapped_column(String(64))
    #: Such as 第十二条; empty for a paragraph without a number.
    label: Mapped[str] = mapped_column(default="")
    #: The headings above it, joined by " / ".
    heading: Mapped[str] = mapped_column(default="")
    #: What the splitter took it for: title, preamble, heading, article, paragraph.
    kind: Mapped[str] = mapped_column(String(16), default="article")
    level: Mapped[int] = mapped_column(default=0)
    text: Mapped[str]

    document: Mapped[Document] = relationship(back_populates="clauses")

    def __repr__(self) -> str:
        return f"<Clause {self.anchor}>"
