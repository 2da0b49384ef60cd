"""Suggestions, what people add to them, and the versions they went through."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped, Versioned
from models.document import Clause
from models.person import Person
from models.topic import Question, Topic

if TYPE_CHECKING:
    from models.attachment import Attachment


class SuggestionKind(StrEnum):
    """What the author wants of it."""

    ADVICE = "advice"
    QUESTION = "question"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    PRAISE = "praise"


class Channel(StrEnum):
    """How it reached the agency."""

    WEB = "web"
    TELEPHONE = "telephone"
    LETTER = "letter"
    MAIL = "mail"
    VISIT = "visit"
    MEETING = "meeting"
    IMPORT = "import"
    API = "api"


class SuggestionStatus(StrEnum):
    """Whether it counts. A *valid* suggestion is one that was received and stands."""

    RECEIVED = "received"
    #: 举报 sent to a mailbox: it stands, and is in no group, list, count or search.
    CONFIDENTIAL = "confidential"
    #: Kept, shown as such with a reason, and left out of clusters and totals.
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"


STANDING = text("status = 'received'")
SECRET = text("status = 'confidential'")
PUBLIC = text("status = 'received' AND publish_text")
UNSEARCHED = text("NOT searched")


def _public_lists() -> list[Index]:
    """Each list that the public reads, in its order, without the rows that it may not."""
    lists = {
        "recent": ("topic_id", "created_at", "id"),
        "support": ("topic_id", "support_count", "id"),
        "kind": ("topic_id", "kind", "created_at", "id"),
        "clause": ("clause_id", "created_at", "id"),
        "question": ("question_id", "created_at", "id"),
    }
    return [
        Index(f"ix_suggestion_public_{name}", *names, sqlite_where=PUBLIC, postgresql_where=PUBLIC)
        for name, names in lists.items()
    ]


class Suggestion(Timestamped, Versioned, Base):
    """One thing that one person asks to have changed.

    The author's words live in ``title``, ``facts`` and ``proposal``; what the
    public reads, with personal data masked, in the three ``public_`` columns.
    All that is worked out from the words (vector, cluster) lives in other
    tables and may be thrown away and computed again.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        # One person's same words count once, unless the first were withdrawn.
        Index(
            "uq_suggestion_topic_author_digest",
            "topic_id",
            "author_id",
            "digest",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        # The same of what is confidential; the two never meet.
        Index(
            "uq_suggestion_confidential",
            "topic_id",
            "author_id",
            "digest",
            unique=True,
            sqlite_where=SECRET,
            postgresql_where=SECRET,
        ),
        UniqueConstraint("topic_id", "external_id"),
        Index("ix_suggestion_topic_recent", "topic_id", "status", "created_at"),
        # Answers counts of people and clauses without touching the wide rows.
        Index("ix_suggestion_topic_counts", "topic_id", "status", "clause_id", "author_id"),
        Index("ix_suggestion_topic_support", "topic_id", "status", "support_count"),
        *_public_lists(),
    )

    MAX_TITLE = 60
    MAX_TEXT = 4000

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Looks it up without an account; ten characters that cannot be mistaken for each other.
    query_code: Mapped[str] = mapped_column(String(16), unique=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[SuggestionKind] = mapped_column(default=SuggestionKind.ADVICE)
    channel: Mapped[Channel] = mapped_column(default=Channel.WEB)
    status: Mapped[SuggestionStatus] = mapped_column(default=SuggestionStatus.RECEIVED)
    #: Why it was not accepted; the public reads it.
    status_reason: Mapped[str] = mapped_column(default="")
    status_at: Mapped[datetime | None]
    title: Mapped[str]
    facts: Mapped[str]
    proposal: Mapped[str] = mapped_column(default="")
    public_title: Mapped[str]
    public_facts: Mapped[str]
    public_proposal: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    #: Digest of the normalised words (title, facts, proposal).
    digest: Mapped[str] = mapped_column(String(64), index=True)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"), index=True)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)
    #: The two consents. Without the first it counts and is grouped, but is never shown.
    publish_text: Mapped[bool] = mapped_column(default=False)
    publish_name: Mapped[bool] = mapped_column(default=False)
    #: Number of people who support it; moved by one under the lock of the row, and derivable anew.
    support_count: Mapped[int] = mapped_column(default=0)
    external_id: Mapped[str | None] = mapped_column(String(255))

    topic: Mapped[Topic] = relationship()
    author: Mapped[Person] = relationship()
    clause: Mapped[Clause | None] = relationship()
    question: Mapped[Question | None] = relationship()
    contact: Mapped[Contact | None] = relationship(
        back_populates="suggestion", cascade="all, delete-orphan"
    )
    versions: Mapped[list[SuggestionVersion]] = relationship(order_by="SuggestionVersion.number")
    attachments: Mapped[list[Attachment]] = relationship(back_populates="suggestion")

    @property
    def no(self) -> str:
        """The public number, short enough to read out on the telephone."""
        return f"{self.topic_id:04d}-{self.id:06d}"

    @property
    def is_valid(self) -> bool:
        return self.status is SuggestionStatus.RECEIVED

    @property
    def stands(self) -> bool:
        """Whether it was neither withdrawn nor refused, be it counted or confidential."""
        return self.status in {SuggestionStatus.RECEIVED, SuggestionStatus.CONFIDENTIAL}

    @property
    def is_message(self) -> bool:
        """Whether it was sent to a mailbox, and so is a case: who sees it is asked there."""
        return self.topic.is_mailbox

    @property
    def is_secret(self) -> bool:
        """Whether it is 举报 to a mailbox, whatever became of it: told to nobody who may not know."""
        return self.kind is SuggestionKind.REPORT and self.is_message

    @property
    def is_public(self) -> bool:
        return self.is_valid and self.publish_text

    def __repr__(self) -> str:
        return f"<Suggestion {self.no}>"


class SuggestionVersion(Timestamped, Base):
    """The words as they were before an edit."""

    __tablename__ = "suggestion_version"
    __table_args__ = (UniqueConstraint("suggestion_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"))
    number: Mapped[int]
    title: Mapped[str]
    facts: Mapped[str]
    proposal: Mapped[str]
    place: Mapped[str]


class Contact(Base):
    """How to reach the author: sealed, with a masked form to show."""

    __tablename__ = "contact"

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), primary_key=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_masked: Mapped[str] = mapped_column(default="")
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str] = mapped_column(default="")
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_masked: Mapped[str] = mapped_column(default="")
    #: 仅办理单位可见
    hidden_note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    suggestion: Mapped[Suggestion] = relationship(back_populates="contact")


