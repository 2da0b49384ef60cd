"""The proof that a suggestion is in the ledger, in a form that its author can check alone."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.services.records import ledger
from models.ledger import LedgerEntry
from models.suggestion import Suggestion


@dataclass(frozen=True)
class Proof:
    """The entry of a suggestion's arrival: SHA-256 of ``text`` is ``hash``."""

    number: int
    text: str
    hash: str
    #: Whether the entry still gives the hash that stands beside it.
    intact: bool


def proof(session: Session, suggestion: Suggestion) -> Proof | None:
    """Look up how ``suggestion`` came in; None if it was recorded by no entry of its own."""
    entry = session.scalar(
        select(LedgerEntry)
        .filter_by(subject_type="suggestion", subject_id=suggestion.id)
        .where(LedgerEntry.act.in_(("suggestion.submitted", "suggestion.imported")))
        .order_by(LedgerEntry.id)
        .limit(1)
    )
    if entry is None:
        return None
    row = {column.key: getattr(entry, column.key) for column in LedgerEntry.__table__.columns}
    return Proof(
        entry.id, ledger.canonical(row), entry.hash, intact=ledger.entry_hash(row) == entry.hash
    )
