"""`consult demo`: four consultations and two mailboxes to look around in."""

from zoneinfo import ZoneInfo

import click
from flask import current_app

from consult.cli.application import transaction, with_app
from consult.demo.load import accounts, is_empty, load
from consult.demo.town import PASSWORD
from consult.extensions import indexes, vault
from consult.services.people import people


@click.command()
@click.option(
    "--if-empty", is_flag=True, help="Only into an empty database; else just say who is who."
)
@with_app
def demo(*, if_empty: bool) -> None:
    """Load the demo and print its accounts. Example: consult demo --if-empty

    For trying only: everybody knows the password of these accounts.
    """
    with transaction() as session:
        empty = is_empty(session)
        if not empty and not if_empty:
            raise click.ClickException(
                "There are people or consultations already: nothing was loaded."
            )
        if empty:
            made = load(
                session,
                vault=vault(),
                indexes=indexes(),
                zone=ZoneInfo(current_app.config["TIME_ZONE"]),
                now=current_app.config["CLOCK"](),
                progress=lambda step: click.echo(f"  {step} …", err=True),
            )
            click.echo(
                f"{made.topics} consultations, {made.suggestions} suggestions "
                f"({made.messages} of them messages to mailboxes), "
                f"{made.people} people, {made.supports} supports."
            )
        there = people.by_address(session, vault=vault(), address=accounts()[0]["email"])
    if there:
        _tell_accounts()


def _tell_accounts() -> None:
    click.echo(f"\nAccounts of the demo (password of all: {PASSWORD})")
    for record in accounts():
        roles = ", ".join(record.get("roles", ["citizen"]))
        click.echo(f"  {record['email']:<34} {record['name']}  {roles}")
    click.echo()
