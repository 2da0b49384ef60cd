"""Getting in again without the password: a mailed token, good once and for an hour."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Gone
from consult.sealing import Vault
from consult.services.people import addresses, letters, limits, passwords, people, sessions
from consult.services.people.letters import Compose
from consult.services.people.limits import Limit
from consult.services.records import ledger
from models.person import MailedToken, Person, TokenPurpose

LIFETIME = timedelta(hours=1)
ASKED = Limit("reset", 5, timedelta(hours=1))
ASKED_BY_CLIENT = Limit("reset_client", 30, timedelta(hours=1))
GONE = N_("This link has been used or is older than an hour. Ask for a new one.")


def ask(
    session: Session, *, vault: Vault, address: str, client: str, compose: Compose, now: datetime
) -> None:
    """Write a letter with a token to ``address``, if there is an account that may use it.

    Nobody learns here whether there is. The work is done in either case, so
    that the time does not tell either.

    :raises TooMany: if it was asked for too often.
    """
    digest = vault.digest(addresses.plain_form(address))
    for limit, who in ((ASKED, digest), (ASKED_BY_CLIENT, vault.digest(client))):
        limits.require_room(session, limit, who, now=now)
        limits.note(session, limit, who, now=now)
    secret = secrets.token_urlsafe(32)
    words = compose(secret)
    person = people.by_address(session, vault=vault, address=address)
    if person is None or not person.is_active or person.kind not in people.ACCOUNTS:
        return
    token = MailedToken(
        purpose=TokenPurpose.PASSWORD,
        digest=_digest(secret),
        person=person,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(token)
    session.flush()  # its number makes the letter's key
    letters.write(
        session, vault=vault, key=f"token:{token.id}", to=person, **words._asdict(), now=now
    )


def holder(session: Session, *, secret: str, now: datetime) -> Person:
    """Whose token this is.

    :raises Gone: if it is unknown, used or too old; which of these is not said.
    """
    return _holder_of_standing(session, secret, now)


def reset(session: Session, *, vault: Vault, secret: str, password: str, now: datetime) -> Person:
    """Set a new password by the token, and end every session and every other token.

    :raises Gone: if the token is no longer good.
    :raises Invalid: if the password will not do; the token then stays good.
    """
    person = _holder_of_standing(session, secret, now)
    passwords.check(password, address=addresses.Address(vault.open(person.address_sealed)))
    person.password_hash = passwords.hashed(password)
    session.execute(
        update(MailedToken)
        .filter_by(person_id=person.id, purpose=TokenPurpose.PASSWORD, used_at=None)
        .values(used_at=now)
    )
    sessions.end_all(session, person=person, now=now)
    ledger.record(session, "person.password_reset", person, actor=person, now=now)
    return person


def _holder_of_standing(session: Session, secret: str, now: datetime) -> Person:
    token = session.scalar(
        select(MailedToken)
        .filter_by(purpose=TokenPurpose.PASSWORD, digest=_digest(secret), used_at=None)
        .where(MailedToken.expires_at > now)
        .options(joinedload(MailedToken.person))
        .with_for_update(of=MailedToken)
    )
    if token is None or token.person is None or not token.person.is_active:
        raise Gone(GONE)
    return token.person


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
