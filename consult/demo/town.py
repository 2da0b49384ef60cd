"""The demo's agencies and people, made as an administrator and they themselves would."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from consult.demo import content
from consult.sealing import Vault
from consult.services.people import agencies, appointments, people, regions
from models.agency import Agency
from models.person import Person, PersonKind, Role

#: Of every demo account; printed at the start. Demo data only.
PASSWORD = "jisi-demo-2026"  # noqa: S105 - it is printed on purpose


@dataclass(frozen=True)
class Town:
    """Who is there, by the keys of the files."""

    agencies: dict[str, Agency]
    people: dict[str, Person]


def build(session: Session, *, vault: Vault, now: datetime) -> Town:
    """Make the agencies, appoint the staff, register the citizens."""
    town = Town(_agencies(session, now), {})
    for record in content.people()["staff"]:
        person = _register(session, vault, record, PersonKind.CITIZEN, now)
        for role in record["roles"]:
            agency = town.agencies[record["agency"]]
            appointments.appoint(
                session, person=person, role=Role(role), agency=agency, actor=None, now=now
            )
        town.people[record["key"]] = person
    for record in content.people()["citizens"]:
        kind = PersonKind(record["kind"])
        town.people[record["key"]] = _register(session, vault, record, kind, now)
    return town


def _agencies(session: Session, now: datetime) -> dict[str, Agency]:
    data, made = content.agencies(), dict[str, Agency]()
    areas = {
        region["code"]: regions.ensure_region(session, region["code"], region["name"])
        for region in data["regions"]
    }
    for record in data["agencies"]:
        made[record["key"]] = agencies.add(
            session,
            slug=record["key"],
            name=record["name"],
            parent=made.get(record["parent"]),
            region=areas[record["region"]],
            actor=None,
            now=now,
        )
    return made


def _register(
    session: Session, vault: Vault, record: content.Record, kind: PersonKind, now: datetime
) -> Person:
    """Only accounts that are printed get a password; the others would ask for one by mail."""
    return people.register(
        session,
        vault=vault,
        name=record["name"],
        address=record["email"],
        password=PASSWORD if record["account"] else None,
        kind=kind,
        locale=record["language"],
        now=now,
    )
