"""Passwords: what will do, how it is kept, signing in and getting in again."""

from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from consult.exceptions import N_, Invalid, NotAllowed
from consult.sealing import Vault
from consult.services.people import addresses, limits, sessions
from consult.services.people.common_passwords import is_common
from consult.services.people.limits import Limit
from consult.services.records import ledger
from models.person import Person

MIN_LENGTH = 10
MAX_LENGTH = 200
#: Shorter names of mail addresses are found in too many good passwords.
TELLING = 4

#: As OWASP advises for this much memory; about 30 ms.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

WINDOW = timedelta(minutes=15)
#: From one client on one account; on one account from anywhere; from one client on any account.
FAILED = Limit("sign_in", 10, WINDOW)
FAILED_FOR_ADDRESS = Limit("sign_in_address", 100, timedelta(hours=1))
FAILED_FROM_CLIENT = Limit("sign_in_client", 60, WINDOW)

BLOCKED = N_("This account is blocked. If you think that is a mistake, write to the agency.")


def check(password: str, *, address: addresses.Address) -> None:
    """Go on quietly if ``password`` will do for the account of ``address``.

    :raises Invalid: if it is too short, too long, too common or part of the address.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Invalid(
            N_("A password has at least %(least)d characters (and at most %(most)d)."),
            field="password",
            least=MIN_LENGTH,
            most=MAX_LENGTH,
        )
    if is_common(password):
        raise Invalid(
            N_("Too many people use this password. Think of another one."), field="password"
        )
    name = address.text.partition("@")[0]
    if len(name) >= TELLING and name in password.casefold():
        raise Invalid(N_("Your address must not be part of the password."), field="password")


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(password)


def sign_in(
    session: Session, *, vault: Vault, address: str, password: str, client: str, now: datetime
) -> Person:
    """Return the person whose address and password these are.

    An unknown address costs as much time and gets the same answer as a wrong
    password. A failure is counted, so it must be kept although it is refused.

    :raises Invalid: if they do not belong together.
    :raises TooMany: after too many failures.
    :raises NotAllowed: if the password is right and the account blocked.
    """
    digest = vault.digest(addresses.plain_form(address))
    counted = (
        (FAILED, vault.digest(f"{digest} {client}")),
        (FAILED_FOR_ADDRESS, digest),
        (FAILED_FROM_CLIENT, vault.digest(client)),
    )
    for limit, who in counted:
        limits.require_room(session, limit, who, now=now)
    person = session.scalar(
        select(Person).filter_by(address_digest=digest).options(selectinload(Person.appointments))
    )
    if not matches(person, password) or person is None:
        for limit, who in counted:
            limits.note(session, limit, who, now=now)
        raise Invalid(N_("The address or the password is not right."))
    if not person.is_active:
        raise NotAllowed(BLOCKED)
    if HASHER.check_needs_rehash(person.password_hash or ""):
        person.password_hash = hashed(password)
    return person


def matches(person: Person | None, password: str) -> bool:
    """Say whether ``password`` is that of ``person``; takes equally long if there is nobody."""
    kept = person.password_hash if person else None
    try:
        return HASHER.verify(kept or _decoy(), password[:MAX_LENGTH]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def change(
    session: Session, *, vault: Vault, person: Person, old: str, new: str, now: datetime
) -> None:
    """Set a new password, and sign the person out everywhere else.

    :raises Invalid: if the old one is wrong (field ``old``) or the new one will not do.
    """
    own = vault.digest(f"{person.address_digest} change")
    limits.require_room(session, FAILED, own, now=now)
    if not matches(person, old):
        limits.note(session, FAILED, own, now=now)
        raise Invalid(N_("This is not your present password."), field="old")
    check(new, address=addresses.Address(vault.open(person.address_sealed)))
    person.password_hash = hashed(new)
    sessions.end_all(session, person=person, now=now, keep=person.session_token)
    ledger.record(session, "person.password_changed", person, actor=person, now=now)


@cache
def _decoy() -> str:
    return hashed("nobody's password")
