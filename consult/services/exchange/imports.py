"""Bringing in suggestions from a table: bad rows are named by line, the rest goes in."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from consult.clustering import digest
from consult.exceptions import N_, Invalid
from consult.permissions import Permission
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.exchange.import_rows import Entry, RowReader
from consult.services.records import ledger
from consult.services.records.authority import require_of
from consult.services.records.ledger import Act
from consult.services.suggesting import query_codes
from consult.tables import BadRow, Row
from consult.text.personal_data import mask
from models.document import Clause, Document, DocumentKind
from models.person import Person, PersonKind
from models.suggestion import Channel, Suggestion, SuggestionKind, SuggestionStatus
from models.topic import Topic

BATCH = 1000


@dataclass(frozen=True)
class Problem:
    """A row that was left out, and why."""

    line: int
    message: str
    params: Mapping[str, object]

    @property
    def reason(self) -> str:
        """The reason in English."""
        return self.message % self.params if self.params else self.message


@dataclass
class ImportReport:
    """What became of the rows of a file."""

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
    """Bring in ``rows``; running it again with the same file adds nothing.

    A row is known by its number where the file has one, else by its sender and
    words. People of a file cannot sign in; equal senders are one person of this topic.
    The texts stay out of the public's sight unless ``publish_text`` says that their
    authors agreed. Takes a thousand rows at a time.

    :raises NotAllowed: if ``actor`` may not import here.
    :raises Invalid: if no column holds a text.
    """
    require_of(actor, Permission.SUGGESTION_IMPORT, topic)
    require_phase(topic, TopicAct.IMPORT, now)
    if not {"title", "body", "facts", "proposal"} & set(mapping):
        raise Invalid(N_("No column holds the text; say which one does."), field="mapping")
    reader = RowReader(mapping, clauses=_clauses(session, topic), zone=zone)
    report = ImportReport()
    batch = _Batches(session, topic=topic, actor=actor, publish_text=publish_text, now=now)
    for chunk in _chunks(rows):
        entries, problems = _sort(reader, chunk, now)
        report.problems += problems
        added = batch.add(entries)
        report.added += added
        report.known += len(entries) - added
        if progress:
            progress(len(chunk))
    ledger.record(
        session,
        "topic.imported",
        topic,
        actor=actor,
        now=now,
        added=report.added,
        known=report.known,
        refused=len(report.problems),
    )
    return report


def _chunks(rows: Iterable[Row | BadRow]) -> Iterable[Sequence[Row | BadRow]]:
    chunk: list[Row | BadRow] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _sort(
    reader: RowReader, chunk: Sequence[Row | BadRow], now: datetime
) -> tuple[list[Entry], list[Problem]]:
    """Part the rows that can be taken in from those that cannot."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for row in chunk:
        if isinstance(row, BadRow):
            problems.append(Problem(row.line, row.message, row.params))
            continue
        try:
            entries.append(reader.read(row, now=now))
        except Invalid as refusal:
            problems.append(Problem(row.line, refusal.message, refusal.params))
    return entries, problems


def _clauses(session: Session, topic: Topic) -> dict[str, Clause]:
    found = session.scalars(
        select(Clause)
        .join(Clause.document)
        .where(Document.topic_id == topic.id, Document.kind == DocumentKind.DRAFT)
    ).all()
    labels = {clause.label: clause for clause in found if clause.label}
    return labels | {clause.anchor: clause for clause in found}


class _Batches:
    """Inserts entries a batch at a time, with a handful of statements for each."""

    def __init__(
        self,
        session: Session,
        *,
        topic: Topic,
        actor: Person | None,
        publish_text: bool,
        now: datetime,
    ) -> None:
        self.session, self.topic, self.actor = session, topic, actor
        self.publish_text, self.now = publish_text, now
        #: How often a file without senders and numbers said the same so far.
        self.copies: Counter[str] = Counter()

    def add(self, entries: Sequence[Entry]) -> int:
        """Insert those that are new and return how many there were."""
        keyed: dict[tuple[str, str], tuple[Entry, str]] = {}
        for entry in entries:
            words = digest(f"{entry.title}\n{entry.facts}\n{entry.proposal}")
            keyed.setdefault(self._key(entry, words), (entry, words))
        known = self._known_numbers(entry.external_id for entry, _words in keyed.values())
        fresh = {key: pair for key, pair in keyed.items() if pair[0].external_id not in known}
        people = self._people({key[0] for key in fresh})
        said = self._said(people.values(), {words for _entry, words in fresh.values()})
        rows = [
            self._row(entry, words, people[key[0]])
            for key, (entry, words) in fresh.items()
            if (people[key[0]], words) not in said
        ]
        self._insert(rows)
        return len(rows)

    def _key(self, entry: Entry, words: str) -> tuple[str, str]:
        """Who says it and what: the same twice counts once."""
        if entry.sender:
            return f"{self.topic.id}:user:{entry.sender}"[:255], words
        if entry.external_id:
            return f"{self.topic.id}:id:{entry.external_id}"[:255], words
        self.copies[words] += 1
        return f"{self.topic.id}:text:{words}:{self.copies[words]}", words

    def _known_numbers(self, numbers: Iterable[str]) -> set[str | None]:
        wanted = {number for number in numbers if number}
        return set(
            self.session.scalars(
                select(Suggestion.external_id).where(
                    Suggestion.topic_id == self.topic.id, Suggestion.external_id.in_(wanted)
                )
            )
        )

    def _people(self, refs: set[str]) -> dict[str, int]:
        query = select(Person.external_ref, Person.id).where(Person.external_ref.in_(refs))
        found = {row[0]: row[1] for row in self.session.execute(query) if row[0]}
        missing = sorted(refs - set(found))
        if missing:
            name = {"kind": PersonKind.IMPORTED, "name": "", "created_at": self.now}
            self.session.execute(insert(Person), [{**name, "external_ref": ref} for ref in missing])
            found |= {row[0]: row[1] for row in self.session.execute(query) if row[0]}
        return found

    def _said(self, people: Iterable[int], words: set[str]) -> set[tuple[int, str]]:
        query = select(Suggestion.author_id, Suggestion.digest).where(
            Suggestion.topic_id == self.topic.id,
            Suggestion.author_id.in_(set(people)),
            Suggestion.digest.in_(words),
            Suggestion.status == SuggestionStatus.RECEIVED,
        )
        return {(row[0], row[1]) for row in self.session.execute(query)}

    def _row(self, entry: Entry, words: str, author_id: int) -> dict[str, Any]:
        return {
            "query_code": query_codes.make(),
            "topic_id": self.topic.id,
            "author_id": author_id,
            "external_id": entry.external_id or None,
            "kind": entry.kind,
            "channel": Channel.IMPORT,
            "title": entry.title,
            "facts": entry.facts,
            "proposal": entry.proposal,
            "public_title": mask(entry.title),
            "public_facts": mask(entry.facts),
            "public_proposal": mask(entry.proposal),
            "place": entry.place,
            "digest": words,
            "clause_id": entry.clause_id,
            "publish_text": self.publish_text and entry.kind is not SuggestionKind.REPORT,
            "created_at": entry.at or self.now,
        }

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        ids = self.session.scalars(
            insert(Suggestion).returning(Suggestion.id, sort_by_parameter_order=True), rows
        ).all()
        acts = [
            Act(
                "suggestion.imported",
                "suggestion",
                number,
                self.topic.id,
                {"digest": row["digest"]},
            )
            for number, row in zip(ids, rows, strict=True)
        ]
        ledger.record_all(self.session, acts, actor=self.actor, now=self.now)
