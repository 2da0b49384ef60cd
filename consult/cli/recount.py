"""`consult recount`: proves the counts that pages show."""

import sys

import click

from consult.cli.application import transaction, with_app
from consult.extensions import reading
from consult.services.records import recounting

#: More differences than these say nothing new.
SHOWN = 50


@click.command("recount")
@click.option("--repair", is_flag=True, help="Write what was counted; who writes waits meanwhile.")
@with_app
def recount(*, repair: bool) -> None:
    """Count everything again that is kept as a number, and print what differs.

    Exits with 1 if something did and was not repaired. Of a running platform it sees one moment.

    \b
    Example:
      consult recount
      consult recount --repair
    """  # noqa: D301 - click wants the mark itself
    reading.set(not repair)
    with transaction() as session:
        found = recounting.repair(session) if repair else recounting.differences(session)
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
