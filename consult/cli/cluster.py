"""`consult cluster`: the grouping library on any table, with no database and no application."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from consult.cli.bulk import cluster_large, is_large
from consult.cli.complaints import LEFT_OUT, check_folder, complaining, counted
from consult.cli.encoding import encode, read_weights
from consult.cli.pairs import Judged, crossing, read_pairs, told
from consult.cli.progress import stages
from consult.cli.results import check_out, write_table
from consult.cli.texts import Texts, names_in, read_texts
from consult.clustering import Clusterer, Encoder, Grouping, load_encoder
from consult.clustering.grouping.candidates import Progress
from consult.clustering.grouping.numbers import MODES
from consult.clustering.grouping.within import cluster_within
from consult.clustering.themes.finding import find_themes, middles, spoken
from consult.clustering.vectors import Vectors

PATH = click.Path(path_type=Path)
Command = Callable[..., Any]


def reading_options(command: Command) -> Command:
    """Add what every command needs to know of a table of texts."""
    for option in (
        click.option("--quiet", is_flag=True, help="No progress bar."),
        click.option(
            "--model", default="shipped", show_default=True, help="shipped, a folder or a name."
        ),
        click.option("--sheet", help="Which sheet of a workbook; the first without it."),
        click.option("--id", "id_column", help="Column with the id; without it “id”, or numbers."),
    ):
        command = option(command)
    return command


@click.command("cluster")
@click.argument("file", type=PATH)
@click.option("--text", "text", required=True, help="Columns with the text: TITLE,BODY or one.")
@reading_options
@click.option(
    "--out", required=True, type=PATH, help="CSV, XLSX, JSON, JSONL or Parquet; - prints CSV."
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    help="How probable “the same request” must be for two texts to be joined: 0.5 without it.",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="auto",
    show_default=True,
    help="requests: the same thing at the same place; ideas: the same in quite other words.",
)
@click.option("--within", help="Columns: group only rows that agree in all of them.")
@click.option("--constraints", type=PATH, help="Table a, b, relation: pairs that people judged.")
@click.option("--weights", type=PATH, help="What consult calibrate wrote, instead of the shipped.")
@click.option("--themes", is_flag=True, help="Add a column with the subject of each group.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes for a large file, of which only parts are held in memory: all cores without it.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Of a Dask scheduler whose workers, on any number of machines, do the work.",
)
@click.option(
    "--shared-disk", is_flag=True, help="All those workers see the --work folder at the same path."
)
@click.option(
    "--work", type=PATH, help="Folder in which a large run is kept, to go on when stopped."
)
@click.option("--report", type=PATH, help="Write an HTML file that shows the groups.")
@click.option("--user", help="For the report: column that tells who wrote.")
@click.option("--time", help="For the report: column that tells when.")
@click.option(
    "--language",
    type=click.Choice(["auto", "en", "zh"]),
    default="auto",
    show_default=True,
    help="Of the report; auto: that of the texts.",
)
def cluster(file: Path, text: str, id_column: str | None, out: Path, **options: Any) -> None:
    """Group the rows of FILE that make the same request.

    FILE may be CSV, TSV, XLSX, JSON Lines or Parquet, in any encoding. OUT gets the id of each
    row with columns cluster, representative (its id), similarity and uncertain; a text that
    stands alone has a cluster of its own. Exit code 3: rows of a file were left out.

    \b
    Example: consult cluster messages.csv --text title,body --id id --out groups.csv
             consult cluster survey.xlsx --text answer --within question --out groups.xlsx \\
               --constraints judged.csv --report groups.html
             consult cluster million.csv --text text --out groups.parquet --work run
             consult cluster million.csv --text text --out groups.csv --scheduler tcp://10.0.0.1:8786
    """  # noqa: D301 - the signs are for the help, not for a reader
    check_out(out)
    if options["report"]:
        check_folder(options["report"])
    if is_large(file, options):
        cluster_large(file, names_in(text), id_column, out, options)
        return
    within = names_in(options["within"])
    others = [name for name in (*within, options["user"], options["time"]) if name]
    with complaining():
        texts = read_texts(
            file, text, id_column, others=list(dict.fromkeys(others)), sheet=options["sheet"]
        )
        keys = list(zip(*(texts.others[name] for name in within), strict=True)) if within else []
        judged = _judged(options["constraints"], texts, keys)
        encoder = load_encoder(options["model"])
        clusterer = make_clusterer(encoder, options)
        with stages(quiet=options["quiet"]) as progress:
            vectors = encode(encoder, texts.documents, progress)
            grouping = group_texts(clusterer, texts, keys, judged, vectors, progress)
        themes = themes_of(texts, grouping, vectors) if options["themes"] else None
        write_table(out, _rows(texts, grouping, themes), _columns(texts, themes))
        if options["report"]:
            _report(file, texts, grouping, judged, options)
    for contradiction in grouping.contradictions:
        click.echo(f"{options['constraints']}: {told(contradiction, judged, texts.ids)}", err=True)
    _say(texts, grouping, out, options["report"])
    if texts.left_out or judged.left_out or grouping.contradictions:
        sys.exit(LEFT_OUT)


def _judged(path: Path | None, texts: Texts, keys: Sequence[object]) -> Judged:
    judged = read_pairs(path, texts) if path else Judged()
    return crossing(judged, keys) if keys else judged


def make_clusterer(encoder: Encoder, options: Mapping[str, Any]) -> Clusterer:
    """Return the clusterer with what was asked for, the library's own settings for the rest."""
    weights, mode = read_weights(options["weights"], encoder), options["mode"]
    if options["threshold"] is None:
        return Clusterer(encoder, weights=weights, mode=mode)
    return Clusterer(encoder, threshold=options["threshold"], weights=weights, mode=mode)


