"""Carrying a transfer out, a piece at a time; each piece can be killed and done again.

An import is checked as a whole first, outside any transaction, then written a thousand rows at
a time: the transaction that writes them moves the position, so that nothing is lost or doubled
whenever the process dies. An export is one piece: it begins anew after a kill.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from consult.exceptions import N_, Conflict, Gone, Refusal
from consult.services.exchange import checking, exports, imports, transfer_turns, transfers
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
DISK = N_(
    "The disk of the server is full, or it cannot be written. Tell its operator, then run it again."
)
FAULT = N_("A fault of ours (%(fault)s). It was recorded; please run it again.")


class Stopped(Exception):  # noqa: N818 - an answer, not an error
    """Somebody cancelled the transfer, or another worker has it."""


@dataclass(frozen=True)
class Means:
    """What a piece of work needs from whoever has it done.

    ``keep`` commits the session: it is called before long work, so that nobody waits for it to
    write. ``moment`` opens another session, in which all that is read is of one moment. ``apart``
    opens one that commits at its end, for signs of life on the way.
    """

    storage: Storage
    clock: Callable[[], datetime]
    keep: Callable[[], object]
    moment: Callable[[], AbstractContextManager[Session]]
    apart: Callable[[], AbstractContextManager[Session]]
    #: Told of the rows that are done, for a bar.
    told: Callable[[int], object] = id

    def watch(self, number: int) -> Callable[[int], None]:
        """What leaves word of a transfer, and ends the work on it if it was cancelled."""

        def watching(done: int) -> None:
            self.told(done)
            with self.apart() as session:
                if not transfer_turns.beat(session, number, done=done, now=self.clock()):
                    raise Stopped

        return watching


def carry_on(session: Session, number: int, means: Means) -> bool:
    """Do the next piece of a transfer; False: there is none for this thread now.

    What goes wrong for good is stored on the transfer. Where the database is away, that is
    raised, and nothing of the piece was done.
    """
    transfer = transfer_turns.take(session, number, now=means.clock())
    if transfer is None:
        return False
    means.keep()
    with _keeping_what_goes_wrong(session, number, means):
        if transfer.kind is TransferKind.EXPORT:
            _export(session, transfer, means)
        elif not transfer.is_checked:
            _check(session, transfer, means)
        else:
            with session.begin_nested():  # the session survives what fails here
                _write(session, transfer, means)
    return True


def _check(session: Session, transfer: Transfer, means: Means) -> None:
    number, settings = transfer.id, transfer.settings
    reader = RowReader(
        transfer.topic_id,
        mapping=settings["mapping"],
        clauses=imports.clauses(session, transfer.topic),
        zone=ZoneInfo(settings["zone"]),
    )
    path = _stored(means.storage, transfer.sha256)
    name, sheet, trusted = transfer.filename, settings["sheet"], settings["console"]
    means.keep()
    found = checking.check(
        read_table(path, name=name, sheet=sheet, trusted=trusted),
        reader,
        storage=means.storage,
        now=means.clock(),
        watch=means.watch(number),
    )
    _hold(session, transfer)
    transfer.checked_sha256, transfer.report_sha256 = found.checked_sha256, found.report_sha256
    transfer.total, transfer.refused, transfer.done = found.accepted, found.refused, 0
    transfer.worker = ""


def _write(session: Session, transfer: Transfer, means: Means) -> None:
    _hold(session, transfer)
    now, actor = means.clock(), transfer.started_by
    imports.require_import(
        transfer.topic, actor=actor, mapping=transfer.settings["mapping"], now=now
    )
    with _stored(means.storage, transfer.checked_sha256).open("rb") as stream:
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
    transfer.worker = ""
    if is_last:
        _finish_import(session, transfer, now)


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


def _export(session: Session, transfer: Transfer, means: Means) -> None:
    transfers.require(transfer, transfer.started_by)
    number, topic_id, settings = transfer.id, transfer.topic_id, transfer.settings
    transfer.total = exports.count(session, topic_id)
    means.keep()
    with means.storage.writing() as file, means.moment() as one_moment:
        rows = exports.read(one_moment, topic_id, original=settings["original"])
        watched = exports.watched(rows, means.watch(number))
        exports.WRITERS[settings["kind"]](watched, exports.COLUMNS, file.stream)
    _hold(session, transfer)
    transfer.sha256, transfer.done = file.digest, transfer.total or 0
    _end(transfer, TransferState.FINISHED, means.clock())


def _stored(storage: Storage, digest: str | None) -> Path:
    path = storage.path(digest or "-")
    if not path.is_file():
        raise Gone(NO_FILE)
    return path


def _hold(session: Session, transfer: Transfer) -> None:
    """Take the row for this transaction.

    :raises Stopped: if it was cancelled, or another thread took it over, in the meantime.
    """
    session.refresh(transfer, with_for_update=True)
    if transfer.state is not TransferState.RUNNING or transfer.worker != transfer_turns.me():
        raise Stopped


@contextmanager
def _keeping_what_goes_wrong(session: Session, number: int, means: Means) -> Iterator[None]:
    try:
        yield
    except PASSING:
        raise
    except Stopped:
        session.rollback()
    except (Refusal, TableError) as refusal:
        _fail(session, number, refusal.message, dict(refusal.params), means.clock())
    except OSError as fault:
        log.exception("transfer %s could not write", number)
        _fail(session, number, DISK, {"fault": str(fault.strerror)}, means.clock())
    except Exception as fault:  # a row that nobody thought of must not end the worker
        log.exception("transfer %s failed", number)
        _fail(session, number, FAULT, {"fault": type(fault).__name__}, means.clock())


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
