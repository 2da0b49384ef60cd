"""The ledger: an append-only chain of every act."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Table, Update, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from consult.services.records import many_rows
from models.base import Base
from models.ledger import LedgerEntry, LedgerHead
from models.person import Person

GENESIS = "0" * 64


@dataclass(frozen=True)
class Act:
    """What is to be recorded: ``name`` is ``<thing>.<act>``, ``detail`` holds ids and codes only."""

    name: str
    subject_type: str
    subject_id: int
    topic_id: int | None
    detail: dict[str, Any]


def record(
    session: Session,
    act: str,
    subject: Base,
    *,
    actor: Person | None,
    now: datetime,
    **detail: Any,
) -> None:
    """Append one act on ``subject`` to the chain; ``actor`` is None for what the clock did.

    Flushes, since the entry names its subject by id. Never put personal data into ``detail``.
    """
    session.flush()
    subject_id: int = subject.id  # type: ignore[attr-defined]
    is_topic = subject.__tablename__ == "topic"
    topic_id = subject_id if is_topic else getattr(subject, "topic_id", None)
    entry = Act(act, subject.__tablename__, subject_id, topic_id, detail)
    record_all(session, [entry], actor=actor, now=now)


def record_all(
    session: Session, acts: Iterable[Act], *, actor: Person | None, now: datetime
) -> None:
    """Append many acts at once, each an entry of its own; a thousand take some 20 ms."""
    previous = _take_head(session)
    rows = []
    for act in acts:
        row = {
            "at": now,
            "act": act.name,
            "actor_id": actor.id if actor else None,
            "subject_type": act.subject_type,
            "subject_id": act.subject_id,
            "topic_id": act.topic_id,
            "detail": act.detail,
            "previous_hash": previous,
        }
        previous = row["hash"] = entry_hash(row)
        rows.append(row)
    if len(rows) == 1 and session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_entry_and_head(), {**rows[0], "head": previous})
    elif rows:
        many_rows.add(session, LedgerEntry, rows)
        session.execute(update(LedgerHead).values(hash=previous))


@cache
def _entry_and_head() -> Update:
    """One entry and the new end of the chain, in one journey: most acts are one."""
    entry, head = LedgerEntry.__table__, LedgerHead.__table__
    assert isinstance(entry, Table)  # noqa: S101 - never views or joins
    assert isinstance(head, Table)  # noqa: S101
    columns: dict[str, Any] = {
        column.name: bindparam(column.name) for column in entry.c if column.name != "id"
    }
    new = insert(entry).values(columns).returning(entry.c.id).cte("new")
    moved = update(head).values(hash=bindparam("head")).add_cte(new)
    return moved.execution_options(planned_once=True)


def _take_head(session: Session) -> str:
    """Queue up for the end of the chain and return its hash; released at commit."""
    query = select(LedgerHead.hash).with_for_update().execution_options(planned_once=True)
    head: str | None = session.connection().scalar(query)
    if head is not None:
        return head
    with suppress(IntegrityError), session.begin_nested():  # another may begin the chain as well
        session.execute(insert(LedgerHead).values(id=1, hash=GENESIS))
    return session.scalars(query).one()


def entry_hash(row: dict[str, Any]) -> str:
    """SHA-256 over the entry and the hash of the one before it."""
    return hashlib.sha256(canonical(row).encode()).hexdigest()


def canonical(row: dict[str, Any]) -> str:
    """The one spelling of an entry that is hashed, so that anybody can hash it again."""
    at: datetime = row["at"]
    spelled = {
        **{key: row[key] for key in sorted(row) if key not in {"id", "hash", "at"}},
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return json.dumps(spelled, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def first_broken(session: Session) -> LedgerEntry | None:
    """Walk the whole chain and return the first entry that does not fit, if any."""
    previous = GENESIS
    columns = [c.key for c in LedgerEntry.__table__.columns]
    for entry in session.scalars(
        select(LedgerEntry).order_by(LedgerEntry.id).execution_options(yield_per=1000)
    ):
        row = {key: getattr(entry, key) for key in columns}
        if entry.previous_hash != previous or entry.hash != entry_hash(row):
            return entry
        previous = entry.hash
    head = session.scalar(select(LedgerHead.hash))
    if head is not None and head != previous:
        return session.scalar(select(LedgerEntry).order_by(LedgerEntry.id.desc()).limit(1))
    return None


def of_subject(session: Session, subject: Base) -> Sequence[LedgerEntry]:
    """All that was done to one thing, oldest first, with who did it."""
    return session.scalars(
        select(LedgerEntry)
        .filter_by(subject_type=subject.__tablename__, subject_id=subject.id)  # type: ignore[attr-defined]
        .options(joinedload(LedgerEntry.actor))
        .order_by(LedgerEntry.id)
    ).all()
