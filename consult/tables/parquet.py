"""Parquet files, read batch by batch: a gigabyte of them takes some tens of megabytes."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

from consult.tables.cells import as_text
from consult.tables.errors import FileRefused
from consult.tables.table import BadRow, RawRow, Row, Table, header_of

MAGIC = b"PAR1"
#: Rows turned into Python values at a time.
BATCH = 1000
#: Rows that are packed together; so many are held in memory.
ROW_GROUP = 50_000

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
    rows: Iterable[Mapping[str, object]],
    columns: Sequence[str],
    stream: IO[bytes],
    *,
    kinds: Mapping[str, type] | None = None,
) -> None:
    """Write whole numbers, numbers and yes/no as such, and the rest as text.

    With ``kinds`` (column → int, float or bool; the others hold text) memory does not grow with
    the rows. Without, all rows are looked at first: what has one kind in every row is of it.

    :raises OSError: if the disk is full.
    """
    # eleven megabytes that only those pay for who have such a file
    from arro3.core import DataType, Field, RecordBatchReader, Schema  # noqa: PLC0415
    from arro3.io import write_parquet as write  # noqa: PLC0415

    if kinds is None:
        rows = list(rows)
        kinds = _kinds(rows, columns)
    types = {int: DataType.int64(), float: DataType.float64(), bool: DataType.bool()}
    fields = [
        Field(name, types[kinds[name]] if name in kinds else DataType.string(), nullable=True)
        for name in columns
    ]
    schema, out = Schema(fields), _Out(stream)
    batches = _until_it_fails(_batches(rows, schema, kinds), out)
    reader = RecordBatchReader.from_batches(schema, batches)
    write(reader, out, compression="zstd(3)", max_row_group_size=ROW_GROUP)  # type: ignore[arg-type]
    if out.fault:
        raise out.fault


class _Out:
    """A stream that never fails: of a full disk the library would die instead of saying so."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.fault: BaseException | None = None

    def write(self, content: bytes) -> int:
        if self.fault is None:
            try:
                self.stream.write(content)
            except OSError as fault:
                self.fault = fault
        return len(content)

    def flush(self) -> None:
        """Nothing: whoever opened the stream closes it."""

    def seek(self, offset: int, whence: int = 0) -> int:
        """The library wants to see it, and only ever goes on."""
        raise io.UnsupportedOperation("seek")


def _until_it_fails(batches: Iterator[Any], out: _Out) -> Iterator[Any]:
    """End early instead of raising, since the library would lose what was raised."""
    try:
        for batch in batches:
            if out.fault:
                return
            yield batch
    except BaseException as fault:  # noqa: BLE001 - raised again by the caller
        out.fault = fault


def _kinds(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> dict[str, type]:
    found: dict[str, set[type]] = {name: set() for name in columns}
    for row in rows:
        for name, kinds in found.items():
            kinds.add(type(row.get(name)))
    single = {name: kinds - {type(None)} for name, kinds in found.items()}
    return {
        name: kind
        for name, kinds in single.items()
        if len(kinds) == 1 and (kind := next(iter(kinds))) in {int, float, bool}
    }


def _batches(
    rows: Iterable[Mapping[str, object]], schema: Any, kinds: Mapping[str, type]
) -> Iterator[Any]:
    from arro3.core import Array, RecordBatch  # noqa: PLC0415

    source = iter(rows)
    while chunk := list(islice(source, BATCH)):
        arrays = [
            Array([_cell(row.get(field.name), kinds.get(field.name)) for row in chunk], field.type)
            for field in schema
        ]
        yield RecordBatch.from_arrays(arrays, schema=schema)


def _cell(value: object, kind: type | None) -> object:
    """What is empty in a column of numbers is nothing, not zero."""
    if value is None or (kind is not None and value == ""):
        return None
    return value if kind else as_text(value)


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
