"""Excel workbooks, read row by row."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from consult.tables.cells import as_text
from consult.tables.errors import FileRefused
from consult.tables.table import BadRow, RawRow, Table, table_of
from consult.text.marks import N_

#: A workbook of 100,000 long messages unpacks to about 150 MB.
MAX_UNPACKED = 256 << 20

NOT_A_WORKBOOK = N_("This is not an Excel workbook, or it is damaged.")

#: What openpyxl lets through when the inside of a workbook is not as it should be.
DAMAGED = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError),
    *(ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError),
    *(TypeError, ValueError),
)


def read_workbook(path: Path, *, sheet: str | None = None) -> Table:
    """Read one sheet, the first unless another is named. Formulas give their last value.

    :raises FileRefused: if it is damaged, too large when unpacked, or has no such sheet.
    """
    _require_bearable(path)
    return table_of(partial(_raw_rows, path, sheet), may_be_short=True)


def _require_bearable(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except DAMAGED as error:
        raise FileRefused(NOT_A_WORKBOOK) from error
    if size > MAX_UNPACKED:
        raise FileRefused(
            N_("The workbook is too large: unpacked it would take %(size)d MB. Save it as CSV."),
            size=size >> 20,
        )


def _raw_rows(path: Path, sheet: str | None) -> Iterator[RawRow | BadRow]:
    try:
        # By a stream, since the library refuses files whose names it does not know.
        with (
            path.open("rb") as stream,
            closing(load_workbook(stream, read_only=True, data_only=True)) as book,
        ):
            for line, values in enumerate(_values(book, sheet), start=1):
                cells = [unescape(as_text(value)) for value in values]
                if any(cell.strip() for cell in cells):
                    yield RawRow(line, cells)
    except DAMAGED as error:
        raise FileRefused(NOT_A_WORKBOOK) from error


def _values(book: Workbook, name: str | None) -> Iterator[tuple[object, ...]]:
    pages: list[Any] = list(book.worksheets)  # the stubs do not know read-only sheets
    for page in pages:
        if name in (None, page.title):
            # Some programs write a wrong size into the sheet; then rows would be missing.
            page.reset_dimensions()
            return iter(page.iter_rows(values_only=True))
    if name is None:
        raise FileRefused(NOT_A_WORKBOOK)
    raise FileRefused(
        N_("There is no sheet called %(sheet)s; there are: %(sheets)s."),
        sheet=name,
        sheets=", ".join(page.title for page in pages),
    )
