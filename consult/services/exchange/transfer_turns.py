"""Who carries out which transfer: that follows from the rows alone.

A transfer is free while nobody holds it, or whoever does is dead or silent for a while. It is held
only as long as a piece of work lasts, so that any process may do the next. Imports of one topic
go one after the other: no two write the same people or numbers.
"""

import os
import socket
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session, aliased

from models.transfer import Transfer, TransferKind, TransferState

UNDER_WAY = (TransferState.QUEUED, TransferState.RUNNING)
#: Whoever is silent for longer is taken for dead, and another goes on.
SILENCE = timedelta(seconds=30)


def waiting(session: Session, now: datetime) -> Sequence[int]:
    """The transfers that somebody could go on with, by number."""
    query = select(Transfer).where(*_in_turn()).order_by(Transfer.id)
    return [one.id for one in session.scalars(query) if _is_free(one, now)]


def take(session: Session, number: int, *, now: datetime) -> Transfer | None:
    """Hold the transfer for this thread; None: it is over, another is at it, or its turn is not yet."""
    query = (
        select(Transfer)
        .where(Transfer.id == number, *_in_turn())
        .with_for_update(skip_locked=True, of=Transfer)
        .execution_options(populate_existing=True)
    )
    found = session.scalar(query)
    if found is None or not _is_free(found, now):
        return None
    found.state, found.worker, found.beat_at = TransferState.RUNNING, me(), now
    return found


def is_behind(session: Session, transfer: Transfer) -> bool:
    """Whether an earlier import of the same topic has to end first."""
    turn = select(Transfer.id).where(Transfer.id == transfer.id, *_in_turn())
    return transfer.is_under_way and session.scalar(turn) is None


def beat(session: Session, number: int, *, done: int, now: datetime) -> bool:
    """Leave word of how far this thread is; False: it was cancelled, or another took it over."""
    changed = session.execute(
        update(Transfer)
        .where(
            Transfer.id == number,
            Transfer.worker == me(),
            Transfer.state == TransferState.RUNNING,
        )
        .values(done=done, beat_at=now)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def me() -> str:
    """The name of this thread among those of all machines."""
    return f"{_here()}:{os.getpid()}:{threading.get_ident()}"


def _here() -> str:
    return socket.gethostname().replace(":", "-")[:64]


def _is_free(transfer: Transfer, now: datetime) -> bool:
    if transfer.worker in {"", me()} or transfer.beat_at is None:
        return True
    return transfer.beat_at < now - SILENCE or _is_dead(transfer.worker)


def _is_dead(worker: str) -> bool:
    """Whether it was a process of this machine that is no more; of others nobody here can tell."""
    host, _colon, process = worker.partition(":")
    number = process.partition(":")[0]
    if host != _here() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _in_turn() -> tuple[ColumnElement[bool], ...]:
    """Under way, and no earlier import of the same topic is."""
    earlier = aliased(Transfer)
    in_front = (
        select(earlier.id)
        .where(
            earlier.topic_id == Transfer.topic_id,
            earlier.kind == TransferKind.IMPORT,
            earlier.state.in_(UNDER_WAY),
            earlier.id < Transfer.id,
        )
        .exists()
    )
    return (
        Transfer.state.in_(UNDER_WAY),
        or_(Transfer.kind != TransferKind.IMPORT, ~in_front),
    )
