"""The ledger as CSV, line by line, so that its length does not matter."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from consult.tables.writing import defuse
from models.ledger import LedgerEntry

COLUMNS = (
    "id",
    "at",
    "act",
    "actor_id",
    "subject_type",
    "subject_id",
    "topic_id",
    "detail",
    "previous_hash",
    "hash",
)
#: Without it Excel takes UTF-8 for something else.
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def csv_lines(entries: Iterable[LedgerEntry]) -> Iterator[str]:
    """The head and a line for each entry. Nothing but ids: the ledger names nobody."""
    yield MARK + _line(COLUMNS)
    for entry in entries:
        yield _line([_cell(entry, column) for column in COLUMNS])


def _cell(entry: LedgerEntry, column: str) -> str:
    match getattr(entry, column):
        case None:
            return ""
        case dict() as detail:
            return json.dumps(detail, ensure_ascii=False, sort_keys=True)
        case value if column == "at":
            return str(value.isoformat())
        case value:
            return str(value)


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([defuse(cell) for cell in cells])
    return line.getvalue()
