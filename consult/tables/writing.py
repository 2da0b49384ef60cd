"""Tables for others: rows in from a generator, one at a time, bytes out.

A text that a spreadsheet would run as a formula is written with an apostrophe
before it (``'=HYPERLINK(…)``) in CSV; spreadsheets take that for "this is
text". Plain numbers such as -5 or +8613800138000 stay as they are. In XLSX
every cell is stored as text, so nothing needs to be changed there.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain, count, islice
from typing import IO, TYPE_CHECKING

from consult.tables.cells import as_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

RUNS_AS_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")

MAX_ROWS = 1_048_576
MAX_CELL = 32_767

Rows = Iterable[Mapping[str, object]]


def write_csv(
    rows: Rows, columns: Sequence[str], stream: IO[bytes], *, with_bom: bool = True
) -> None:
    """Write UTF-8; without the byte-order mark Excel would take it for another encoding."""
    with _text(stream, "utf-8-sig" if with_bom else "utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(map(defuse, columns))
        writer.writerows([defuse(as_text(row.get(name))) for name in columns] for row in rows)


def write_json(rows: Rows, columns: Sequence[str], stream: IO[bytes]) -> None:
    """Write an array of objects, one a line; numbers stay numbers, moments become text."""
    with _text(stream, "utf-8") as out:
        separator = "[\n"
        for row in rows:
            thing = {name: row.get(name) for name in columns}
            out.write(separator + json.dumps(thing, ensure_ascii=False, default=as_text))
            separator = ",\n"
        out.write("[]\n" if separator == "[\n" else "\n]\n")


def write_jsonl(rows: Rows, columns: Sequence[str], stream: IO[bytes]) -> None:
    """Write one object a line."""
    with _text(stream, "utf-8") as out:
        for row in rows:
            thing = {name: row.get(name) for name in columns}
            out.write(json.dumps(thing, ensure_ascii=False, default=as_text) + "\n")


def write_xlsx(
    rows: Rows,
    columns: Sequence[str],
    stream: IO[bytes],
    *,
    sheet: str = "Sheet",
    most: int = MAX_ROWS,
) -> None:
    """Write a workbook, all cells as text; longer cells are cut at Excel's limit.

    What one sheet cannot hold (``most`` rows, the header among them) goes on in the next,
    under the same header. Each sheet is written to a temporary file first.

    :raises OSError: if the disk is full.
    """
    with _workbook(stream) as book:
        style, source = book.add_format({"bold": True}), iter(rows)
        for part in count(1):
            page = book.add_worksheet(f"{sheet}{part}")
            page.freeze_panes(1, 0)
            page.set_column(0, max(len(columns) - 1, 0), 18)
            _write_row(page, 0, columns, style)
            number = 0
            for number, row in enumerate(islice(source, most - 1), start=1):
                _write_row(page, number, [as_text(row.get(name)) for name in columns])
            following = next(source, None) if number == most - 1 else None
            if following is None:
                return
            source = chain([following], source)


def defuse(text: str) -> str:
    """Make sure that no spreadsheet runs ``text`` as a formula."""
    if RUNS_AS_FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def _write_row(page: "Worksheet", number: int, cells: Iterable[str], style: object = None) -> None:
    for position, cell in enumerate(cells):
        if cell:
            fitting = cell if len(cell) <= MAX_CELL else cell[: MAX_CELL - 1] + "…"
            page.write_string(number, position, fitting, style)


@contextmanager
def _workbook(stream: IO[bytes]) -> Iterator["Workbook"]:
    from xlsxwriter import Workbook  # noqa: PLC0415 - 2 MB: only who writes one pays for it
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    book = Workbook(stream, {"constant_memory": True, "use_zip64": True})
    yield book  # what fails in between leaves nothing to be closed: the stream is the caller's
    try:
        book.close()
    except FileCreateError as error:  # hides what kind of error it is
        raise error.args[0] from error


@contextmanager
def _text(stream: IO[bytes], encoding: str) -> Iterator[IO[str]]:
    """Write text into a stream of bytes that stays open and that belongs to the caller."""
    out = TextIOWrapper(stream, encoding, errors="replace", newline="")
    try:
        yield out
    finally:
        out.flush()
        out.detach()