class Support(Timestamped, Base):
    """附议: one person stands behind another's suggestion. The key makes it once."""

    __tablename__ = "support"

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Distinction(Timestamped, Base):
    """The author saw this one as similar and said "mine is different"."""

    __tablename__ = "distinction"

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), primary_key=True, index=True)


class Embedding(Base):
    """The vector of a suggestion under one model (float32, little endian).

    A changed text or model makes a new row with a new ``id``, so that whoever keeps
    vectors in memory need only ask for what came after the last one seen.
    """

    __tablename__ = "embedding"
    __table_args__ = (
        Index("ix_embedding_topic_id_id", "topic_id", "id"),
        # Finds the few vectors of another model without looking at the others.
        Index("ix_embedding_model", "model", "topic_id"),
        # Finds those that PostgreSQL cannot search yet.
        Index(
            "ix_embedding_unsearched",
            "topic_id",
            "id",
            sqlite_where=UNSEARCHED,
            postgresql_where=UNSEARCHED,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), unique=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    #: Of the words that were encoded: differs from the suggestion's after an edit.
    digest: Mapped[str] = mapped_column(String(64))
    #: Fingerprint of the encoder; vectors of two models are never compared.
    model: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    #: Whether PostgreSQL has it in ``search.vector`` too; SQLite is searched in memory.
    searched: Mapped[bool] = mapped_column(default=False, server_default=false())
