"""People: accounts, the roles they hold, their sessions and mailed tokens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agency import Agency
from models.base import Base, Timestamped


class PersonKind(StrEnum):
    """How a person came to be known here."""

    CITIZEN = "citizen"
    ORGANISATION = "organisation"
    #: No account: took part after a check by telephone or mail.
    VERIFIED = "verified"
    #: Came with an imported file; never signs in.
    IMPORTED = "imported"


class Role(StrEnum):
    """What a person may be in an agency."""

    DRAFTER = "drafter"
    ANALYST = "analyst"
    HANDLER = "handler"
    UNIT_LEADER = "unit_leader"
    ASSIGNER = "assigner"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Person(Timestamped, Base):
    """Someone who takes part. The address is sealed; its digest finds the account.

    The four ``is_…``/``get_id`` names are what Flask-Login asks of a user;
    writing them out keeps its import out of the models.
    """

    __tablename__ = "person"
    __allow_unmapped__ = True  # session_token below is no column

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PersonKind] = mapped_column(default=PersonKind.CITIZEN)
    #: What the person wishes to be called.
    name: Mapped[str]
    #: Keyed digest of the mail address or telephone number: equal for equal addresses.
    address_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_masked: Mapped[str] = mapped_column(default="")
    #: For imported people: the sender's mark in the file, with the topic before it.
    external_ref: Mapped[str | None] = mapped_column(String(255), unique=True)
    password_hash: Mapped[str | None]
    locale: Mapped[str] = mapped_column(String(16), default="zh_Hans_CN")
    #: Whether notices also go out by mail.
    mail_wanted: Mapped[bool] = mapped_column(default=True)
    blocked_at: Mapped[datetime | None]

    appointments: Mapped[list[Appointment]] = relationship(
        back_populates="person", cascade="all, delete-orphan"
    )

    #: The token of the session in use, set when it is loaded; not stored here.
    session_token: str | None = None
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.blocked_at is None

    @property
    def is_staff(self) -> bool:
        return bool(self.appointments)

    def get_id(self) -> str | None:
        return self.session_token

    def __repr__(self) -> str:
        return f"<Person {self.id}>"


class Appointment(Timestamped, Base):
    """A role held in an agency, and thereby in every agency below it."""

    __tablename__ = "appointment"
    __table_args__ = (UniqueConstraint("person_id", "agency_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    role: Mapped[Role]

    person: Mapped[Person] = relationship(back_populates="appointments")
    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)


class UserSession(Timestamped, Base):
    """A sign-in on one device, which can be ended from another."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: SHA-256 of the random token in the cookie: a stolen table opens no session.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class TokenPurpose(StrEnum):
    """What a mailed token is good for."""

    PASSWORD = "password"  # noqa: S105 - a purpose, not a secret
    #: Six digits that prove an address or number to somebody without an account.
    TAKE_PART = "take_part"


class MailedToken(Timestamped, Base):
    """A secret sent to an address, good once and for a short time."""

    __tablename__ = "mailed_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[TokenPurpose]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    #: Whom a six-digit code was sent to, where there is no account.
    address_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    #: Wrong guesses so far.
    attempts: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person | None] = relationship()


class Attempt(Timestamped, Base):
    """Something that is counted so that it can be limited: a failed sign-in, a code asked for.

    Who it was is kept as a keyed digest, and the row is dropped after a day.
    """

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_who", "purpose", "digest", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
