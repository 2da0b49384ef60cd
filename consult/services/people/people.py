"""People: their accounts, what they choose about themselves, and how staff find them."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from consult.exceptions import N_, Invalid, NotFound
from consult.permissions import Permission
from consult.sealing import Vault
from consult.services.people import addresses, limits, passwords
from consult.services.people.limits import Limit
from consult.services.people.sessions import open_session, person_of
from consult.services.records import ledger
from consult.services.records.authority import require_of
from consult.services.records.pages import Page, paginate
from consult.text.normalise import tidy_line
from models.person import Appointment, Person, PersonKind

__all__ = [
    "ACCOUNTS",
    "by_address",
    "by_id",
    "change_profile",
    "open_session",
    "person_of",
    "register",
    "search",
]

#: The kinds that a person may register as.
ACCOUNTS = frozenset({PersonKind.CITIZEN, PersonKind.ORGANISATION})
MAX_NAME = 60
TRIED = Limit("register", 30, timedelta(hours=1))


def register(
    session: Session,
    *,
    vault: Vault,
    name: str,
    address: str,
    password: str | None,
    kind: PersonKind = PersonKind.CITIZEN,
    locale: str,
    now: datetime,
    visitor: Person | None = None,
    client: str | None = None,
) -> Person:
    """Make an account and return it.

    Whoever took part by code before keeps what they wrote: if ``visitor`` is that
    person, who proved the address a moment ago, the account is made of them.
    Without a ``password`` nobody can sign in until one was set by a mailed token.
    Tries of one ``client`` are counted, so that nobody finds out who has an
    account by trying addresses; a refused one must be kept.

    :raises TooMany: if the client has tried too often.
    :raises Invalid: if a field will not do, or the address is somebody's already.
    """
    if client is not None:
        limits.require_room(session, TRIED, vault.digest(client), now=now)
        limits.note(session, TRIED, vault.digest(client), now=now)
    known_as = addresses.read(address)
    if password is not None:
        passwords.check(password, address=known_as)
    if kind not in ACCOUNTS:
        raise Invalid(
            N_("Choose whether you register as a person or an organisation."), field="kind"
        )
    person = by_address(session, vault=vault, address=known_as.text)
    _refuse_taken(person, visitor)
    person = person or Person(address_digest=vault.digest(known_as.text), created_at=now)
    person.name, person.kind, person.locale = _named(name), kind, locale
    person.address_sealed = vault.seal(known_as.text)
    person.address_masked = known_as.masked
    person.password_hash = None if password is None else passwords.hashed(password)
    session.add(person)
    ledger.record(session, "person.registered", person, actor=person, now=now, kind=kind)
    return person


def _refuse_taken(holder: Person | None, visitor: Person | None) -> None:
    if holder is None or (holder is visitor and holder.kind is PersonKind.VERIFIED):
        return
    if holder.kind is PersonKind.VERIFIED:
        raise Invalid(
            N_(
                "Somebody has taken part with this address before. Take part with a code "
                "once more, then register: what you wrote stays yours."
            ),
            field="address",
        )
    raise Invalid(
        N_("There is an account with this address. Sign in, or have the password reset."),
        field="address",
    )


def change_profile(
    session: Session, *, person: Person, name: str, mail_wanted: bool, locale: str
) -> None:
    """Set what a person chooses about themselves."""
    person.name, person.mail_wanted, person.locale = _named(name), mail_wanted, locale
    session.add(person)


def by_address(session: Session, *, vault: Vault, address: str) -> Person | None:
    """Whoever is known by ``address``, in whichever form it is written."""
    digest = vault.digest(addresses.plain_form(address))
    return session.scalar(
        select(Person).filter_by(address_digest=digest).options(selectinload(Person.appointments))
    )


def by_id(session: Session, *, number: int, reader: Person) -> Person:
    """A person with their roles, for administration.

    :raises NotFound: if there is none.
    """
    require_of(reader, Permission.PERSON_APPOINT)
    person = session.scalar(
        select(Person).filter_by(id=number).options(selectinload(Person.appointments))
    )
    if person is None:
        raise NotFound
    return person


def search(
    session: Session, *, vault: Vault, reader: Person, words: str, staff_only: bool, page: int
) -> Page[Person]:
    """People whose name contains ``words`` or whose address is exactly that, the newest first."""
    require_of(reader, Permission.PERSON_APPOINT)
    query = select(Person).where(Person.kind != PersonKind.IMPORTED)
    if words:
        digest = vault.digest(addresses.plain_form(words))
        named = Person.name.icontains(words, autoescape=True)
        query = query.where(or_(named, Person.address_digest == digest))
    holds_a_role = select(Appointment.id).where(Appointment.person_id == Person.id).exists()
    if staff_only:
        query = query.where(holds_a_role)
    return paginate(
        session,
        query.options(selectinload(Person.appointments)).order_by(Person.id.desc()),
        page=page,
    )


def count(session: Session) -> int:
    """How many people have an account."""
    return session.scalar(select(func.count()).where(Person.kind.in_(ACCOUNTS))) or 0


def _named(name: str) -> str:
    tidy = tidy_line(name)
    if not tidy or len(tidy) > MAX_NAME:
        raise Invalid(
            N_("Give a name of at most %(most)d characters."), field="name", most=MAX_NAME
        )
    return tidy


def count_staff(session: Session) -> int:
    """How many people hold a role."""
    return session.scalar(select(func.count(Appointment.person_id.distinct()))) or 0
