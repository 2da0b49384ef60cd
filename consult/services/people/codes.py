"""Taking part without an account: six digits sent to an address prove that it is one's own."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.exceptions import N_, Gone, Invalid, NotAllowed
from consult.sealing import Vault
from consult.services.people import addresses, letters, limits, passwords, people
from consult.services.people.letters import Compose
from consult.services.people.limits import Limit
from consult.services.records import ledger
from models.person import MailedToken, Person, PersonKind, TokenPurpose

LIFETIME = timedelta(minutes=10)
GUESSES = 5
#: How long one may take part after one code.
PARTICIPATION = timedelta(hours=2)
SENT = Limit("code", 5, timedelta(hours=1))
SENT_FOR_CLIENT = Limit("code_client", 40, timedelta(hours=1))


def send(
    session: Session, *, vault: Vault, address: str, client: str, compose: Compose, now: datetime
) -> addresses.Address:
    """Write a letter with a code to ``address``; an earlier code is good no longer.

    :raises Invalid: if it is no address.
    :raises TooMany: if codes were asked for too often.
    """
    found = addresses.read(address)
    digest = vault.digest(found.text)
    for limit, who in ((SENT, digest), (SENT_FOR_CLIENT, vault.digest(client))):
        limits.require_room(session, limit, who, now=now)
        limits.note(session, limit, who, now=now)
    code = f"{secrets.randbelow(10**6):06d}"
    _end_earlier(session, digest, now)
    token = MailedToken(
        purpose=TokenPurpose.TAKE_PART,
        digest=vault.digest(f"{digest} {code}"),
        address_digest=digest,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(token)
    session.flush()  # its number makes the letter's key
    words = compose(code)
    letters.write(
        session, vault=vault, key=f"token:{token.id}", to=found.text, **words._asdict(), now=now
    )
    return found


def verify(
    session: Session, *, vault: Vault, address: str, code: str, locale: str, now: datetime
) -> Person:
    """Return the person of ``address`` once the code is right.

    The same address is always the same person. One that belongs to an account is
    refused: registering asks for no proof, so whoever registered it might be
    somebody else, and would read what its owner writes. A mailed reset gives the
    owner the account for good. A wrong guess is counted, so it must be kept
    although it is refused.

    :raises Invalid: if the code is wrong.
    :raises Gone: if it is too old, used up or guessed at too often.
    :raises NotAllowed: if the address belongs to an account, or its person is blocked.
    """
    found = addresses.read(address)
    digest = vault.digest(found.text)
    token = _standing(session, digest, now)
    if not secrets.compare_digest(token.digest, vault.digest(f"{digest} {code.strip()}")):
        raise Invalid(N_("This is not the code that we sent. Look again."), field="code")
    token.used_at = now
    person = people.by_address(session, vault=vault, address=found.text)
    if person is None:
        return _first_time(session, vault, found, locale, now)
    if not person.is_active:
        raise NotAllowed(passwords.BLOCKED)
    if person.kind is not PersonKind.VERIFIED:
        raise NotAllowed(
            N_("There is an account with this address. Sign in, or have the password reset.")
        )
    return person


def _standing(session: Session, digest: str, now: datetime) -> MailedToken:
    """The code sent last, with this guess already counted against it."""
    token = session.scalar(
        select(MailedToken)
        .filter_by(purpose=TokenPurpose.TAKE_PART, address_digest=digest, used_at=None)
        .where(MailedToken.expires_at > now, MailedToken.attempts < GUESSES)
        .order_by(MailedToken.id.desc())
        .limit(1)
        .with_for_update()
    )
    if token is None:
        raise Gone(N_("This code is no longer good. Have a new one sent."))
    token.attempts += 1
    return token


def _end_earlier(session: Session, digest: str, now: datetime) -> None:
    session.execute(
        update(MailedToken)
        .filter_by(purpose=TokenPurpose.TAKE_PART, address_digest=digest, used_at=None)
        .values(used_at=now)
    )


def _first_time(
    session: Session, vault: Vault, address: addresses.Address, locale: str, now: datetime
) -> Person:
    person = Person(
        kind=PersonKind.VERIFIED,
        name=address.masked,
        address_digest=vault.digest(address.text),
        address_sealed=vault.seal(address.text),
        address_masked=address.masked,
        locale=locale,
        created_at=now,
    )
    session.add(person)
    ledger.record(session, "person.verified", person, actor=person, now=now)
    return person
