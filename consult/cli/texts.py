"""The texts of a table, for the commands that need no database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from consult.cli.complaints import Complaint, Listed
from consult.clustering import Document
from consult.tables import BadRow, Row, Table, read_table

#: What programs write into an empty cell.
NOTHING = {"nan", "none", "null", "n/a", "#n/a", "<na>"}
#: Examples named in a warning.
EXAMPLES = 5


@dataclass(frozen=True)
class Texts:
    """The documents of a table, with the id of each, and further columns that were asked for."""

    ids: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)
    id_column: str = "id"
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.ids)

    def places(self) -> dict[str, list[int]]:
        """Return where each id is; more than one place where it is repeated."""
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.ids):
            places.setdefault(name, []).append(place)
        return places


def names_in(listed: str | None) -> list[str]:
    """Take ``title, body`` apart."""
    return [name.strip() for name in (listed or "").split(",") if name.strip()]


def read_texts(
    file: Path,
    text: str | None,
    id_column: str | None,
    *,
    others: Sequence[str] = (),
    sheet: str | None = None,
) -> Texts:
    """Read the texts of FILE: the first column of ``text`` is the title, the rest the body.

    Rows that cannot be read are named on stderr and left out.

    :raises Complaint: if a column is not there, or no row is.
    """
    table = read_table(file, sheet=sheet, trusted=True)
    columns = names_in(text)
    if text is not None and not columns:
        raise Complaint("Name at least one column with --text.")
    require_columns(file, table, [*columns, *([id_column] if id_column else []), *others])
    column = id_column or ("id" if "id" in table.columns else "")
    ids: list[str] = []
    documents: list[Document] = []
    cells: dict[str, list[str]] = {name: [] for name in others}
    left_out = Listed("Line ")
    for number, values in enumerate(_good_rows(table, left_out), start=1):
        title, *rest = [filled(values[name]) for name in columns] or [""]
        ids.append(values[column] if column else str(number))
        documents.append(Document(title, "\n".join(part for part in rest if part)))
        for name, found in cells.items():
            found.append(values[name])
    left_out.end()
    if not ids:
        raise Complaint(f"{file} has no rows{' that can be read' if left_out.count else ''}.")
    _warn_of_repeats(ids)
    return Texts(ids, documents, cells, column or "id", left_out.count)


def require_columns(file: Path, table: Table, names: Sequence[str]) -> None:
    """Refuse a column that is not there, and say which are.

    :raises Complaint: naming the first that is missing.
    """
    for name in names:
        if name not in table.columns:
            raise Complaint(f"{file} has no column {name}; it has: {', '.join(table.columns)}.")


def filled(cell: str) -> str:
    """Return what a person wrote into a cell; what programs write into empty ones is nothing."""
    text = cell.strip()
    return "" if text.casefold() in NOTHING else text


def good_rows(table: Table, left_out: Listed) -> Iterator[Row]:
    """Pass on the rows that can be read, and name the lines of the others."""
    for row in table:
        if isinstance(row, BadRow):
            left_out.add(row.line, row.reason)
        else:
            yield row


def _good_rows(table: Table, left_out: Listed) -> Iterator[dict[str, str]]:
    return (row.values for row in good_rows(table, left_out))


def _warn_of_repeats(ids: Sequence[str]) -> None:
    repeated = [name for name, count in Counter(ids).items() if count > 1]
    if repeated:
        examples = ", ".join(repeated[:EXAMPLES]) + (" …" if len(repeated) > EXAMPLES else "")
        noun = "id is" if len(repeated) == 1 else "ids are"
        click.echo(f"{len(repeated)} {noun} there more than once: {examples}.", err=True)
