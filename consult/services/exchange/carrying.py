"""Carrying a transfer out, a piece at a time; each piece can be killed and done again.

An import is checked as a whole first, outside any transaction, then written a thousand rows at
a time: the transaction that writes them moves the position, so that nothing is lost or doubled
whenever the process dies. An export is one piece: it begins anew after a kill.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Gone, Refusal
from consult.services.exchange import checking, exports, imports, transfers
from consult.services.exchange.checking import Watch
from consult.services.exchange.import_rows import RowReader
from consult.services.exchange.imports import ImportReport
from consult.services.exchange.writing import CHUNK, write
from consult.services.grouping import runs
from consult.storage import Storage
from consult.tables import TableError, read_table
from models.run import RunCause
from models.transfer import Transfer, TransferKind, TransferState

log = logging.getLogger(__name__)

#: An import of more is grouped by a run, not one suggestion after the other.
LEFT_TO_A_RUN = 2000
#: The database is away or was held by others for too long: the same piece is tried again.
PASSING = (OperationalError, InterfaceError, PoolTimeoutError)

NO_FILE = N_("The file is no longer here. Please choose it again.")
DISK = N_("The disk of the server is full, or it cannot be written. Tell its operator, then run it again.")
FAULT = N_("A fault of ours (%(fault)s). It was recorded; please run it again.")


class Stopped(Exception):  # noqa: N818 - an answer, not an error
    """Somebody cancelled the transfer, or another worker has it."""


def carry_on(
    session: Session,
    *,
    transfer: Transfer,
    storage: Storage,
    now: datetime,
    keep: Callable[[], object],
    watch: Watch,
) -> int:
    """Do the next piece of ``transfer`` and return how many rows it was; 0: it is over.

    What goes wrong for good is stored on it; where the database is away, that is raised, and
    nothing of the piece was done. ``keep`` commits: it is called before long work, so that
    nobody waits for it to write. ``watch`` is told of rows while it lasts.
    """
    with _keeping_what_goes_wrong(session, transfer, now):
        if transfer.kind is TransferKind.EXPORT:
            return _export(session, transfer, storage, now, keep, watch)
        if not transfer.is_checked:
            return _check(session, transfer, storage, now, keep, watch)
        with session.begin_nested():  # the transfer survives what fails here
            return _write(session, transfer, storage, now)
    return 0


def _check(
    session: Session,
    transfer: Transfer,
    storage: Storage,
    now: datetime,
    keep: Callable[[], object],
    watch: Watch,
) -> int:
    settings = transfer.settings
    reader = RowReader(
        transfer.topic_id,
        mapping=settings["mapping"],
        clauses=imports.clauses(session, transfer.topic),
        zone=ZoneInfo(settings["zone"]),
    )
    path = storage.path(transfer.sha256 or "-")
    name, sheet, trusted = transfer.filename, settings["sheet"], settings["console"]
    keep()
    if not path.is_file():
        raise Gone(NO_FILE)
    table = read_table(path, name=name, sheet=sheet, trusted=trusted)
    found = checking.check(table, reader, storage=storage, now=now, watch=watch)
    _hold(session, transfer)
    transfer.checked_sha256, transfer.report_sha256 = found.checked_sha256, found.report_sha256
    transfer.total, transfer.refused, transfer.done = found.accepted, found.refused, 0
    return max(1, found.accepted + found.refused)


def _write(session: Session, transfer: Transfer, storage: Storage, now: datetime) -> int:
    _hold(session, transfer)
    actor = transfer.started_by
    imports.require_import(
        transfer.topic, actor=actor, mapping=transfer.settings["mapping"], now=now
    )
    path = storage.path(transfer.checked_sha256 or "-")
    if not path.is_file():
        raise Gone(NO_FILE)
    with path.open("rb") as stream:
        stream.seek(transfer.position)
        lines = list(islice(stream, CHUNK))
        is_last = not stream.read(1)
    entries = [checking.entry_of(line) for line in lines]
    added = write(
        session,
        entries,
        topic_id=transfer.topic_id,
        publish_text=transfer.settings["publish_text"],
        actor=actor,
        now=now,
    )
    transfer.position += sum(map(len, lines))
    transfer.done += len(entries)
    transfer.added += added
    transfer.known += len(entries) - added
    transfer.beat_at = now
    if is_last:
        _finish_import(session, transfer, now)
    return 0 if is_last else len(entries)


def _finish_import(session: Session, transfer: Transfer, now: datetime) -> None:
    _end(transfer, TransferState.FINISHED, now)
    transfer.checked_sha256 = None
    report = ImportReport(added=transfer.added, known=transfer.known)
    imports.record(
        session,
        transfer.topic,
        report,
        refused=transfer.refused,
        actor=transfer.started_by,
        now=now,
    )
    if transfer.added > LEFT_TO_A_RUN and not transfer.settings["console"]:
        try:
            runs.ask(session, topic=transfer.topic, actor=None, cause=RunCause.IMPORT, now=now)
        except Conflict:  # one is under way; what came in meanwhile makes the next one due
            log.info("transfer %s found a run under way", transfer.id)


def _export(
    session: Session,
    transfer: Transfer,
    storage: Storage,
    now: datetime,
    keep: Callable[[], object],
    watch: Watch,
) -> int:
    transfers.require(transfer, transfer.started_by)
    topic_id, kind = transfer.topic_id, transfer.settings["kind"]
    original = transfer.settings["original"]
    transfer.total = exports.count(session, topic_id)
    keep()
    with storage.writing() as file:
        rows = exports.read(session, topic_id, original=original)
        exports.WRITERS[kind](exports.watched(rows, watch), exports.COLUMNS, file.stream)
    session.rollback()  # the moment that was read is over
    _hold(session, transfer)
    transfer.sha256, transfer.done = file.digest, transfer.total or 0
    _end(transfer, TransferState.FINISHED, now)
    return 0


def _hold(session: Session, transfer: Transfer) -> None:
    """Take the row for this transaction.

    :raises Stopped: if it was cancelled or finished in the meantime.
    """
    session.refresh(transfer, with_for_update=True)
    if transfer.state is not TransferState.RUNNING:
        raise Stopped


@contextmanager
def _keeping_what_goes_wrong(
    session: Session, transfer: Transfer, now: datetime
) -> Iterator[None]:
    number = transfer.id
    try:
        yield
    except PASSING:
        raise
    except Stopped:
        session.rollback()
    except (Refusal, TableError) as refusal:
        _fail(session, number, refusal.message, dict(refusal.params), now)
    except OSError as fault:
        log.exception("transfer %s could not write", number)
        _fail(session, number, DISK, {"fault": str(fault.strerror)}, now)
    except Exception as fault:  # a row that nobody thought of must not end the worker
        log.exception("transfer %s failed", number)
        _fail(session, number, FAULT, {"fault": type(fault).__name__}, now)


def _fail(
    session: Session, number: int, message: str, params: dict[str, object], now: datetime
) -> None:
    session.rollback()
    transfer = session.get_one(Transfer, number, with_for_update=True)
    transfer.error = message
    transfer.error_params = {name: _plain(value) for name, value in params.items()}
    _end(transfer, TransferState.FAILED, now)


def _end(transfer: Transfer, state: TransferState, now: datetime) -> None:
    transfer.state, transfer.finished_at, transfer.worker = state, now, ""


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)
