"""`consult cluster` on files that are too large for the memory: in streams, by several processes."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from consult.cli.complaints import LEFT_OUT, Complaint, Listed, complaining, counted
from consult.cli.encoding import read_weights
from consult.cli.progress import stages
from consult.cli.results import PRINTED, write_table
from consult.clustering import load_encoder
from consult.tables import Row, read_table

#: Files that can be read in a stream, and from how many bytes on they are.
LARGE = 30_000_000
STREAMED = {".csv", ".tsv", ".tab", ".jsonl", ".ndjson"}
#: Options that need all texts in memory.
WHOLE = ("within", "constraints", "report", "themes", "sheet")
#: Options that say where the work is done.
PLACES = ("work", "workers", "scheduler", "shared_disk")
#: What is no text in a table of results.
KINDS: Mapping[str, Callable[[str], object]] = {
    "cluster": int,
    "similarity": float,
    "uncertain": lambda cell: cell == "1",
}


def is_large(file: Path, options: Mapping[str, Any]) -> bool:
    """Say whether a file is grouped in streams: by its size, or because an option asks.

    :raises Complaint: if they ask for what cannot be done in streams.
    """
    asked = [name for name in ("work", "workers", "scheduler") if options[name]]
    hindered = [name for name in WHOLE if options[name]]
    streamed = file.suffix.lower() in STREAMED
    if asked and hindered:
        raise Complaint(f"--{asked[0]} does not go together with --{hindered[0]}.")
    if asked and not streamed:
        raise Complaint(f"--{asked[0]} needs a file that ends with {', '.join(sorted(STREAMED))}.")
    if asked:
        return True
    large = streamed and file.is_file() and file.stat().st_size >= LARGE
    if large and hindered:
        click.echo(f"--{hindered[0]} holds all of {file.name} in memory.", err=True)
    return large and not hindered


def cluster_large(
    file: Path, text: Sequence[str], id_column: str | None, out: Path, options: Mapping[str, Any]
) -> None:
    """Group a file in streams and write the group of each row."""
    # several processes and their files are for those who have such a file
    from consult.clustering.bulk import cluster_file  # noqa: PLC0415

    if not text:
        raise Complaint("Name at least one column with --text.")
    direct = out.suffix.lower() == ".csv"
    table = (
        out if direct else Path(f"groups-{file.name}.part.csv" if out == PRINTED else f"{out}.csv")
    )
    left_out = Listed("Line ")
    with complaining():
        encoder = load_encoder(options["model"])
        threshold = {} if options["threshold"] is None else {"threshold": options["threshold"]}
        try:
            with stages(quiet=options["quiet"]) as progress:
                found = cluster_file(
                    file,
                    table,
                    encoder=encoder,
                    text=text,
                    id_column=id_column or ("id" if _has_id(file) else None),
                    **{name: options[name] for name in PLACES},
                    weights=read_weights(options["weights"], encoder),
                    mode=options["mode"],
                    progress=progress,
                    on_bad_row=left_out.add,
                    **threshold,
                )
            if not direct:
                columns = read_table(table).columns
                write_table(out, _typed(table), columns)
        finally:
            if not direct:
                table.unlink(missing_ok=True)
    left_out.end()
    total, groups = counted(found.rows, "text"), counted(found.groups, "group")
    click.echo(f"{total}: {groups}, {found.alone:,} alone. Written to {out}.", err=True)
    if left_out.count:
        sys.exit(LEFT_OUT)


def _typed(table: Path) -> Iterator[dict[str, object]]:
    """Read the groups again, numbers as numbers, yes or no as such."""
    for row in read_table(table):
        if isinstance(row, Row):
            yield {
                name: KINDS[name](value) if name in KINDS else value
                for name, value in row.values.items()
            }


def _has_id(file: Path) -> bool:
    """Look at the first line only: the file is large."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            first = lines.readline()
    except OSError:
        return False  # told by whoever reads it
    if file.suffix.lower() in {".jsonl", ".ndjson"}:
        try:
            return "id" in json.loads(first)
        except (ValueError, TypeError):
            return False
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    return "id" in [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
