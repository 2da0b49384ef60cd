"""`consult train-encoder`: a model of an agency's own, from its own archive."""

import sys
from pathlib import Path

import click
from tqdm import tqdm

from consult.tables import BadRow, TableError, read_table

#: Fewer pairs than this teach nothing.
FEWEST = 200
#: A title and a body.
COLUMNS = 2

Files = tuple[Path, ...]
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class Complaint(click.ClickException):
    """One sentence on stderr, and the exit code of a wrong use."""

    exit_code = 2


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
    out: Path,
    steps: int,
    pieces: int,
    name: str,
) -> None:
    """Train a compact model on texts of your own, on one core.

    Titles learn to find their bodies, halves of a text each other, paraphrases each other. The
    result is a folder for `--model` of `consult cluster` and for SentenceTransformer(path).

    Example: consult train-encoder --table archive.csv::title,body --out model
    """
    # torch takes seconds and 200 MB: only who trains pays for it
    from consult.clustering.training.archive import Archive  # noqa: PLC0415

    archive = Archive()
    for table in tables:
        file, _, names = table.partition("::")
        archive.add_documents(Path(file).stem, _columns(Path(file), names or "title,body"))
    for path in pairs:
        archive.add_pairs(path)
    for path in passages:
        archive.add_passages(path)
    found = sum(len(source.positives) for source in archive.sources)
    if found < FEWEST:
        raise Complaint(f"Only {found} pairs were found; training needs {FEWEST} or more.")
    out.mkdir(parents=True, exist_ok=True)
    with tqdm(total=steps, file=sys.stderr, unit="step") as bar:

        def step(done: int, _: int) -> None:
            bar.update(done - bar.n)

        card = archive.train(out, name=name, steps=steps, pieces=pieces, progress=step)
    click.echo(f"{name} {card['version']} is in {out}.", err=True)


def _columns(path: Path, wanted: str) -> list[tuple[str, str]]:
    """Return the two wanted cells of every row that can be read."""
    names = [name.strip() for name in wanted.split(",")]
    if len(names) != COLUMNS:
        raise Complaint(f"{path}: name two columns, as in FILE::title,body.")
    try:
        table = read_table(path)
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
