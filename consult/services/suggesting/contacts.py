"""How to reach an author: sealed when it comes in, opened only with a reason that is kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import NotFound
from consult.sealing import Vault
from consult.services.handling import sight
from consult.services.records import ledger
from consult.text.masks import mask_address, mask_name, mask_phone
from consult.text.normalise import tidy, tidy_line
from models.person import Person
from models.suggestion import Contact, Suggestion


class RevealReason(StrEnum):
    """Why somebody looks at a contact; a code, since the ledger keeps no free text about people."""

    ASK_MORE = "ask_more"
    CHECK_FACTS = "check_facts"
    REPLY = "reply"
    VISIT = "visit"


@dataclass(frozen=True)
class ContactDetails:
    """How to reach an author, in the clear."""

    name: str = ""
    phone: str = ""
    address: str = ""
    hidden_note: str = ""


def sealed(details: ContactDetails | None, vault: Vault) -> Contact | None:
    """Seal what was given, with masked forms to show; None if nothing was."""
    if details is None:
        return None
    name, phone = tidy_line(details.name), tidy_line(details.phone)
    address, note = tidy_line(details.address), tidy(details.hidden_note)
    if not (name or phone or address or note):
        return None
    return Contact(
        name_sealed=vault.seal(name) if name else None,
        name_masked=mask_name(name),
        phone_sealed=vault.seal(phone) if phone else None,
        phone_masked=mask_phone(phone),
        address_sealed=vault.seal(address) if address else None,
        address_masked=mask_address(address),
        hidden_note_sealed=vault.seal(note) if note else None,
    )


def reveal(
    session: Session,
    *,
    suggestion: Suggestion,
    reason: RevealReason,
    actor: Person,
    vault: Vault,
    now: datetime,
) -> ContactDetails:
    """Open a contact. It goes into the ledger, and the author is shown who and why.

    Of a message it is for those who work on its case, see :mod:`consult.services.handling.sight`.

    :raises NotAllowed: if that is not for ``actor`` to do.
    :raises NotFound: if the author left no contact.
    """
    sight.require_contact(session, suggestion, actor)
    contact = session.get(Contact, suggestion.id)
    if contact is None:
        raise NotFound
    ledger.record(
        session, "contact.revealed", suggestion, actor=actor, now=now, reason=reason.value
    )
    return ContactDetails(
        name=vault.open(contact.name_sealed),
        phone=vault.open(contact.phone_sealed),
        address=vault.open(contact.address_sealed),
        hidden_note=vault.open(contact.hidden_note_sealed),
    )


def masked(session: Session, suggestion: Suggestion) -> Contact | None:
    """The contact with its masked forms, if there is one."""
    return session.scalar(select(Contact).where(Contact.suggestion_id == suggestion.id))
