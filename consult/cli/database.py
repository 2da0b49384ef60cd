"""`consult db`: the schema of the database."""

import click
from flask_migrate import current, downgrade, upgrade

from consult.cli.application import with_app


@click.group("db")
def database() -> None:
    """Bring the database up to date, or say where it stands."""


@database.command("upgrade")
@click.argument("revision", default="head")
@with_app
def upgrade_command(revision: str) -> None:
    """Create or upgrade the tables. Example: consult db upgrade"""
    upgrade(revision=revision)
    click.echo("The database is up to date.")


@database.command("downgrade")
@click.argument("revision")
@with_app
def downgrade_command(revision: str) -> None:
    """Go back to REVISION. Example: consult db downgrade -1"""
    downgrade(revision=revision)


@database.command("current")
@with_app
def current_command() -> None:
    """Say which revision the database is at. Example: consult db current"""
    current()