def group_texts(
    clusterer: Clusterer,
    texts: Texts,
    keys: Sequence[object],
    judged: Judged,
    vectors: Vectors,
    progress: Progress,
) -> Grouping:
    """Group under what people judged, inside of equal ``keys`` if there are any."""
    given: Mapping[str, Any] = {
        "vectors": vectors,
        "must_link": judged.same,
        "cannot_link": judged.different,
        "progress": progress,
    }
    if keys:
        return cluster_within(clusterer, texts.documents, keys, **given)
    return clusterer.cluster(texts.documents, **given)


def themes_of(texts: Texts, grouping: Grouping, vectors: Vectors) -> list[str]:
    """Name the subject of each group; nothing for a group unlike all others."""
    members = [group.members for group in grouping]
    found = find_themes(spoken(members, texts.documents), middles(members, vectors))
    return [found.themes[label].name if label >= 0 else "" for label in found.labels]


def _columns(texts: Texts, themes: Sequence[str] | None) -> list[str]:
    columns = [texts.id_column, "cluster", "representative", "similarity", "uncertain"]
    return columns if themes is None else [*columns, "theme"]


def _rows(
    texts: Texts, grouping: Grouping, themes: Sequence[str] | None
) -> Iterator[dict[str, object]]:
    """Make a row for each text, in the order of the file."""
    similarities: dict[int, float] = {}
    uncertain: set[int] = set()
    for group in grouping:
        similarities.update(zip(group.members, group.similarities, strict=True))
        uncertain.update(group.uncertain)
    for place, label in enumerate(grouping.labels):
        yield {
            texts.id_column: texts.ids[place],
            "cluster": label + 1,
            "representative": texts.ids[grouping.groups[label].representative],
            "similarity": round(similarities[place], 4),
            "uncertain": place in uncertain,
            "theme": themes[label] if themes else "",
        }


def _report(
    file: Path, texts: Texts, grouping: Grouping, judged: Judged, options: Mapping[str, Any]
) -> None:
    # the template engine is for those who want a page
    from consult.cli.reporting import write_report  # noqa: PLC0415

    write_report(file, texts, grouping, judged, options)


def _say(texts: Texts, grouping: Grouping, out: Path, report: Path | None) -> None:
    found = sum(len(group) > 1 for group in grouping)
    alone = sum(len(group) == 1 for group in grouping)
    written = f"{out} and {report}" if report else out
    total, groups = counted(len(texts), "text"), counted(found, "group")
    click.echo(f"{total}: {groups}, {alone:,} alone. Written to {written}.", err=True)
