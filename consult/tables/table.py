"""A table as it is read: columns first, then rows one by one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from consult.tables.errors import HeaderRefused
from consult.text.marks import N_


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``line`` is where it starts in the file, counted from 1."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken, with the reason; the rows after it still come."""

    line: int
    message: str
    params: dict[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The reason in English."""
        return self.message % self.params


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one row before they are matched with the columns."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """Columns, and rows that are read from the file anew each time they are walked through.

    Only one row at a time is in memory. Columns without any name at the right
    edge, which spreadsheets like to leave behind, are not columns.
    """

    columns: list[str]
    read: Callable[[], Iterator[Row | BadRow]] = field(repr=False)

    def __iter__(self) -> Iterator[Row | BadRow]:
        return self.read()


def table_of(read: Callable[[], Iterator[RawRow | BadRow]], *, may_be_short: bool) -> Table:
    """Take the first row that ``read`` gives as the header and the rest as rows.

    Spreadsheets leave out empty cells at the end of a row (``may_be_short``);
    in a text file a short row is a damaged one.
    """
    columns = header_of(read())

    def rows() -> Iterator[Row | BadRow]:
        raw = read()
        next(raw)
        for row in raw:
            yield (
                row
                if isinstance(row, BadRow)
                else _matched(row, columns, may_be_short=may_be_short)
            )

    return Table(columns, rows)


def header_of(rows: Iterable[RawRow | BadRow]) -> list[str]:
    """Read the names of the columns from the first row.

    :raises HeaderRefused: if there is none, or a name is missing or there twice.
    """
    first = next(iter(rows), None)
    if first is None:
        raise HeaderRefused(N_("The file is empty: its first row must name the columns."))
    if isinstance(first, BadRow):
        raise HeaderRefused(first.message, **first.params)
    names = [" ".join(cell.split()) for cell in first.cells]
    while names and not names[-1]:
        names.pop()
    for position, name in enumerate(names, start=1):
        if not name:
            raise HeaderRefused(N_("Column number %(position)d has no name."), position=position)
        if name in names[: position - 1]:
            raise HeaderRefused(N_("Two columns are called %(column)s."), column=name)
    return names


def _matched(row: RawRow, columns: list[str], *, may_be_short: bool) -> Row | BadRow:
    cells = row.cells
    if any(cells[len(columns) :]) or (len(cells) < len(columns) and not may_be_short):
        return BadRow(
            row.line,
            N_("The row has %(found)d cells; the header names %(expected)d columns."),
            {"found": len(cells), "expected": len(columns)},
        )
    if any("\0" in cell for cell in cells):
        return BadRow(row.line, N_("The row contains a NUL character."))
    filled = cells + [""] * (len(columns) - len(cells))
    return Row(row.line, dict(zip(columns, filled, strict=False)))
