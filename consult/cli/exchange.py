"""`consult import` and `consult export`: suggestions in and out as tables."""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Never

import click
from flask import current_app
from tqdm import tqdm

from consult.cli.application import transaction, with_app
from consult.cli.regroup import regroup_one
from consult.extensions import apart, means, storage
from consult.services.consultations import topics
from consult.services.exchange import carrying, checking, exports, transfers
from consult.tables import TableError, map_columns, read_table
from models.run import RunCause
from models.transfer import Transfer, TransferState

#: More bad rows than this are counted, not listed.
LISTED = 20
BAD_ROWS = 3
#: Seconds for which a database that is away is waited for.
PATIENCE = 300
PAUSE = 2.0


def _mapping(
    _ctx: click.Context, _option: click.Parameter, values: Sequence[str]
) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if wrong := [
        value for value, (_f, equals, _c) in zip(values, pairs, strict=True) if not equals
    ]:
        raise click.BadParameter(f"{wrong[0]!r} is not FIELD=COLUMN")
    return {name.strip(): column.strip() for name, _equals, column in pairs}


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--topic", "slug", required=True, help="Address of the consultation.")
@click.option("--map", "given", multiple=True, callback=_mapping, help="FIELD=COLUMN, repeatable.")
@click.option("--sheet", help="Which sheet of a workbook.")
@click.option("--publish", is_flag=True, help="Their authors agreed that the texts be shown.")
@click.option("--group/--no-group", default=True, show_default=True, help="Regroup afterwards.")
@click.option("--resume", is_flag=True, help="Go on where an import of the same file ended.")
@with_app
def import_command(
    file: Path,
    slug: str,
    given: dict[str, str],
    sheet: str | None,
    *,
    publish: bool,
    group: bool,
    resume: bool,
) -> None:
    """Bring the suggestions of FILE (CSV, XLSX, JSON Lines, Parquet) into a consultation.

    Columns are found by name or given by --map; the fields are id, title, body, facts,
    proposal, time, user, place, kind, clause. Bad rows are listed by line and the rest
    goes in (exit code 3 then). Running it again adds nothing. All rows are checked first, then
    written a thousand at a time: after a kill, --resume goes on where it was, or a running
    platform does by itself within half a minute.

    Example: consult import messages.xlsx --topic parking --map body=留言详情
    """
    mapping = _columns(file, sheet, given)
    with file.open("rb") as stream:
        digest = storage().put_from(stream)
    now = current_app.config["CLOCK"]()
    with transaction() as session:
        topic = topics.by_slug(session, slug, reader=None, now=now)
        found = transfers.unfinished(session, topic, sha256=digest) if resume else None
        if found is not None and not found.is_under_way:
            transfers.run_again(session, transfer=found, actor=None)
        number = (
            found
            or transfers.ask_import(
                session,
                topic=topic,
                sha256=digest,
                filename=file.name,
                mapping=mapping,
                actor=None,
                zone=current_app.config["TIME_ZONE"],
                now=now,
                publish_text=publish,
                sheet=sheet,
            )
        ).id
    added, refused = _carry_out(number)
    grouped = regroup_one(slug, cause=RunCause.IMPORT) if group and added else True
    if not grouped:
        raise SystemExit(1)
    if refused:
        raise SystemExit(BAD_ROWS)


@click.command("export")
@click.option("--topic", "slug", required=True, help="Address of the consultation.")
@click.option(
    "--format", "kind", type=click.Choice(list(exports.WRITERS)), default="csv", show_default=True
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: SLUG.FORMAT."
)
@click.option(
    "--original", is_flag=True, help="The authors' own words, with personal data unmasked."
)
@with_app
def export_command(slug: str, kind: str, out: Path | None, *, original: bool) -> None:
    """Write all suggestions of a consultation, with their groups and answers, into a file.

    The rows are of one moment, and the file is there when it is whole. Begun again, it begins
    anew. Formats: csv, xlsx (a new sheet after 1,048,575 rows), json, jsonl, parquet.

    Example: consult export --topic parking --format xlsx --out parking.xlsx
    """
    now = current_app.config["CLOCK"]()
    target = out or Path(f"{slug}.{kind}")
    with transaction() as session:
        topic = topics.by_slug(session, slug, reader=None, now=now)
        exports.ask(session, topic=topic, actor=None, now=now, original=original)
        topic_id, count = topic.id, exports.count(session, topic.id)
    partial = target.with_name(target.name + ".part")
    try:
        with partial.open("wb") as stream, apart(reads=True) as moment:
            rows = exports.read(moment, topic_id, original=original)
            bar = tqdm(rows, total=count, unit=" rows", leave=False)
            exports.WRITERS[kind](bar, exports.COLUMNS, stream)
    except OSError as fault:
        partial.unlink(missing_ok=True)
        raise click.ClickException(f"{target} could not be written: {fault.strerror}.") from fault
    partial.replace(target)
    click.echo(f"Written to {target}.")


def _columns(file: Path, sheet: str | None, given: dict[str, str]) -> dict[str, str]:
    try:
        mapping = map_columns(read_table(file, sheet=sheet, trusted=True).columns, given=given)
    except TableError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Columns: " + ", ".join(f"{name} ← {column}" for name, column in mapping.items()))
    return mapping


def _carry_out(number: int) -> tuple[int, int]:
    """Do piece after piece, beside whoever else does; returns the rows added and those refused.

    A database that is away is waited for: nothing of the piece was done.
    """
    given_up = time.monotonic() + PATIENCE
    with tqdm(unit=" rows", leave=False) as bar:
        while True:
            try:
                worked, transfer = _piece(number, bar)
            except carrying.PASSING as fault:
                if time.monotonic() > given_up:
                    raise click.ClickException(
                        "The database is away. Once it is back, go on with --resume."
                    ) from fault
                bar.set_description("The database is away; waiting")
                time.sleep(PAUSE)
                continue
            given_up = time.monotonic() + PATIENCE
            if not transfer.is_under_way:
                break
            if not worked:  # another process is at it, or an earlier import has to end first
                time.sleep(PAUSE / 4)
    return _tell(transfer)


def _piece(number: int, bar: "tqdm[Never]") -> tuple[bool, Transfer]:
    with transaction() as session:
        given = replace(means(session.commit), told=lambda done: bar.update(done - bar.n))
        worked = carrying.carry_on(session, number, given)
        transfer = session.get_one(Transfer, number, populate_existing=True)
        bar.total = transfer.total
        bar.set_description("Writing" if transfer.is_checked else "Checking")
        bar.update(transfer.done - bar.n)
        session.expunge(transfer)
    return worked, transfer


def _tell(transfer: Transfer) -> tuple[int, int]:
    if transfer.state is TransferState.FAILED:
        reason = transfer.error % transfer.error_params
        raise click.ClickException(f"{reason} What is in stays in; go on with --resume.")
    if transfer.state is TransferState.CANCELLED:
        raise click.ClickException("It was cancelled. What is in stays in; go on with --resume.")
    click.echo(
        f"{transfer.added} added, {transfer.known} known already, {transfer.refused} left out."
    )
    with storage().path(transfer.report_sha256 or "").open("rb") as report:
        for problem in islice(checking.problems(report), LISTED):
            click.echo(f"  line {problem.line}: {problem.reason}", err=True)
    if transfer.refused > LISTED:
        click.echo(f"  … and {transfer.refused - LISTED} more", err=True)
    return transfer.added, transfer.refused
