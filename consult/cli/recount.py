"""`consult recount`: proves the counts that pages show."""

import sys
from zoneinfo import ZoneInfo

import click
from flask import current_app
from sqlalchemy.orm import Session

from consult.cli.application import transaction, with_app
from consult.extensions import reading
from consult.services.records import recounting
from consult.services.records.recounting import Difference
from consult.services.supervising import tallying

#: More differences than these say nothing new.
SHOWN = 50


@click.command("recount")
@click.option("--repair", is_flag=True, help="Write what was counted; who writes waits meanwhile.")
@with_app
def recount(*, repair: bool) -> None:
    """Count everything again that is kept as a number, and print what differs.

    That is the counts of consultations, and the figures of the message board.

    Exits with 1 if something did and was not repaired. Of a running platform it sees one moment.

    \b
    Example:
      consult recount
      consult recount --repair
    """  # noqa: D301 - click wants the mark itself
    reading.set(not repair)
    with transaction() as session:
        found = _mended(session) if repair else _found(session)
    for one in found[:SHOWN]:
        click.echo(f"{one.what} of {one.where}: kept {one.kept}, counted {one.counted}")
    if len(found) > SHOWN:
        click.echo(f"… and {len(found) - SHOWN} more")
    if not found:
        click.echo("Every count is what the rows say.")
        return
    click.echo(f"{len(found)} counts differed{' and were written anew' if repair else ''}.")
    if not repair:
        sys.exit(1)


def _found(session: Session) -> list[Difference]:
    return [*recounting.differences(session), *tallying.differences(session, zone=_zone())]


def _mended(session: Session) -> list[Difference]:
    found = [*recounting.repair(session), *tallying.differences(session, zone=_zone())]
    tallying.rebuild(session, zone=_zone())
    return found


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIME_ZONE"])
