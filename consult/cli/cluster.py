"""`consult cluster`: the grouping library on any table, with no database and no application."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click
import numpy as np
from tqdm import tqdm

from consult.clustering import (
    Clusterer,
    ClusteringError,
    Document,
    Grouping,
    encode_documents,
    load_encoder,
)
from consult.clustering.grouping.candidates import Progress
from consult.tables import BadRow, Table, TableError, read_table, write_csv, write_json, write_xlsx
from consult.text.errors import Explained

#: What programs write into an empty cell.
NOTHING = {"nan", "none", "null", "n/a", "#n/a", "<na>"}
#: Texts encoded between two steps of the bar.
BATCH = 1000
#: Examples named in a warning.
EXAMPLES = 5

WRITERS: dict[str, Callable[[Iterable[dict[str, object]], Sequence[str], IO[bytes]], None]] = {
    ".csv": write_csv,
    ".xlsx": write_xlsx,
    ".json": write_json,
}


class Complaint(click.ClickException):
    """One sentence on stderr, and the exit code of a wrong use."""

    exit_code = 2


@dataclass(frozen=True)
class Texts:
    """The documents of a table, with the id of each."""

    ids: list[str]
    documents: list[Document]
    column: str


@click.command("cluster")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--text", "text", required=True, help="Columns with the text: TITLE,BODY or one.")
@click.option("--id", "id_column", help="Column with the id; the number of the row without it.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV, XLSX or JSON.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="How probable “the same request” must be for two texts to be joined.",
)
@click.option("--model", default="shipped", show_default=True, help="shipped, a folder or a name.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def cluster(
    file: Path,
    text: str,
    id_column: str | None,
    out: Path,
    threshold: float | None,
    model: str,
    *,
    quiet: bool,
) -> None:
    """Group the rows of FILE that make the same request.

    FILE may be CSV, TSV, XLSX or JSON Lines in any encoding. OUT gets the id of each row
    with columns cluster, representative (its id) and similarity; a text that stands alone
    has a cluster of its own.

    Example: consult cluster messages.csv --text title,body --id id --out groups.csv
    """
    _check_out(out)
    try:
        texts = _read(file, [name.strip() for name in text.split(",") if name.strip()], id_column)
        grouping = _group(texts, model, threshold, quiet=quiet)
    except (Explained, ClusteringError) as error:
        raise Complaint(str(error)) from error
    _write(out, texts, grouping)
    found = sum(len(group) > 1 for group in grouping)
    alone = sum(len(group) == 1 for group in grouping)
    click.echo(
        f"{len(texts.ids)} texts: {found} groups, {alone} alone. Written to {out}.", err=True
    )


def _check_out(out: Path) -> None:
    """Find out before the work whether its result can be written."""
    if out.suffix.lower() not in WRITERS:
        raise Complaint(f"{out.name}: the result can be written as .csv, .xlsx or .json.")
    if not out.absolute().parent.is_dir():
        raise Complaint(f"The folder {out.absolute().parent} does not exist.")


def _read(file: Path, columns: Sequence[str], id_column: str | None) -> Texts:
    table = read_table(file)
    if not columns:
        raise Complaint("Name at least one column with --text.")
    for name in [*columns, *([id_column] if id_column else [])]:
        if name not in table.columns:
            raise Complaint(f"{file} has no column {name}; it has: {', '.join(table.columns)}.")
    column = id_column or ("id" if "id" in table.columns else "")
    texts = Texts([], [], column or "id")
    for number, values in enumerate(_good_rows(table), start=1):
        title, *rest = (_filled(values[name]) for name in columns)
        texts.ids.append(values[column] if column else str(number))
        texts.documents.append(Document(title, "\n".join(part for part in rest if part)))
    if not texts.ids:
        raise Complaint(f"{file} has no rows.")
    _warn_of_repeats(texts)
    return texts


def _good_rows(table: Table) -> Iterator[dict[str, str]]:
    """Pass on the rows that can be read, and name the lines of the others."""
    for row in table:
        if isinstance(row, BadRow):
            click.echo(f"Line {row.line} is left out: {row.reason}", err=True)
        else:
            yield row.values


def _filled(cell: str) -> str:
    text = cell.strip()
    return "" if text.casefold() in NOTHING else text


def _warn_of_repeats(texts: Texts) -> None:
    repeated = [name for name, count in Counter(texts.ids).items() if count > 1]
    if repeated:
        examples = ", ".join(repeated[:EXAMPLES]) + (" …" if len(repeated) > EXAMPLES else "")
        click.echo(f"{len(repeated)} ids are there more than once: {examples}.", err=True)


def _group(texts: Texts, model: str, threshold: float | None, *, quiet: bool) -> Grouping:
    encoder = load_encoder(model)
    clusterer = Clusterer(encoder) if threshold is None else Clusterer(encoder, threshold=threshold)
    with _bar(quiet=quiet) as progress:
        vectors = []
        for start in range(0, len(texts.documents), BATCH):
            vectors.append(encode_documents(encoder, texts.documents[start : start + BATCH]))
            progress("encoding", min(start + BATCH, len(texts.documents)), len(texts.documents))
        return clusterer.cluster(
            texts.documents, vectors=np.concatenate(vectors), progress=progress
        )


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Progress]:
    """Show each stage of the work as a bar on stderr."""
    with tqdm(disable=quiet, file=sys.stderr, unit="text") as bar:
        shown = ""

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal shown
            if stage != shown:
                bar.reset(total)
                bar.set_description(stage)
                shown = stage
            bar.update(done - bar.n)

        yield progress


def _write(out: Path, texts: Texts, grouping: Grouping) -> None:
    columns = [texts.column, "cluster", "representative", "similarity"]
    rows: list[dict[str, object]] = [{} for _ in texts.ids]
    for number, group in enumerate(grouping, start=1):
        for member, similarity in zip(group.members, group.similarities, strict=True):
            rows[member] = {
                texts.column: texts.ids[member],
                "cluster": number,
                "representative": texts.ids[group.representative],
                "similarity": similarity,
            }
    try:
        with out.open("wb") as stream:
            WRITERS[out.suffix.lower()](rows, columns, stream)
    except OSError as error:
        raise Complaint(f"{out} cannot be written: {error.strerror}.") from error
    except TableError as error:
        raise Complaint(str(error)) from error
