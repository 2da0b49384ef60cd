"""`consult import` and `consult export`: suggestions in and out as tables."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import click
from flask import current_app
from tqdm import tqdm

from consult.cli.application import transaction, with_app
from consult.cli.regroup import regroup_one
from consult.services.consultations import topics
from consult.services.exchange import exports, imports
from consult.tables import (
    Table,
    TableError,
    map_columns,
    read_table,
    write_csv,
    write_json,
    write_xlsx,
)
from models.run import RunCause

Writer = Callable[[Iterable[dict[str, Any]], Sequence[str], IO[bytes]], None]
WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx, "json": write_json}
#: More bad rows than this are counted, not listed.
LISTED = 20
BAD_ROWS = 3


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
@with_app
def import_command(
    file: Path, slug: str, given: dict[str, str], sheet: str | None, *, publish: bool, group: bool
) -> None:
    """Bring the suggestions of FILE (CSV, XLSX, JSON Lines) into a consultation.

    Columns are found by name or given by --map; the fields are id, title, body, facts,
    proposal, time, user, place, kind, clause. Bad rows are listed by line and the rest
    goes in (exit code 3 then). Running it again adds nothing.

    Example: consult import messages.xlsx --topic parking --map body=留言详情
    """
    now = datetime.now(UTC)
    table, mapping = _open(file, sheet, given)
    with transaction() as session, tqdm(unit=" rows", leave=False) as bar:
        topic = topics.by_slug(session, slug, reader=None, now=now)
        report = imports.run(
            session,
            topic=topic,
            rows=table,
            mapping=mapping,
            actor=None,
            zone=ZoneInfo(current_app.config["TIME_ZONE"]),
            now=now,
            publish_text=publish,
            progress=bar.update,
        )
    _tell(report)
    grouped = regroup_one(slug, cause=RunCause.IMPORT) if group and report.added else True
    if not grouped:
        raise SystemExit(1)
    if report.problems:
        raise SystemExit(BAD_ROWS)


@click.command("export")
@click.option("--topic", "slug", required=True, help="Address of the consultation.")
@click.option(
    "--format", "kind", type=click.Choice(list(WRITERS)), default="csv", show_default=True
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

    Example: consult export --topic parking --format xlsx --out parking.xlsx
    """
    now = datetime.now(UTC)
    target = out or Path(f"{slug}.{kind}")
    with transaction() as session:
        topic = topics.by_slug(session, slug, reader=None, now=now)
        rows = exports.rows(session, topic=topic, actor=None, now=now, original=original)
        partial = target.with_name(target.name + ".part")
        with partial.open("wb") as stream:
            WRITERS[kind](tqdm(rows, unit=" rows", leave=False), exports.COLUMNS, stream)
        partial.replace(target)
    click.echo(f"Written to {target}.")


def _open(file: Path, sheet: str | None, given: dict[str, str]) -> tuple[Table, dict[str, str]]:
    try:
        table = read_table(file, sheet=sheet)
        mapping = map_columns(table.columns, given=given)
    except TableError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Columns: " + ", ".join(f"{name} ← {column}" for name, column in mapping.items()))
    return table, mapping


def _tell(report: imports.ImportReport) -> None:
    click.echo(
        f"{report.added} added, {report.known} known already, {len(report.problems)} left out."
    )
    for problem in report.problems[:LISTED]:
        click.echo(f"  line {problem.line}: {problem.reason}", err=True)
    if len(report.problems) > LISTED:
        click.echo(f"  … and {len(report.problems) - LISTED} more", err=True)
