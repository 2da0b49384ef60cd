"""What offices keep about a case among themselves: notes, joint meetings, files."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agency import Agency
from models.base import Base, Timestamped, Versioned
from models.case import Case
from models.mailbox import Urgency
from models.person import Person


class NoteKind(StrEnum):
    """Who speaks in a note."""

    #: Of somebody who works on the case.
    NOTE = "note"
    #: 督办意见: the assigner or a supervisor asks that something be done.
    SUPERVISION = "supervision"


class CaseNote(Timestamped, Base):
    """Words that offices write to each other about a case. Only ever added."""

    __tablename__ = "case_note"
    __table_args__ = (
        Index("ix_case_note_case", "case_id", "id"),
        # Few at any time: a job tells of them within seconds.
        Index(
            "ix_case_note_untold",
            "id",
            sqlite_where=text("kind = 'supervision' AND told_at IS NULL"),
            postgresql_where=text("kind = 'supervision' AND told_at IS NULL"),
        ),
    )

    #: Characters.
    MOST = 2000

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[NoteKind] = mapped_column(default=NoteKind.NOTE)
    text: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    round: Mapped[int]
    #: When those of whom something is asked were told; of other notes nobody is.
    told_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship()
    author: Mapped[Person] = relationship()


class MeetingOutcome(StrEnum):
    """What a joint meeting came to."""

    AGREED = "agreed"
    #: The units disagree: the one above them all rules.
    REFERRED = "referred"
    ADJOURNED = "adjourned"


class Meeting(Timestamped, Versioned, Base):
    """联席会商: units that met about a case, and what they came to."""

    __tablename__ = "case_meeting"
    __table_args__ = (Index("ix_case_meeting_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    held_on: Mapped[date] = mapped_column(Date)
    subject: Mapped[str]
    outcome: Mapped[MeetingOutcome]
    #: What was agreed, or what the ruling is asked about.
    decision: Mapped[str]
    minutes: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    round: Mapped[int]

    case: Mapped[Case] = relationship()
    recorded_by: Mapped[Person] = relationship()
    units: Mapped[list[Agency]] = relationship(
        secondary="case_meeting_unit", order_by=Agency.path, passive_deletes=True
    )


class MeetingUnit(Base):
    """A unit that took part in a joint meeting."""

    __tablename__ = "case_meeting_unit"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("case_meeting.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, index=True)


class CaseFile(Timestamped, Base):
    """A file that offices keep with a case; its bytes lie in the storage folder, never in static/.

    One that was taken off stays as a row, so that it can be read what was there and who took it off.
    """

    __tablename__ = "case_attachment"
    __table_args__ = (Index("ix_case_attachment_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    filename: Mapped[str]
    media_type: Mapped[str]
    #: In bytes.
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    case: Mapped[Case] = relationship()
    added_by: Mapped[Person] = relationship(foreign_keys=[added_by_id])
    removed_by: Mapped[Person | None] = relationship(foreign_keys=[removed_by_id])


#: Not in danger nor without supply. Its values are written out, since an index is only found by
#: the very words that it was made with.
CAN_WAIT = Case.urgency.not_in(
    [literal_column(f"'{one}'") for one in (Urgency.DANGER, Urgency.SUPPLY)]
)
#: The queues: what is to be done in a state, the most pressing first.
Index("ix_case_file_desk", Case.state, CAN_WAIT, Case.due_at, Case.id)
