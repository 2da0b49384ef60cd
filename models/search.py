"""What makes large topics searchable: derived from the suggestions, and kept right by the database.

On PostgreSQL there is more, in a schema of its own named ``search`` (see migration 0005 and
docs/decisions/0013-vectors.md): ``search.vector`` (pgvector) and ``search.words``.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Work(StrEnum):
    """What is yet to be done with a suggestion."""

    PLACE = "place"
    #: Make its words searchable; only on SQLite, PostgreSQL does it in the same statement.
    WORDS = "words"


class Awaiting(Base):
    """A suggestion that came or changed, noted by triggers of the database, whoever wrote it.

    A row says "look at this one": what is found done already is taken off the list. Whoever does
    the work deletes the row only if ``noted_at`` is still what it was, since a change meanwhile
    notes it anew.
    """

    __tablename__ = "awaiting"

    work: Mapped[Work] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(
        ForeignKey("suggestion.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    #: By the clock of the database.
    noted_at: Mapped[datetime]


class TopicWords(Base):
    """In how many texts of a large topic each word is, so that nobody must hold all the texts.

    Made by a job from the suggestions and made again as the topic grows; may be thrown away.
    """

    __tablename__ = "topic_words"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    #: Changes whenever it is made again.
    version: Mapped[int]
    #: Fingerprint of the encoder whose vectors the centre is the mean of.
    model: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    #: The last vector that there was, by id: what came later has been counted nowhere.
    last_embedding_id: Mapped[int]
    documents: Mapped[int]
    counts: Mapped[bytes] = mapped_column(LargeBinary)
