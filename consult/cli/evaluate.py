"""`consult evaluate`: how good a grouping is against groups made by people."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from consult.cli.cluster import PATH, group_texts, make_clusterer, reading_options
from consult.cli.complaints import LEFT_OUT, Complaint, Listed, check_folder, complaining, counted
from consult.cli.encoding import encode, read_weights
from consult.cli.pairs import Judged
from consult.cli.progress import stages
from consult.cli.results import write_whole
from consult.cli.texts import Texts, good_rows, names_in, read_texts, require_columns
from consult.clustering import Encoder, Index, evaluation, load_encoder
from consult.clustering.evaluation import Evaluation, Retrieval
from consult.clustering.grouping.numbers import MODES
from consult.clustering.vectors import Vectors
from consult.tables import read_table

#: Texts with mates that are searched for, evenly over the file, where there are more.
MOST_QUERIES = 2000
#: Texts looked at for one of them.
DEEPEST = 10


@click.command("evaluate")
@click.argument("file", type=PATH)
@click.option("--gold", required=True, help="Column with the group that a person made.")
@click.option("--text", "text", help="Columns with the text: group them, and search for mates.")
@reading_options
@click.option("--predicted", help="Column with the groups to score, or a file with id and cluster.")
@click.option("--within", help="Columns: group only rows that agree in all of them.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="As for consult cluster.")
@click.option("--weights", type=PATH, help="As for consult cluster.")
@click.option("--mode", type=click.Choice(MODES), default="auto", help="As for consult cluster.")
@click.option("--out", type=PATH, help="Write the figures as JSON too.")
def evaluate(
    file: Path, gold: str, text: str | None, id_column: str | None, **options: Any
) -> None:
    """Score a grouping of FILE against the groups in column GOLD.

    Groups the texts as consult cluster does, or takes --predicted. In both columns S, -1 or an
    empty cell is a text that stands alone; ? in GOLD leaves a row out of the scores, not out of
    the grouping. Prints precision, recall and F1 of pairs and of texts (B-cubed), adjusted mutual
    information, and how well texts find their mates.

    \b
    Example: consult evaluate labelled.csv --gold group --text title,body --id id
             consult evaluate labelled.csv --gold group --predicted groups.csv --out figures.json
    """  # noqa: D301 - the sign is for the help, not for a reader
    if not text and not options["predicted"]:
        raise click.UsageError("Name the columns of the text with --text, or --predicted.")
    if options["out"]:
        check_folder(options["out"])
    if (named := options["predicted"]) and _is_column(named) and Path(named).suffix:
        raise Complaint(f"There is no file {named}.")
    with complaining():
        within = names_in(options["within"])
        column = options["predicted"] if _is_column(options["predicted"]) else None
        others = list(dict.fromkeys([gold, *within, *([column] if column else [])]))
        texts = read_texts(file, text, id_column, others=others, sheet=options["sheet"])
        found, retrieved, left_out = _figures(texts, gold, text, column, within, options)
        click.echo(_table(found, retrieved))
        if options["out"]:
            figures = json.dumps(evaluation.as_numbers(found, retrieved), indent=1)
            write_whole(options["out"], lambda stream: stream.write(f"{figures}\n".encode()))
    if texts.left_out or left_out:
        sys.exit(LEFT_OUT)


def _is_column(predicted: str | None) -> bool:
    return bool(predicted) and not Path(str(predicted)).exists()


def _figures(
    texts: Texts,
    gold: str,
    text: str | None,
    column: str | None,
    within: Sequence[str],
    options: dict[str, Any],
) -> tuple[Evaluation, Retrieval | None, int]:
    """Score, and search for mates where there are texts; also returns how many rows were left out."""
    marks = [mark.strip() for mark in texts.others[gold]]
    scored = [place for place, mark in enumerate(marks) if mark != evaluation.LEFT_OUT]
    if not scored:
        raise Complaint(
            f"Every row of {gold} is “{evaluation.LEFT_OUT}”: there is nothing to score."
        )
    keys = list(zip(*(texts.others[name] for name in within), strict=True)) if within else []
    predicted: Sequence[str | None]
    retrieved = None
    if text:
        encoder = load_encoder(options["model"])
        with stages(quiet=options["quiet"]) as progress:
            vectors = encode(encoder, texts.documents, progress)
        retrieved = _retrieval(texts, marks, keys, vectors, encoder, options)
    if column:
        predicted = [mark.strip() for mark in texts.others[column]]
    elif options["predicted"]:
        predicted = _from_file(Path(options["predicted"]), texts)
    else:
        clusterer = make_clusterer(encoder, options)
        with stages(quiet=options["quiet"]) as progress:
            grouping = group_texts(clusterer, texts, keys, Judged(), vectors, progress)
        predicted = [f"g{label}" for label in grouping.labels]
    known = [place for place in scored if predicted[place] is not None]
    if len(known) < len(scored):
        missing = counted(len(scored) - len(known), "row")
        click.echo(f"{missing} of the file have no group in {options['predicted']}.", err=True)
    found = evaluation.evaluate(
        evaluation.labelled([marks[place] for place in known]),
        evaluation.labelled([str(predicted[place]) for place in known]),
    )
    return found, retrieved, len(scored) - len(known)


def _from_file(path: Path, texts: Texts) -> list[str | None]:
    """Read the group of each id, such as consult cluster wrote; None where an id is not there."""
    table = read_table(path, trusted=True)
    require_columns(path, table, [texts.id_column, "cluster"])
    found = {
        row.values[texts.id_column]: row.values["cluster"].strip()
        for row in good_rows(table, Listed(f"{path.name}, line "))
    }
    return [found.get(name) for name in texts.ids]


def _parts(keys: Sequence[object], count: int) -> dict[object, list[int]]:
    parts: dict[object, list[int]] = {}
    for place in range(count):
        parts.setdefault(keys[place] if keys else None, []).append(place)
    return parts


def _retrieval(
    texts: Texts,
    marks: Sequence[str],
    keys: Sequence[object],
    vectors: Vectors,
    encoder: Encoder,
    options: dict[str, Any],
) -> Retrieval:
    """Let texts that have mates look for them among all of their part, as the platform searches."""
    labels = evaluation.labelled(marks)
    sizes: dict[str, int] = {}
    for label in labels:
        sizes[label] = sizes.get(label, 0) + 1
    asked = [
        place
        for place, label in enumerate(labels)
        if sizes[label] > 1 and marks[place] != evaluation.LEFT_OUT
    ]
    asked = asked[:: max(1, -(-len(asked) // MOST_QUERIES))]
    weights, indexes = read_weights(options["weights"], encoder), {}
    for key, places in _parts(keys, len(texts)).items():
        indexes[key] = Index(weights=weights)
        indexes[key].add(places, [texts.documents[place] for place in places], vectors[places])
    found = []
    with stages(quiet=options["quiet"]) as progress:
        for number, place in enumerate(asked, start=1):
            index = indexes[keys[place] if keys else None]
            matches = index.search(texts.documents[place], vectors[place], DEEPEST + 1)
            found.append([int(str(match.id)) for match in matches if match.id != place][:DEEPEST])
            progress("searching", number, len(asked))
    return evaluation.retrieval(found, asked, labels)


def _table(found: Evaluation, retrieved: Retrieval | None) -> str:
    """Write the figures for a person to read."""
    scores = {
        "pairs": found.pairs,
        "pairs without the largest group": found.pairs_without_largest,
        "texts (B-cubed)": found.bcubed,
        "texts that have mates (B-cubed)": found.bcubed_mates,
    }
    width = 36
    lines = [
        (
            f"{found.texts:,} texts; {found.gold_groups:,} groups made by people,"
            f" {found.found_groups:,} found"
        ),
        "",
        f"{'':{width}}precision  recall      F1",
        *(
            f"{name:{width}}{score.precision:9.4f}{score.recall:8.4f}{score.f1:8.4f}"
            for name, score in scores.items()
        ),
        "",
        f"{'adjusted mutual information':{width}}{found.adjusted_mutual_information:9.4f}",
        f"{'groups of four and more found':{width}}{found.large_found:9.4f}",
        f"{'single texts left single':{width}}{found.single_kept:9.4f}",
    ]
    if retrieved:
        lines += ["", f"mates of {counted(retrieved.queries, 'text')}, looked for among all"]
        lines += [
            f"{f'recall@{rank}':{width}}{value:9.4f}" for rank, value in retrieved.recall.items()
        ]
        lines.append(f"{'mean reciprocal rank':{width}}{retrieved.mean_reciprocal_rank:9.4f}")
    return "\n".join(lines)
