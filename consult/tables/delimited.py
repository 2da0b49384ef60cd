"""Text files with one row a line: CSV, TSV and their cousins."""

import csv
from collections.abc import Iterator
from functools import partial
from io import StringIO
from pathlib import Path

from consult.tables.encodings import detect_encoding
from consult.tables.lines import lines
from consult.tables.table import BadRow, RawRow, Table, table_of
from consult.text.marks import N_

SAMPLE = 1 << 16
DELIMITERS = ",\t;|"
#: Signs of a cell; whoever pastes a book into one is told so.
LONGEST_CELL = 131_072


def read_delimited(path: Path) -> Table:
    """Read a text file whose encoding and delimiter are found by looking."""
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(SAMPLE)
        delimiter = sniff_delimiter(sample, whole=not stream.read(1))
    return table_of(partial(_raw_rows, path, encoding, delimiter), may_be_short=False)


def sniff_delimiter(sample: str, *, whole: bool = True) -> str:
    """Choose the delimiter under which most rows are as wide as the header.

    Counting characters would be misled by the commas inside of long texts. If
    the sample is not the ``whole`` file, its last row may be cut and is not counted.
    """
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter, whole=whole))


def _fit(sample: str, delimiter: str, *, whole: bool) -> tuple[float, int]:
    rows = [row for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if row]
    if not whole and len(rows) > 1:
        rows.pop()
    width = len(rows[0]) if rows else 0
    if width <= 1:
        return (0.0, 0)
    return (sum(len(row) == width for row in rows[:200]) / len(rows[:200]), width)


def _raw_rows(path: Path, encoding: str, delimiter: str) -> Iterator[RawRow | BadRow]:
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(lines(stream), delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            csv.field_size_limit(LONGEST_CELL)  # one for the whole process, and others set theirs
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield _broken(line, str(error))
                continue
            if any(cell.strip() for cell in cells):
                yield RawRow(line, cells)


def _broken(line: int, error: str) -> BadRow:
    if "field larger" in error:
        message = N_(
            "A cell is too long, or a quotation mark is opened in this row and not closed."
        )
    elif "unexpected end" in error:
        message = N_("A quotation mark is opened in this row and not closed.")
    else:
        message = N_("Quotation marks inside of a cell must be doubled.")
    return BadRow(line, message)
