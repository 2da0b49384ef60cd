"""The first half of an import: every row is looked at before one is written.

It touches no database and needs no transaction. What can be taken in goes into a file of one
entry a line, what cannot goes into another with its line and the reason; both are stored, so
that whoever goes on after a kill begins at a byte, whatever kind of table it was.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from consult.exceptions import Invalid
from consult.services.exchange.import_rows import Entry, RowReader
from consult.storage import Storage
from consult.tables import BadRow, Row
from models.suggestion import SuggestionKind

#: Rows between two signs of life.
BETWEEN = 2000

#: Told how many rows are done; raises to end the work.
Watch = Callable[[int], object]


@dataclass(frozen=True)
class Problem:
    """A row that was left out, and why."""

    line: int
    message: str
    params: dict[str, object]

    @property
    def reason(self) -> str:
        """The reason in English."""
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True)
class Checked:
    """What a table holds; the digests name the two files that lie in the storage."""

    accepted: int
    refused: int
    checked_sha256: str
    report_sha256: str


def check(
    rows: Iterable[Row | BadRow],
    reader: RowReader,
    *,
    storage: Storage,
    now: datetime,
    watch: Watch,
) -> Checked:
    """Look at all of ``rows``. Memory does not grow with their number.

    :raises TableError: if the table turns out to be damaged on the way.
    :raises OSError: if the disk is full.
    """
    accepted = refused = 0
    with closing(reader), storage.writing() as good, storage.writing() as bad:
        for number, found in enumerate(sorted_out(rows, reader, now=now), start=1):
            if isinstance(found, Entry):
                good.stream.write(line_of(found))
                accepted += 1
            else:
                bad.stream.write(_problem_line(found))
                refused += 1
            if not number % BETWEEN:
                watch(number)
    return Checked(accepted, refused, good.digest, bad.digest)


def sorted_out(
    rows: Iterable[Row | BadRow], reader: RowReader, *, now: datetime
) -> Iterator[Entry | Problem]:
    """Part the rows that can be taken in from those that cannot, in their order."""
    for row in rows:
        if isinstance(row, BadRow):
            yield Problem(row.line, row.message, row.params)
            continue
        try:
            yield reader.read(row, now=now)
        except Invalid as refusal:
            yield Problem(row.line, refusal.message, refusal.params)


def line_of(entry: Entry) -> bytes:
    """Spell an entry as one line."""
    at = entry.at.isoformat() if entry.at else None
    values = [
        *(entry.line, entry.external_id, entry.author, entry.words, entry.title, entry.facts),
        *(entry.proposal, entry.place, entry.kind.value, entry.clause_id, at),
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def entry_of(line: bytes) -> Entry:
    """Read what :func:`line_of` spelled."""
    number, external_id, author, words, title, facts, proposal, place, kind, clause_id, at = (
        json.loads(line)
    )
    return Entry(
        line=number,
        external_id=external_id,
        author=author,
        words=words,
        title=title,
        facts=facts,
        proposal=proposal,
        place=place,
        kind=SuggestionKind(kind),
        clause_id=clause_id,
        at=datetime.fromisoformat(at) if at else None,
    )


def problems(stream: IO[bytes]) -> Iterator[Problem]:
    """Read the report of a check."""
    for line in stream:
        yield Problem(*json.loads(line))


def _problem_line(problem: Problem) -> bytes:
    values = [problem.line, problem.message, problem.params]
    return json.dumps(values, ensure_ascii=False, default=str).encode() + b"\n"
