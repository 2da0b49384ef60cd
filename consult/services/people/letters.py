"""The outbox: letters are written in the transaction of their cause and sent by a job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, NotFound
from consult.permissions import Permission, require
from consult.sealing import Vault
from consult.services.people import addresses
from consult.services.records import bells
from models.job import JobName
from models.notice import Letter
from models.person import Person

#: How long after each failure the next try comes.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
MAX_ERROR = 300


class Words(NamedTuple):
    """What a letter says, in the reader's language."""

    subject: str
    body: str


#: Puts a secret (a token, a code) into words; the edge knows templates, languages and addresses.
Compose = Callable[[str], Words]


@dataclass(frozen=True)
class Parcel:
    """A letter ready to be carried: opened, and out of reach of the database."""

    letter_id: int
    #: The same at every attempt, so that a letter that arrives twice is known for one.
    key: str
    to: str
    subject: str
    body: str


def write(
    session: Session,
    *,
    vault: Vault,
    key: str,
    to: str | Person,
    subject: str,
    body: str,
    now: datetime,
) -> Letter:
    """Put a letter into the outbox; the same ``key`` again gives the letter already there."""
    earlier = session.scalar(select(Letter).filter_by(key=key))
    if earlier:
        return earlier
    address = to if isinstance(to, str) else vault.open(to.address_sealed)
    letter = Letter(
        key=key,
        to_sealed=vault.seal(address),
        to_masked=addresses.Address(address).masked,
        subject=subject,
        body_sealed=vault.seal(body),
        created_at=now,
    )
    session.add(letter)
    bells.ring(session, JobName.LETTERS)
    return letter


def claim(session: Session, *, vault: Vault, now: datetime) -> Parcel | None:
    """Take the next letter that is due, and count the attempt before it is made.

    Counted first, a letter that kills its carrier comes to rest like any other,
    and no second process takes it while it is on its way.
    """
    letter = session.scalar(
        _due(select(Letter), now)
        .order_by(Letter.attempts, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if letter is None:
        return None
    letter.next_attempt_at = now + PAUSES[letter.attempts]
    letter.attempts += 1
    return Parcel(
        letter.id,
        letter.key,
        vault.open(letter.to_sealed),
        letter.subject,
        vault.open(letter.body_sealed),
    )


def due(session: Session, *, now: datetime, most: int) -> int:
    """How many letters can be sent now; counts no further than ``most``."""
    found = _due(select(Letter.id), now).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def note_sent(session: Session, *, parcel: Parcel, now: datetime) -> None:
    """Remember that it went, and drop its words."""
    letter = session.get_one(Letter, parcel.letter_id)
    letter.sent_at, letter.body_sealed, letter.error = now, None, ""


def note_failure(session: Session, *, parcel: Parcel, error: str) -> None:
    """Remember why it did not go; when it is tried again was settled by :func:`claim`."""
    session.get_one(Letter, parcel.letter_id).error = error[:MAX_ERROR]


def note_unreachable(session: Session, *, parcel: Parcel, error: str) -> None:
    """Give the attempt back: nobody answered, so it says nothing about this letter.

    The others are tried before it, in case it is the letter after all.
    """
    letter = session.get_one(Letter, parcel.letter_id)
    letter.attempts, letter.error = max(letter.attempts - 1, 0), error[:MAX_ERROR]


def waiting(session: Session) -> int:
    """How many letters have still to be sent of themselves."""
    return _count(session, Letter.attempts < Letter.MAX_ATTEMPTS)


def given_up(session: Session, *, limit: int = 50) -> Sequence[Letter]:
    """Letters that failed too often and wait for a person, the newest first."""
    return session.scalars(
        select(Letter)
        .where(Letter.sent_at.is_(None), Letter.attempts >= Letter.MAX_ATTEMPTS)
        .order_by(Letter.id.desc())
        .limit(limit)
    ).all()


def count_given_up(session: Session) -> int:
    """How many letters failed too often."""
    return _count(session, Letter.attempts >= Letter.MAX_ATTEMPTS)


def send_again(session: Session, *, number: int, actor: Person, now: datetime) -> Letter:
    """Let a letter that was given up be tried anew.

    :raises Conflict: if it has gone meanwhile.
    """
    require(actor, Permission.OPERATIONS_ACT)
    letter = session.get(Letter, number)
    if letter is None:
        raise NotFound
    if letter.sent_at:
        raise Conflict(N_("This letter has been sent already."))
    letter.attempts, letter.next_attempt_at = 0, now
    bells.ring(session, JobName.LETTERS)
    return letter


def _due(query: Select[Any], now: datetime) -> Select[Any]:
    return query.where(
        Letter.sent_at.is_(None),
        Letter.attempts < Letter.MAX_ATTEMPTS,
        or_(Letter.next_attempt_at.is_(None), Letter.next_attempt_at <= now),
    )


def _count(session: Session, *conditions: object) -> int:
    query = select(func.count()).select_from(Letter).where(Letter.sent_at.is_(None), *conditions)  # type: ignore[arg-type]
    return session.scalar(query) or 0
