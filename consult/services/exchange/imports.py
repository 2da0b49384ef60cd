"""Bringing in suggestions from a table: bad rows are named by line, the rest goes in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Invalid
from consult.permissions import Permission
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.exchange.checking import Problem, sorted_out
from consult.services.exchange.import_rows import Entry, RowReader
from consult.services.exchange.writing import CHUNK, write
from consult.services.records import ledger
from consult.services.records.authority import require_of
from consult.tables import BadRow, Row
from models.document import Clause, Document, DocumentKind
from models.person import Person
from models.topic import Topic

#: One of them has to have a column.
TEXTS = {"title", "body", "facts", "proposal"}


@dataclass
class ImportReport:
    """What became of the rows of a table."""

    added: int = 0
    #: Were there already, by their number or as the same words of the same sender.
    known: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.added + self.known + len(self.problems)


def run(
    session: Session,
    *,
    topic: Topic,
    rows: Iterable[Row | BadRow],
    mapping: Mapping[str, str],
    actor: Person | None,
    zone: tzinfo,
    now: datetime,
    publish_text: bool = False,
    progress: Callable[[int], object] | None = None,
) -> ImportReport:
    """Bring in ``rows`` in this transaction; doing it again with the same rows adds nothing.

    A row is known by its number where the table has one, else by its sender and words.
    People of a table cannot sign in; equal senders are one person of this topic. The texts
    stay out of the public's sight unless ``publish_text`` says that their authors agreed.
    For a file of any size see :mod:`consult.services.exchange.transfers`.

    :raises NotAllowed: if ``actor`` may not import here.
    :raises Invalid: if no column holds a text.
    """
    require_import(topic, actor=actor, mapping=mapping, now=now)
    report = ImportReport()
    reader = RowReader(topic.id, mapping=mapping, clauses=clauses(session, topic), zone=zone)
    with closing(reader):
        for chunk in _chunks(sorted_out(rows, reader, now=now)):
            entries = [one for one in chunk if isinstance(one, Entry)]
            report.problems += [one for one in chunk if isinstance(one, Problem)]
            added = write(
                session,
                entries,
                topic_id=topic.id,
                publish_text=publish_text,
                actor=actor,
                now=now,
            )
            report.added += added
            report.known += len(entries) - added
            if progress:
                progress(len(chunk))
    record(session, topic, report, refused=len(report.problems), actor=actor, now=now)
    return report


def require_import(
    topic: Topic,
    *,
    actor: Person | None,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
) -> None:
    """Go on quietly if ``actor`` may import here and now, and a column of ``mapping`` holds the text.

    :raises NotAllowed: NotInThisPhase, Invalid.
    """
    require_of(actor, Permission.SUGGESTION_IMPORT, topic)
    require_phase(topic, TopicAct.IMPORT, now)
    if mapping is not None and not TEXTS & set(mapping):
        raise Invalid(N_("No column holds the text; say which one does."), field="mapping")


def record(
    session: Session,
    topic: Topic,
    done: ImportReport,
    *,
    refused: int,
    actor: Person | None,
    now: datetime,
) -> None:
    """Write into the ledger that a table came in."""
    ledger.record(
        session,
        "topic.imported",
        topic,
        actor=actor,
        now=now,
        added=done.added,
        known=done.known,
        refused=refused,
    )


def clauses(session: Session, topic: Topic) -> dict[str, int]:
    """The clauses of the draft by what a table may call them."""
    found = session.execute(
        select(Clause.id, Clause.label, Clause.anchor)
        .join(Clause.document)
        .where(Document.topic_id == topic.id, Document.kind == DocumentKind.DRAFT)
    ).all()
    labels = {label: number for number, label, _anchor in found if label}
    return labels | {anchor: number for number, _label, anchor in found}


def _chunks(found: Iterator[Entry | Problem]) -> Iterator[Sequence[Entry | Problem]]:
    while chunk := list(islice(found, CHUNK)):
        yield chunk
