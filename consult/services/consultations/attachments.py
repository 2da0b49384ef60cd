"""Files that come with a topic or a suggestion: checked, kept, and shown to who may see their owner."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotFound, TooLarge
from consult.permissions import Permission, require
from consult.services.consultations import topics
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.handling import sight
from consult.services.records import ledger
from consult.storage import Storage
from consult.text.files import HEAD, safe_filename, sniff
from models.attachment import Attachment
from models.person import Person
from models.suggestion import Suggestion
from models.topic import Topic

MOST_FOR_A_TOPIC = 20
MOST_FOR_A_SUGGESTION = 5


def add(
    session: Session,
    *,
    storage: Storage,
    owner: Topic | Suggestion,
    filename: str,
    content: bytes,
    actor: Person,
    now: datetime,
    max_bytes: int,
) -> Attachment:
    """Keep a file; the same bytes sent twice to one owner are one attachment.

    :raises TooLarge: above ``max_bytes``.
    :raises Invalid: if it is empty, of a kind that is not taken, or not what its name says.
    """
    _require_change(owner, actor, now)
    name, media_type = checked(filename, content, max_bytes)
    sha256 = storage.put(content)
    present = of_owner(session, owner)
    for earlier in present:
        if earlier.sha256 == sha256:
            return earlier
    most = MOST_FOR_A_TOPIC if isinstance(owner, Topic) else MOST_FOR_A_SUGGESTION
    if len(present) >= most:
        raise Conflict(N_("No more than %(limit)d files can be attached."), limit=most)
    row = Attachment(
        topic_id=owner.id if isinstance(owner, Topic) else None,
        suggestion_id=owner.id if isinstance(owner, Suggestion) else None,
        filename=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        created_at=now,
    )
    session.add(row)
    ledger.record(session, "attachment.added", owner, actor=actor, now=now, sha256=sha256)
    return row


def remove(session: Session, *, attachment: Attachment, actor: Person, now: datetime) -> None:
    """Take a file off its owner; its bytes stay, since others may share them."""
    owner = attachment.topic or attachment.suggestion
    if owner is None:
        raise NotFound
    _require_change(owner, actor, now)
    sha256 = attachment.sha256
    session.delete(attachment)
    ledger.record(session, "attachment.removed", owner, actor=actor, now=now, sha256=sha256)


def of_owner(session: Session, owner: Topic | Suggestion) -> Sequence[Attachment]:
    """The files of a topic or a suggestion, in the order in which they came."""
    session.flush()  # those just added count
    column = Attachment.topic_id if isinstance(owner, Topic) else Attachment.suggestion_id
    query = select(Attachment).where(column == owner.id)
    return session.scalars(query.order_by(Attachment.id)).all()


def readable(session: Session, *, number: int, reader: Person | None) -> Attachment:
    """An attachment whose owner ``reader`` may see.

    :raises NotFound: otherwise, so that nobody learns what exists.
    """
    found = session.scalar(
        select(Attachment)
        .where(Attachment.id == number)
        .options(
            joinedload(Attachment.topic),
            joinedload(Attachment.suggestion).joinedload(Suggestion.topic),
        )
    )
    if found is None or not _may_read(session, found, reader):
        raise NotFound
    return found


def _may_read(session: Session, attachment: Attachment, reader: Person | None) -> bool:
    if attachment.topic is not None:
        return topics.is_visible(attachment.topic, reader)
    suggestion = attachment.suggestion
    return suggestion is not None and (
        suggestion.is_public or sight.reads_original(session, suggestion, reader)
    )


def _require_change(owner: Topic | Suggestion, actor: Person, now: datetime) -> None:
    if isinstance(owner, Topic):
        require(actor, Permission.TOPIC_DRAFT, owner)
        require_phase(owner, TopicAct.EDIT, now)
    else:
        require(actor, Permission.SUGGESTION_CHANGE, owner)
        require_phase(owner.topic, TopicAct.ATTACH, now)


def checked(filename: str, content: bytes, max_bytes: int) -> tuple[str, str]:
    """A safe name and the media type of what is taken."""
    if len(content) > max_bytes:
        message = N_("The file is larger than %(megabytes)d MB.")
        raise TooLarge(message, megabytes=max_bytes // 1024 // 1024)
    if not content:
        raise Invalid(N_("The file is empty."), field="file")
    kind = sniff(content[:HEAD], filename)
    if kind is None:
        raise Invalid(
            N_(
                "This file is not taken: it is of another kind than its name says, or of a kind "
                "that is not PDF, DOCX, XLSX, PPTX, PNG, JPG, TXT or CSV."
            ),
            field="file",
        )
    return safe_filename(filename), kind.media_type
