"""Where the results of a command go: a file whose ending says its kind, written whole or not at all."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from consult.cli.complaints import Complaint, Failure, check_folder
from consult.tables import (
    TableError,
    write_csv,
    write_json,
    write_jsonl,
    write_parquet,
    write_xlsx,
)

Rows = Iterable[Mapping[str, object]]
Writer = Callable[[Rows, Sequence[str], IO[bytes]], None]

WRITERS: dict[str, Writer] = {
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".json": write_json,
    ".jsonl": write_jsonl,
    ".parquet": write_parquet,
}
#: The name that means: print it.
PRINTED = Path("-")


def check_out(out: Path) -> None:
    """Find out before the work whether its result can be written."""
    if out == PRINTED:
        return
    if out.suffix.lower() not in WRITERS:
        *some, last = WRITERS
        raise Complaint(f"{out.name}: the result can be written as {', '.join(some)} or {last}.")
    check_folder(out)


def write_table(out: Path, rows: Rows, columns: Sequence[str]) -> None:
    """Write rows as the ending of ``out`` says; ``-`` prints CSV.

    :raises Complaint: if that kind of file cannot hold them.
    """
    if out == PRINTED:
        write_csv(rows, columns, sys.stdout.buffer, with_bom=False)
        return
    try:
        write_whole(out, lambda stream: WRITERS[out.suffix.lower()](rows, columns, stream))
    except TableError as error:
        raise Complaint(str(error)) from error


def write_whole(out: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside ``out`` and put it in its place when it is whole; else what was there stays.

    :raises Failure: if the disk is full or the place may not be written.
    """
    if out.exists() and not out.is_file():  # a device or a pipe
        with out.open("wb") as stream:
            write(stream)
        return
    partial = out.with_name(out.name + ".part")
    try:
        with partial.open("wb") as stream:
            write(stream)
        partial.replace(out)
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):  # after a success there is none
            partial.unlink()
