"""JSON Lines: one object a line."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from consult.tables.cells import as_text
from consult.tables.encodings import detect_encoding
from consult.tables.errors import HeaderRefused
from consult.tables.lines import lines
from consult.tables.table import BadRow, Row, Table
from consult.text.marks import N_


def read_jsonlines(path: Path) -> Table:
    """Read one object a line; the columns are all keys of all objects, so it is read twice.

    :raises HeaderRefused: if no line holds an object.
    """
    encoding = detect_encoding(path)
    columns: dict[str, None] = {}
    for row in _rows(path, encoding):
        if isinstance(row, Row):
            columns.update(dict.fromkeys(row.values))
    if not columns:
        raise HeaderRefused(N_("No line of the file holds a JSON object."))
    return Table(list(columns), partial(_filled, path, encoding, list(columns)))


def _filled(path: Path, encoding: str, columns: list[str]) -> Iterator[Row | BadRow]:
    for row in _rows(path, encoding):
        if isinstance(row, BadRow):
            yield row
        else:
            yield Row(row.line, {column: row.values.get(column, "") for column in columns})


def _rows(path: Path, encoding: str) -> Iterator[Row | BadRow]:
    with path.open(encoding=encoding) as stream:
        for number, line in enumerate(lines(stream), start=1):
            if line.strip():
                yield _row(number, line)


def _row(number: int, line: str) -> Row | BadRow:
    try:
        thing = json.loads(line)
    except (ValueError, RecursionError):
        return BadRow(number, N_("The line is not valid JSON."))
    if not isinstance(thing, dict):
        return BadRow(number, N_("The line is not a JSON object."))
    values = {key: as_text(value) for key, value in thing.items()}
    if not _storable("".join([*values, *values.values()])):
        return BadRow(number, N_("The row contains characters that cannot be stored."))
    return Row(number, values)


def _storable(text: str) -> bool:
    r"""JSON can spell NUL and halves of characters (``\ud800``), which no database takes."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
