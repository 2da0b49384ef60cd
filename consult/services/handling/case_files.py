"""Files that offices keep with a case: protected like the case, and every fetch is written down."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Gone, NotAllowed, NotFound
from consult.services.consultations import attachments
from consult.services.handling.insiders import require_insider, supervises
from consult.services.handling.parties import require_sight
from consult.services.records import ledger
from consult.storage import Storage
from models.case import Case
from models.casework import CaseFile
from models.person import Person

MOST = 30


def of_case(session: Session, case: Case) -> Sequence[CaseFile]:
    """The files that are kept with ``case``, in the order in which they came; not those taken off."""
    query = select(CaseFile).filter_by(case_id=case.id, removed_at=None)
    return session.scalars(query.options(joinedload(CaseFile.added_by)).order_by(CaseFile.id)).all()


def add(
    session: Session,
    *,
    storage: Storage,
    case: Case,
    filename: str,
    content: bytes,
    actor: Person,
    now: datetime,
    max_bytes: int,
) -> CaseFile:
    """Keep a file with the case; the same bytes sent twice are one file.

    :raises TooLarge: above ``max_bytes``.
    :raises Invalid: if it is empty, of a kind that is not taken, or not what its name says.
    :raises Conflict: if there are too many.
    """
    require_insider(case, actor)
    name, media_type = attachments.checked(filename, content, max_bytes)
    sha256 = storage.put(content)
    present = of_case(session, case)
    for earlier in present:
        if earlier.sha256 == sha256:
            return earlier
    if len(present) >= MOST:
        raise Conflict(N_("No more than %(limit)d files can be attached."), limit=MOST)
    file = CaseFile(
        case=case,
        filename=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        added_by=actor,
        created_at=now,
    )
    session.add(file)
    ledger.record(session, "case.file_added", case, actor=actor, now=now, sha256=sha256)
    return file


def remove(session: Session, *, file: CaseFile, actor: Person, now: datetime) -> None:
    """Take a file off the case; that it was there, and who took it off, stays to be read.

    :raises NotAllowed: for others than who added it and who supervises the case.
    :raises Gone: if it was taken off before.
    """
    require_insider(file.case, actor)
    if file.added_by_id != actor.id and not supervises(file.case, actor):
        raise NotAllowed
    _require_there(file)
    file.removed_at, file.removed_by = now, actor
    ledger.record(session, "case.file_removed", file.case, actor=actor, now=now, sha256=file.sha256)


def fetch(session: Session, *, file: CaseFile, actor: Person, now: datetime) -> str:
    """Hand a file out: the digest of its bytes. Who took it stands in the ledger.

    :raises NotFound: if the case is not for ``actor`` to see.
    :raises Gone: if it was taken off.
    """
    require_sight(file.case, actor)
    if file.case.suggestion.author_id == actor.id:
        raise NotFound
    _require_there(file)
    ledger.record(session, "case.file_fetched", file.case, actor=actor, now=now, sha256=file.sha256)
    return file.sha256


def by_id(session: Session, case: Case, file_id: int) -> CaseFile:
    """A file of ``case``, there or taken off.

    :raises NotFound: if it belongs to another one, or there is none.
    """
    found = session.scalar(select(CaseFile).filter_by(id=file_id, case_id=case.id))
    if found is None:
        raise NotFound
    return found


def _require_there(file: CaseFile) -> None:
    if file.removed_at is not None:
        raise Gone(N_("The file was taken off the case."))
