"""Texts of a table, line by line: nothing but the line is held."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

import numpy as np

from consult.clustering.bulk.folder import Folder, source_of
from consult.clustering.errors import ClusteringError

#: Told the line of what was left out, and why.
BadRow = Callable[[int, str], None]
#: Texts in a batch.
BATCH = 20_000
#: Bytes looked at to tell the encoding.
HEAD = 1 << 16
ENCODINGS = ("utf-8-sig", "gb18030")
MARKED = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
LINES = (".jsonl", ".ndjson")
#: A cell may be so long; longer ones end the reading of their line.
LONGEST_CELL = 10_000_000


class TableUnreadable(ClusteringError):  # noqa: N818 - the name says what is the matter
    """A file that cannot be read as a table; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a table: the line where it ends, its id, title and body."""

    line: int
    id: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class BadEntry:
    """A line that was left out, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Columns:
    """Which columns hold the texts (the first is the title, the others the body) and the id."""

    text: tuple[str, ...]
    id: str | None = None

    def __post_init__(self) -> None:
        if not self.text:
            raise TableUnreadable("Name at least one column with texts.")

    def check(self, path: Path, known: Sequence[str]) -> None:
        """Refuse columns that a table does not have.

        :raises TableUnreadable: and names those that it has.
        """
        for name in (*self.text, *((self.id,) if self.id else ())):
            if name not in known:
                raise TableUnreadable(
                    f"{path.name} has no column {name}; it has: {', '.join(known)}."
                )


class Source(Protocol):
    """Where texts come from: a file, a database."""

    def facts(self) -> Mapping[str, object]:
        """Return what tells these texts from others, as JSON can hold it."""

    def entries(self) -> Iterator[Entry | BadEntry]:
        """Read all texts, in the same order each time."""


@dataclass(frozen=True)
class TableFile:
    """A file with a text a row, see :func:`entries`."""

    path: Path
    columns: Columns

    def facts(self) -> Mapping[str, object]:
        """Return what tells the file from others.

        :raises TableUnreadable: if it cannot be opened.
        """
        try:
            source = source_of(self.path)
        except OSError as error:
            raise TableUnreadable(f"{self.path} cannot be opened: {error.strerror}.") from error
        return {"source": source, "columns": [list(self.columns.text), self.columns.id]}

    def entries(self) -> Iterator[Entry | BadEntry]:
        """Read all rows.

        :raises TableUnreadable: if there is not one text.
        """
        empty = True
        for entry in entries(self.path, self.columns):
            empty = empty and isinstance(entry, BadEntry)
            yield entry
        if empty:
            raise TableUnreadable(f"{self.path} has no rows.")


def entries(path: Path, columns: Columns) -> Iterator[Entry | BadEntry]:
    """Read CSV or TSV (UTF-8, GB18030, UTF-16), or JSON lines.

    A line with another number of cells than the header, with bytes that are no text or that is no
    object comes as :class:`BadEntry` among the others. Cost: 3 microseconds a line.

    :raises TableUnreadable: if the file cannot be opened, is empty or has not the columns.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
        with path.open(encoding=_encoding(head), errors="surrogateescape", newline="") as lines:
            reader = _objects if path.suffix.lower() in LINES else _cells
            yield from reader(path, lines, columns)
    except OSError as error:
        raise TableUnreadable(f"{path} cannot be opened: {error.strerror}.") from error


def _encoding(head: bytes) -> str:
    if head[:2] in MARKED:
        return MARKED[head[:2]]
    whole = head[: head.rfind(b"\n") + 1] or head
    for encoding in ENCODINGS:
        try:
            whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return ENCODINGS[0]


def _cells(path: Path, lines: TextIO, columns: Columns) -> Iterator[Entry | BadEntry]:
    first = lines.readline()
    lines.seek(0)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter="\t" if first.count("\t") > first.count(",") else ",")
    header = [name.strip() for name in next(reader, [])]
    columns.check(path, header)
    places = [header.index(name) for name in columns.text]
    id_place = header.index(columns.id) if columns.id else -1
    number = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield BadEntry(reader.line_num, str(error))
            continue
        if cells is None:
            return
        if not cells:
            continue
        number += 1
        if len(cells) != len(header):
            reason = f"it has {len(cells)} cells, the header {len(header)}"
            yield BadEntry(reader.line_num, reason)
            continue
        texts = [cells[place] for place in places]
        key = cells[id_place] if columns.id else str(number)
        yield _entry(reader.line_num, key, texts)


def _objects(path: Path, lines: TextIO, columns: Columns) -> Iterator[Entry | BadEntry]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError as error:
            yield BadEntry(number, f"it is no JSON: {error}")
            continue
        if not isinstance(values, dict):
            yield BadEntry(number, "it is no object")
            continue
        if number == 1:
            columns.check(path, list(values))
        texts = [_text(values.get(name)) for name in columns.text]
        yield _entry(number, _text(values.get(columns.id, number)), texts)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _entry(line: int, key: str, texts: Sequence[str]) -> Entry | BadEntry:
    title, *rest = texts
    body = "\n".join(filter(None, map(str.strip, rest))) if len(rest) > 1 else "".join(rest)
    try:
        (key + title + body).encode()
    except UnicodeEncodeError:
        return BadEntry(line, "it holds bytes or signs that are no text")
    return Entry(line, key, title.strip(), body.strip())


class Reader:
    """Reads texts into batches, and remembers ids and what was left out."""

    def __init__(self, work: Folder, source: Source) -> None:
        self._work, self._source = work, source
        self._rows = self._batches = 0
        self._bad: list[tuple[int, str]] = []
        self._ids = bytearray()
        self._ends = [np.zeros(1, np.int64)]

    def batches(self) -> Iterator[tuple[Path, int, int, list[tuple[str, str]]]]:
        """Yield what :func:`~consult.clustering.bulk.taking.take` needs."""
        texts: list[tuple[str, str]] = []
        keys: list[bytes] = []
        for entry in self._source.entries():
            if isinstance(entry, BadEntry):
                self._bad.append((entry.line, entry.reason))
                continue
            texts.append((entry.title, entry.body))
            keys.append(entry.id.encode())
            if len(texts) == BATCH:
                yield self._batch(texts, keys)
                texts, keys = [], []
        if texts:
            yield self._batch(texts, keys)

    def _batch(
        self, texts: list[tuple[str, str]], keys: list[bytes]
    ) -> tuple[Path, int, int, list[tuple[str, str]]]:
        self._ends.append(len(self._ids) + np.cumsum([len(key) for key in keys]))
        self._ids += b"".join(keys)
        call = (self._work.path, self._batches, self._rows, texts)
        self._batches += 1
        self._rows += len(texts)
        return call

    def finish(self) -> None:
        """Keep the ids."""
        self._work.save("ids.bytes", np.frombuffer(bytes(self._ids), np.uint8))
        self._work.save("ids.ends", np.concatenate(self._ends))
        self._work.keep("read", (self._rows, self._batches, self._bad))
