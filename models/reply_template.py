"""Words to begin a reply or a notice with: kept by a mailbox, for a domain and a state."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped, Versioned
from models.case import CaseState
from models.mailbox import Domain, Mailbox
from models.person import Person


class ReplyTemplate(Timestamped, Versioned, Base):
    """What is said when a case comes into ``state``: on its page, and in the letter about it."""

    __tablename__ = "reply_template"
    __table_args__ = (Index("ix_reply_template_mailbox_state", "mailbox_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.topic_id"))
    name: Mapped[str]
    state: Mapped[CaseState] = mapped_column(default=CaseState.REPLIED)
    #: None: for messages of every domain.
    domain: Mapped[Domain | None]
    page_text: Mapped[str]
    #: Empty: the letter says that there is an answer, and where.
    mail_text: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: No longer offered; kept, since replies were begun with it.
    retired_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox] = relationship()
    made_by: Mapped[Person] = relationship()
