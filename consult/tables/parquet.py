"""Parquet files, read batch by batch: a gigabyte of them takes some tens of megabytes."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from consult.tables.cells import as_text
from consult.tables.errors import FileRefused
from consult.tables.table import BadRow, RawRow, Row, Table, header_of

MAGIC = b"PAR1"
#: Rows turned into Python values at a time.
BATCH = 1000

NOT_PARQUET = "This is not a Parquet file, or it is damaged."


def read_parquet(path: Path) -> Table:
    """Read a file of any Arrow types; values are text as a person sees them.

    The line of a row is its number, from 1: there is no header line.

    :raises FileRefused: if it is damaged.
    """
    _require_whole(path)
    with _refusing():
        names = [str(name) for name in _opened(path).schema.names]
    return Table(header_of([RawRow(1, names)]), partial(_rows, path))


def write_parquet(
    rows: Iterable[Mapping[str, object]], columns: Sequence[str], stream: IO[bytes]
) -> None:
    """Write one row group; whole numbers, numbers and yes/no keep their types, the rest is text."""
    # eleven megabytes that only those pay for who have such a file
    from arro3.core import Array, DataType  # noqa: PLC0415
    from arro3.core import Table as Arrow  # noqa: PLC0415
    from arro3.io import write_parquet as write  # noqa: PLC0415

    kinds = {bool: DataType.bool(), int: DataType.int64(), float: DataType.float64()}
    values: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name, cells in values.items():
            cells.append(row.get(name))
    arrays: dict[str, Any] = {}
    for name, cells in values.items():
        found = {type(cell) for cell in cells if cell is not None}
        kind = kinds.get(found.pop()) if len(found) == 1 else None
        texts = cells if kind else [None if cell is None else as_text(cell) for cell in cells]
        arrays[name] = Array(texts, kind or DataType.string())
    # into memory first: the library dies of a full disk instead of saying so
    written = io.BytesIO()
    write(Arrow.from_pydict(arrays), written, compression="zstd(3)")
    stream.write(written.getbuffer())


def _rows(path: Path) -> Iterator[Row | BadRow]:
    number = 0
    with _refusing():
        for batch in _opened(path):
            columns = [column.to_pylist() for column in batch.columns]
            names = [" ".join(str(name).split()) for name in batch.schema.names]
            for values in zip(*columns, strict=True):
                number += 1
                yield _row(number, names, values)


def _row(number: int, names: Sequence[str], values: Sequence[object]) -> Row | BadRow:
    cells = [
        value.decode(errors="replace") if isinstance(value, bytes) else as_text(value)
        for value in values
    ]
    if any("\0" in cell for cell in cells):
        return BadRow(number, "The row contains a NUL character.")
    return Row(number, dict(zip(names, cells, strict=True)))


def _opened(path: Path) -> Any:
    from arro3.io import read_parquet as opened  # noqa: PLC0415 - see above

    return opened(path, batch_size=BATCH)


def _require_whole(path: Path) -> None:
    """Look at both ends before the library does, which dies loudly of a file cut short."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
            size = stream.seek(0, io.SEEK_END)
            stream.seek(max(size - 8, 0))
            tail = stream.read(8)
    except OSError as error:
        raise FileRefused(
            "%(path)s cannot be opened: %(why)s.", path=path, why=error.strerror or error
        ) from error
    length = int.from_bytes(tail[:4], "little")
    if head != MAGIC or tail[4:] != MAGIC or length + 12 > size:
        raise FileRefused(NOT_PARQUET)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn whatever the library throws at a damaged file, its panics too, into a refusal."""
    try:
        yield
    except (GeneratorExit, KeyboardInterrupt, MemoryError, FileRefused):
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise FileRefused(NOT_PARQUET) from error
        raise
