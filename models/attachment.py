"""Files that come with a topic or a suggestion; their bytes lie in the storage folder."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.suggestion import Suggestion
from models.topic import Topic


class Attachment(Timestamped, Base):
    """A stored file, named by the SHA-256 of its bytes and never served from static/."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("(topic_id IS NULL) <> (suggestion_id IS NULL)", name="one_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    suggestion_id: Mapped[int | None] = mapped_column(ForeignKey("suggestion.id"), index=True)
    filename: Mapped[str]
    media_type: Mapped[str]
    #: In bytes.
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))

    topic: Mapped[Topic | None] = relationship(back_populates="attachments")
    suggestion: Mapped[Suggestion | None] = relationship(back_populates="attachments")
