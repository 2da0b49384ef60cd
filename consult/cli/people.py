"""`consult add-agency` and `consult add-person`: the first of both, before any page can."""

import secrets
import sys

import click

from consult.cli.application import transaction, with_app
from consult.exceptions import N_, Invalid
from consult.extensions import db, vault
from consult.services.people import agencies, appointments, people, regions
from models.base import utc_now
from models.person import Person, Role

#: A password that is read from a screen once: no letters that look alike.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@click.command("add-agency")
@click.argument("slug")
@click.argument("name")
@click.option("--parent", metavar="SLUG", help="The agency above it.")
@click.option("--region", metavar="CODE", help="GB/T 2260 code, six digits.")
@click.option("--region-name", metavar="NAME", help="Needed once for a region below a province.")
@click.option("--name-en", default="", metavar="NAME", help="Its name in English.")
@with_app
def add_agency(
    slug: str,
    name: str,
    parent: str | None,
    region: str | None,
    region_name: str | None,
    name_en: str,
) -> None:
    """Add the agency NAME, known by SLUG in addresses.

    \b
    Example:
      consult add-agency jiangsu 江苏省人民政府 --region 320000
      consult add-agency js-housing 江苏省住房和城乡建设厅 --parent jiangsu --region 320000
    """  # noqa: D301 - click wants the mark itself
    with transaction() as session:
        agency = agencies.add(
            session,
            slug=slug,
            name=name,
            name_en=name_en,
            parent=agencies.by_slug(session, parent) if parent else None,
            region=regions.ensure_region(session, region, region_name) if region else None,
            actor=None,
            now=utc_now(),
        )
        click.echo(f"{agency.name} ({agency.slug}) is there.")


@click.command("add-person")
@click.argument("address")
@click.option("--name", default="", metavar="NAME", help="Needed for a new account.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="A role to give.")
@click.option("--agency", "slug", metavar="SLUG", help="The agency in which the role is held.")
@click.option("--locale", default="zh_Hans_CN", show_default=True, help="Language of letters.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_app
def add_person(
    address: str,
    name: str,
    role: str | None,
    slug: str | None,
    locale: str,
    *,
    password_stdin: bool,
) -> None:
    """Make an account for ADDRESS, give it a role, or both.

    Without --password-stdin a password is made up and printed once. An account
    that is there already keeps its password and is only given the role.

    \b
    Example:
      consult add-person lin@example.org --name 林兆和 --role administrator --agency jiangsu
    """  # noqa: D301 - click wants the mark itself
    if bool(role) != bool(slug):
        raise click.UsageError("--role and --agency go together.")
    with transaction() as session:
        person = people.by_address(session, vault=vault(), address=address)
        if person is None or person.kind not in people.ACCOUNTS:
            person = _register(address, name, locale, password_stdin=password_stdin)
        elif password_stdin:
            raise click.UsageError("There is an account with this address; its password stays.")
        if role and slug:
            agency = agencies.by_slug(session, slug)
            appointments.appoint(
                session, person=person, role=Role(role), agency=agency, actor=None, now=utc_now()
            )
            click.echo(f"{person.name}: {role} in {agency.name}.")


def _register(address: str, name: str, locale: str, *, password_stdin: bool) -> Person:
    if not name:
        raise Invalid(N_("A new account needs a name: add --name."))
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(3))
    person = people.register(
        db.session(),
        vault=vault(),
        name=name,
        address=address,
        password=password,
        locale=locale,
        now=utc_now(),
        visitor=people.by_address(db.session(), vault=vault(), address=address),
    )
    click.echo(f"{person.name} has an account.")
    if not password_stdin:
        click.echo(f"Password (shown this once): {password}")
    return person
