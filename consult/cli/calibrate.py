"""`consult calibrate`: the similarity corrected by pairs that people labelled."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from consult.cli.cluster import PATH, reading_options
from consult.cli.complaints import LEFT_OUT, Complaint, check_folder, complaining, counted
from consult.cli.pairs import read_pairs
from consult.cli.results import write_whole
from consult.cli.texts import read_texts
from consult.clustering import Encoder, load_encoder
from consult.clustering.similarity.topic_calibration import (
    ENOUGH,
    ENOUGH_OF_EACH,
    Calibration,
)
from consult.clustering.similarity.topic_calibration import calibrate as learn


@click.command("calibrate")
@click.argument("file", type=PATH, required=False)
@click.option("--topic", "slug", help="A consultation: learn from what its staff judged.")
@click.option("--text", "text", help="Columns with the text: TITLE,BODY or one.")
@reading_options
@click.option("--pairs", type=PATH, help="Table a, b, relation: ids, and same or different.")
@click.option("--out", type=PATH, help="Where to write the weights, as JSON.")
@click.option("--reset", is_flag=True, help="With --topic: go back to the shipped weights.")
def calibrate(file: Path | None, slug: str | None, text: str | None, **options: Any) -> None:
    """Learn from judged pairs what counts as the same request, for one table or one consultation.

    Prints precision and recall at each threshold, of pairs that were not learnt from where
    there are enough (30, five of each answer). --weights of consult cluster takes what --out
    got; a consultation keeps its own for the next run and for what arrives.

    \b
    Example: consult calibrate messages.csv --text title,body --pairs judged.csv --out weights.json
             consult calibrate --topic parking
    """  # noqa: D301 - the sign is for the help, not for a reader
    if bool(file) is bool(slug):
        raise click.UsageError("Name a FILE, or a consultation with --topic.")
    if slug:
        # the application is for those who ask about its database
        from consult.cli.calibrate_topic import calibrate_topic  # noqa: PLC0415

        calibrate_topic(slug, out=options["out"], reset=options["reset"])
        return
    if missing := [
        name for name in ("text", "pairs", "out") if not {**options, "text": text}[name]
    ]:
        raise click.UsageError(f"A FILE needs --{missing[0]}.")
    _calibrate_file(Path(str(file)), str(text), options)


def _calibrate_file(file: Path, text: str, options: dict[str, Any]) -> None:
    check_folder(options["out"])
    with complaining():
        texts = read_texts(file, text, options["id_column"], sheet=options["sheet"])
        judged = read_pairs(options["pairs"], texts)
        same = {pair: True for pair in judged.same if pair not in judged.different}
        answers = same | {pair: False for pair in judged.different if pair not in judged.same}
        if contradicting := len(judged.same.keys() & judged.different.keys()):
            verb = "has both answers and is" if contradicting == 1 else "have both answers and are"
            click.echo(f"{counted(contradicting, 'pair')} {verb} left out.", err=True)
        if not same or len(same) == len(answers):
            raise Complaint(
                f"Both answers are needed: there are {len(same)} pairs that are the same and"
                f" {len(answers) - len(same)} that are not."
            )
        encoder = load_encoder(options["model"])
        found = learn(texts.documents, list(answers), list(answers.values()), encoder)
        write_weights(options["out"], found, encoder)
    click.echo(curve_table(found))
    click.echo(f"Written to {options['out']}.", err=True)
    if texts.left_out or judged.left_out or contradicting:
        sys.exit(LEFT_OUT)


def write_weights(out: Path, found: Calibration, encoder: Encoder) -> None:
    """Write weights, where they come from and how good they are."""
    content = {
        "encoder": {
            "name": encoder.name,
            "version": encoder.version,
            "fingerprint": encoder.fingerprint,
        },
        "pairs": found.pairs,
        "same": found.same,
        "cross_validated": found.cross_validated,
        "improved": found.improved,
        "threshold": found.threshold,
        "curve": [[point.threshold, point.precision, point.recall] for point in found.curve],
        "before": [[point.threshold, point.precision, point.recall] for point in found.before],
        "weights": found.stored(),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    write_whole(out, lambda stream: stream.write(f"{text}\n".encode()))


def curve_table(found: Calibration) -> str:
    """Write precision and recall at each threshold, before and after, for a person to read."""
    different = found.pairs - found.same
    lines = [
        f"{found.pairs:,} judged pairs: {found.same:,} the same, {different:,} not.",
        "Pairs that were not learnt from:"
        if found.cross_validated
        else f"Fewer than {ENOUGH} pairs or {ENOUGH_OF_EACH} of one answer: "
        "these are the pairs that were learnt from, which flatters.",
        "",
        f"{'':11}{'shipped':^26}{'learnt':^26}",
        f"threshold  {'precision  recall      F1':26}{'precision  recall      F1':26}",
    ]
    for before, after in zip(found.before, found.curve, strict=True):
        mark = "  ← best" if after.threshold == found.threshold else ""
        lines.append(
            f"{after.threshold:9.2f}"
            f"{before.precision:11.3f}{before.recall:8.3f}{before.f1:8.3f}"
            f"{after.precision:10.3f}{after.recall:8.3f}{after.f1:8.3f}{mark}"
        )
    if not found.improved:
        lines += ["", "The pairs teach nothing that predicts others better: the weights stay."]
    return "\n".join(lines)
