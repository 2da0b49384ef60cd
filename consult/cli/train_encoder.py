"""`consult train-encoder`: a model of an agency's own, from its own archive."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from consult.cli.complaints import Complaint, complaining, counted
from consult.cli.model_card import mean_reciprocal_rank, write_card
from consult.clustering import load_encoder
from consult.tables import BadRow, TableError, read_table

#: Fewer pairs than this teach nothing.
FEWEST = 200
#: A title and a body.
COLUMNS = 2
#: From so many texts on, one in twenty-five is kept back to measure by, if that makes enough.
MANY, FEWEST_MEASURED, MOST_MEASURED = 500, 20, 2000

if TYPE_CHECKING:  # it brings torch along
    from consult.clustering.training.archive import Archive

Files = tuple[Path, ...]
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("train-encoder")
@click.option(
    "--table",
    "tables",
    multiple=True,
    metavar="FILE[::TITLE,BODY]",
    help="Texts with two columns that belong together.",
)
@click.option("--pairs", type=FILE, multiple=True, help="TEXT<tab>TEXT[<tab>0/1, 0-5 or relation].")
@click.option("--passages", type=FILE, multiple=True, help="HEADING<tab>…<tab>TEXT, may be .gz.")
@click.option("--teacher", help="Folder or name of a larger model that knows English words.")
@click.option(
    "--words", type=FILE, help="English words for the teacher, one a line, the most frequent first."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the model.")
@click.option("--steps", type=click.IntRange(1), default=2200, show_default=True)
@click.option(
    "--pieces",
    type=click.IntRange(1000),
    default=62_000,
    show_default=True,
    help="Size of the vocabulary.",
)
@click.option("--name", default="jisi-static", show_default=True, help="What the model is called.")
def train_encoder(
    tables: tuple[str, ...],
    pairs: Files,
    passages: Files,
    teacher: str | None,
    words: Path | None,
    out: Path,
    steps: int,
    pieces: int,
    name: str,
) -> None:
    """Train a compact model on texts of your own, on one core.

    Titles learn to find their bodies, halves of a text each other, paraphrases each other. The
    result is a folder for `--model` of `consult cluster` and for SentenceTransformer(path), with
    a README.md that says what it is and how good. 5,000 messages take about 20 minutes; --steps
    makes it shorter.

    Example: consult train-encoder --table archive.csv::title,body --out model
    """
    if not tables and not pairs and not passages:
        raise click.UsageError("Name what to learn from with --table, --pairs or --passages.")
    _check_out(out)
    # torch takes seconds and 200 MB: only who trains pays for it
    from consult.clustering.training.archive import Archive  # noqa: PLC0415

    archive = Archive()
    with complaining():
        kept_back = _read(archive, tables, pairs, passages)
    found = sum(len(source.positives) for source in archive.sources)
    if found < FEWEST:
        raise Complaint(f"Only {found} pairs were found; training needs {FEWEST} or more.")
    with complaining(), tqdm(total=steps, file=sys.stderr, unit="step", desc="training") as bar:
        out.mkdir(parents=True, exist_ok=True)

        def step(done: int, _: int) -> None:
            bar.update(done - bar.n)

        card = archive.train(
            out,
            name=name,
            steps=steps,
            pieces=pieces,
            teacher=load_encoder(teacher) if teacher else None,
            more=words.read_text(encoding="utf-8").split() if words else (),
            progress=step,
        )
        bar.leave = False
    figures = _measured(out, kept_back)
    with complaining():
        write_card(out, card, figures, len(kept_back))
    if figures:
        told = ", ".join(f"{label} {value:.3f}" for label, value in figures)
        click.echo(f"Title → own body of {len(kept_back):,} texts kept back: {told}.", err=True)
    click.echo(f"{name} {card['version']} is in {out}; its README.md says what it is.", err=True)


def _check_out(out: Path) -> None:
    """Find out before minutes of training whether there is room for the result."""
    if out.exists() and not out.is_dir():
        raise Complaint(f"{out} is a file; name a folder for the model.")
    if out.is_dir() and any(out.iterdir()) and not (out / "card.json").is_file():
        raise Complaint(f"{out} holds other files; name a folder of its own for the model.")


def _read(
    archive: "Archive", tables: Sequence[str], pairs: Files, passages: Files
) -> list[tuple[str, str]]:
    """Take in every source and tell what was found; returns texts kept back to measure by."""
    from consult.clustering.training.archive import is_held_out  # noqa: PLC0415 - see above

    kept_back: list[tuple[str, str]] = []
    for table in tables:
        file, _, names = table.partition("::")
        rows = _columns(Path(file), names or "title,body")
        if len(rows) >= MANY:
            kept_back += [row for row in rows if is_held_out(row[0]) and all(map(str.strip, row))]
            rows = [row for row in rows if not is_held_out(row[0])]
        archive.add_documents(Path(file).stem, rows)
        _tell(file, archive)
    for add, paths in ((archive.add_pairs, pairs), (archive.add_passages, passages)):
        for path in paths:
            try:
                add(path)
            except UnicodeDecodeError as error:
                raise Complaint(f"{path} is not UTF-8; save it as UTF-8.") from error
            _tell(str(path), archive)
    return kept_back[:MOST_MEASURED]


def _tell(file: str, archive: "Archive") -> None:
    source = archive.sources[-1]
    graded = f", {len(source.graded):,} with a grade" if source.graded else ""
    click.echo(f"{file}: {counted(len(source.positives), 'pair')} to learn from{graded}.", err=True)


def _measured(out: Path, kept_back: Sequence[tuple[str, str]]) -> list[tuple[str, float]]:
    """Let titles look for their bodies by the new model and by the shipped one."""
    if len(kept_back) < FEWEST_MEASURED:
        return []
    named = (("this model", str(out)), ("the shipped model", "shipped"))
    return [(label, mean_reciprocal_rank(load_encoder(spec), kept_back)) for label, spec in named]


def _columns(path: Path, wanted: str) -> list[tuple[str, str]]:
    """Return the two wanted cells of every row that can be read."""
    names = [name.strip() for name in wanted.split(",")]
    if len(names) != COLUMNS:
        raise Complaint(f"{path}: name two columns, as in FILE::title,body.")
    try:
        table = read_table(path, trusted=True)
        missing = [name for name in names if name not in table.columns]
        if missing:
            raise Complaint(
                f"{path} has no column {missing[0]}; it has: {', '.join(table.columns)}."
            )
        return [
            (row.values[names[0]], row.values[names[1]])
            for row in table
            if not isinstance(row, BadRow)
        ]
    except TableError as error:
        raise Complaint(str(error)) from error
