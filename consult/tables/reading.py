"""One door to all kinds of tables."""

from pathlib import Path

from consult.tables.delimited import read_delimited
from consult.tables.errors import FileRefused
from consult.tables.jsonlines import read_jsonlines
from consult.tables.parquet import MAGIC, read_parquet
from consult.tables.table import Table
from consult.text.marks import N_

ZIP = b"PK\x03\x04"
#: Old .xls workbooks, and new ones under a password, are both kept in this container.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

TEXT = {".csv", ".tsv", ".tab", ".txt", ""}
JSON_LINES = {".jsonl", ".ndjson"}
WORKBOOKS = {".xlsx", ".xlsm"}
PARQUET = {".parquet", ".pq"}


def read_table(
    path: str | Path, *, sheet: str | None = None, name: str | None = None, trusted: bool = False
) -> Table:
    """Open CSV, TSV, XLSX or JSON Lines, whatever its encoding and delimiter.

    Values are text as a person sees them. Damaged rows come as
    :class:`~consult.tables.table.BadRow` among the others. ``name`` is what the file is
    called where its path does not say. Parquet is read from ``trusted`` files only, such as
    those of whoever types a command: a few bytes of it may unpack to any size.

    :raises TableError: if the file as a whole, or its header, cannot be used.
    """
    path = Path(path)
    head, suffix = _head(path), Path(name or path).suffix.lower()
    if head == OLE:
        raise FileRefused(
            N_(
                "This is an old .xls workbook or one under a password."
                " Save it as .xlsx without a password."
            )
        )
    if trusted and (suffix in PARQUET or head.startswith(MAGIC)):
        return read_parquet(path)
    if suffix in WORKBOOKS or head.startswith(ZIP):
        from consult.tables.workbook import read_workbook  # noqa: PLC0415 - openpyxl is 5 MB

        return read_workbook(path, sheet=sheet)
    if suffix in JSON_LINES:
        return read_jsonlines(path)
    if suffix in TEXT:
        return read_delimited(path)
    if trusted:
        raise FileRefused(
            "%(suffix)s files cannot be read; use .csv, .tsv, .xlsx, .jsonl or .parquet.",
            suffix=suffix,
        )
    raise FileRefused(
        N_("%(suffix)s files cannot be read; use .csv, .tsv, .xlsx or .jsonl."),
        suffix=suffix,
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(len(OLE))
    except OSError as error:
        raise FileRefused(
            N_("%(path)s cannot be opened: %(why)s."), path=path, why=error.strerror or error
        ) from error
