"""`consult doctor`: looks at everything the platform needs, and says what to do."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import click
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from consult.app import create_app
from consult.extensions import db, reading
from consult.health import databases, keys, machine, wiring, work
from consult.health.findings import Finding, State, failure

MARKS = {State.WELL: "ok", State.WARNING: "!", State.FAILURE: "FAILED", State.SKIPPED: "-"}
COLOURS = {State.WELL: "green", State.WARNING: "yellow", State.FAILURE: "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list of findings, for programs.")
@click.option("--mail", is_flag=True, help="Sign in to the mail server too; sends nothing.")
@click.option("--ledger", is_flag=True, help="Read the whole ledger too, as after a restore.")
def doctor(*, as_json: bool, mail: bool, ledger: bool) -> None:
    """Look at everything the platform needs, and say what to do where it is not well.

    Nothing is changed. Exit code 1 if something keeps the platform from working; a line
    with "!" does not.

    \b
    Example:
      consult doctor
      consult doctor --mail --ledger
      consult doctor --json
    """  # noqa: D301 - click wants the mark itself
    found = list(_findings(mail=mail, ledger=ledger))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found:
            _show(one)
    if failed := [one.name for one in found if not one.ok]:
        raise click.ClickException(f"not well: {', '.join(failed)}")


def _findings(*, mail: bool, ledger: bool) -> Iterator[Finding]:
    try:
        app = create_app()
    except (OSError, ValueError, SQLAlchemyError) as error:
        yield failure("start", f"{type(error).__name__}: {error}", _advice(error))
        return
    yield from machine.findings(app.config)
    yield from keys.findings(app.config)
    yield from wiring.findings(app.config)
    yield work.model(app.extensions["indexes"])
    if mail:
        yield work.mail_server(app.extensions["post"])
    yield from _of_database(app, ledger=ledger)


def _advice(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"Let the user that runs the platform read {error.filename}."
    if isinstance(error, OSError):
        return "See that DATA_DIR is there, and that the platform's user may write in it."
    return "Correct the setting that is named (docs/settings.md)."


def _of_database(app: Flask, *, ledger: bool) -> Iterator[Finding]:
    with app.app_context():
        reading.set(False)
        directory = str(app.extensions["migrate"].directory)
        now = app.config["CLOCK"]()
        found = list(databases.findings(db.engine, directory, now=now))
        yield from found
        if not all(one.ok for one in found):
            return
        try:
            session = db.session()
            yield keys.opens(session, app.extensions["vault"])
            yield from work.background(session, now=now, embedded=app.config["EMBEDDED_JOBS"])
            if ledger:
                yield work.chain(session)
        except SQLAlchemyError as error:
            yield databases.away(db.engine, error)


def _show(one: Finding) -> None:
    mark = click.style(f"{MARKS[one.state]:>6}", fg=COLOURS.get(one.state))
    click.echo(f"{mark}  {one.name}: {one.seen}")
    if one.advice:
        click.echo(f"        → {one.advice}")
