"""Where a consultation came from: a group of messages that ask the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamped
from models.cluster import Cluster
from models.person import Person
from models.topic import Topic


class TopicOrigin(Timestamped, Base):
    """A consultation that was opened on a group of a mailbox; its people are invited to it once."""

    __tablename__ = "topic_origin"

    topic_id: Mapped[int] = mapped_column(
        ForeignKey("topic.id"), primary_key=True, autoincrement=False
    )
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: When those of the group were told; None: it is not open yet.
    invited_at: Mapped[datetime | None]
    invited_count: Mapped[int] = mapped_column(default=0)

    topic: Mapped[Topic] = relationship()
    cluster: Mapped[Cluster] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def id(self) -> int:
        """The ledger names things by this."""
        return self.topic_id
