"""Transfers: asked for on a page or by a command, cancelled, run again, fetched."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Gone, NotFound
from consult.permissions import Permission
from consult.services.exchange import exports, imports
from consult.services.records import bells, ledger
from consult.services.records.authority import require_of
from models.job import JobName
from models.person import Person
from models.topic import Topic
from models.transfer import Transfer, TransferKind, TransferState


def ask_import(
    session: Session,
    *,
    topic: Topic,
    sha256: str,
    filename: str,
    mapping: Mapping[str, str],
    actor: Person | None,
    zone: str,
    now: datetime,
    publish_text: bool = False,
    sheet: str | None = None,
) -> Transfer:
    """Put the stored file in line to be brought in.

    What the console gives (``actor`` is None) may be Parquet, and is not regrouped afterwards:
    the command does that itself.

    :raises NotAllowed: if ``actor`` may not import here.
    :raises Invalid: if no column holds a text.
    """
    imports.require_import(topic, actor=actor, mapping=mapping, now=now)
    settings = {
        "mapping": dict(mapping),
        "publish_text": publish_text,
        "zone": zone,
        "sheet": sheet,
        "console": actor is None,
    }
    return _add(session, topic, TransferKind.IMPORT, filename, settings, actor, now, sha256=sha256)


def ask_export(
    session: Session,
    *,
    topic: Topic,
    kind: str,
    actor: Person | None,
    now: datetime,
    original: bool = False,
) -> Transfer:
    """Put an export in line; it stands in the ledger from now on, and again when it is fetched.

    :raises NotAllowed: if ``actor`` may not export, or not the authors' own words.
    """
    exports.ask(session, topic=topic, actor=actor, now=now, original=original)
    filename = f"{topic.slug}-{now:%Y%m%d}.{kind}"
    settings = {"kind": kind, "original": original}
    return _add(session, topic, TransferKind.EXPORT, filename, settings, actor, now)


def of_topic(
    session: Session, topic: Topic, *, kinds: Sequence[TransferKind], limit: int = 10
) -> Sequence[Transfer]:
    """The latest transfers of a topic, the newest first, with who started them."""
    return session.scalars(
        select(Transfer)
        .where(Transfer.topic_id == topic.id, Transfer.kind.in_(kinds))
        .options(joinedload(Transfer.started_by))
        .order_by(Transfer.id.desc())
        .limit(limit)
    ).all()


def by_number(session: Session, topic: Topic, number: int, *, reader: Person) -> Transfer:
    """The transfer of that number, for whoever may do the like.

    :raises NotFound: if there is none of this topic.
    :raises NotAllowed: if ``reader`` could not have asked for it.
    """
    found = session.get(Transfer, number) if number < 2**63 else None
    if found is None or found.topic_id != topic.id:
        raise NotFound
    require(found, reader)
    return found


def require(transfer: Transfer, person: Person | None) -> None:
    """Go on quietly if ``person`` could ask for this transfer, or raise.

    :raises NotAllowed: otherwise.
    """
    if transfer.kind is TransferKind.IMPORT:
        require_of(person, Permission.SUGGESTION_IMPORT, transfer.topic)
    else:
        original = bool(transfer.settings["original"])
        exports.require(transfer.topic, actor=person, original=original)


def fetch(session: Session, *, transfer: Transfer, actor: Person, now: datetime) -> str:
    """Hand out what was exported: the digest of its file. Who took it stands in the ledger.

    :raises Gone: if the file was dropped, or is not made yet.
    """
    require(transfer, actor)
    if transfer.kind is not TransferKind.EXPORT or transfer.sha256 is None:
        raise Gone(N_("The file is no longer here. Export it again."))
    topic, original = transfer.topic, bool(transfer.settings["original"])
    ledger.record(session, "topic.export_fetched", topic, actor=actor, now=now, original=original)
    return transfer.sha256


def cancel(session: Session, *, transfer: Transfer, actor: Person | None, now: datetime) -> None:
    """End it before its time; what is in stays in. Quietly nothing if it is over."""
    require(transfer, actor)
    _lock(session, transfer)
    if transfer.is_under_way:
        transfer.state, transfer.finished_at = TransferState.CANCELLED, now


def run_again(session: Session, *, transfer: Transfer, actor: Person | None) -> None:
    """Put a transfer that failed or was cancelled in line again; an import goes on where it was.

    :raises Conflict: if there is nothing to do again.
    :raises Gone: if its file was dropped meanwhile.
    """
    require(transfer, actor)
    _lock(session, transfer)
    if transfer.state not in {TransferState.FAILED, TransferState.CANCELLED}:
        raise Conflict(N_("This is under way or done already."))
    if transfer.kind is TransferKind.IMPORT and transfer.sha256 is None:
        raise Gone(N_("The file is no longer here. Please choose it again."))
    transfer.state, transfer.finished_at = TransferState.QUEUED, None
    transfer.error, transfer.error_params = "", {}
    transfer.worker, transfer.beat_at = "", None
    bells.ring(session, JobName.TRANSFERS, transfer.id)


def unfinished(session: Session, topic: Topic, *, sha256: str) -> Transfer | None:
    """The latest import of the same file that did not come to its end."""
    return session.scalar(
        select(Transfer)
        .where(
            Transfer.topic_id == topic.id,
            Transfer.kind == TransferKind.IMPORT,
            Transfer.sha256 == sha256,
            Transfer.state != TransferState.FINISHED,
        )
        .order_by(Transfer.id.desc())
        .limit(1)
    )


def forget_files(session: Session, *, before: datetime) -> int:
    """Let go of the files of transfers that ended before that, and say of how many.

    They hold the authors' own words; their bytes go with the next sweep.
    """
    changed = session.execute(
        update(Transfer)
        .where(
            Transfer.finished_at < before,
            or_(Transfer.sha256.is_not(None), Transfer.report_sha256.is_not(None)),
        )
        .values(sha256=None, checked_sha256=None, report_sha256=None)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def files(session: Session) -> Iterator[str]:
    """The digests of all files that a transfer still needs."""
    columns = (Transfer.sha256, Transfer.checked_sha256, Transfer.report_sha256)
    for column in columns:
        yield from session.scalars(select(column).where(column.is_not(None)))  # type: ignore[misc]


def _lock(session: Session, transfer: Transfer) -> None:
    session.refresh(transfer, with_for_update=True)


def _add(
    session: Session,
    topic: Topic,
    kind: TransferKind,
    filename: str,
    settings: dict[str, object],
    actor: Person | None,
    now: datetime,
    sha256: str | None = None,
) -> Transfer:
    transfer = Transfer(
        topic=topic,
        kind=kind,
        filename=filename,
        settings=settings,
        started_by=actor,
        sha256=sha256,
        created_at=now,
    )
    session.add(transfer)
    session.flush()  # its number goes into the address of its page
    bells.ring(session, JobName.TRANSFERS, transfer.id)
    return transfer
