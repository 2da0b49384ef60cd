"""Counts the cases that changed, and makes the digests that are due with their letters."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from consult.extensions import db, vault
from consult.letters import render
from consult.services.people.letters import Words
from consult.services.supervising import digests, tallying
from models.person import Person
from models.supervision import Digest


def count(session: Session, now: datetime) -> int:
    """Bring the sums up to what has changed."""
    return tallying.work_off(session, zone=_zone())


def make_digests(session: Session, now: datetime) -> int:
    """Make the next digest that is due."""
    return digests.make_next(session, vault=vault(), compose=compose, zone=_zone(), now=now)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIME_ZONE"])


def compose(digest: Digest, person: Person) -> Words:
    """The letter to one person, with the cases that this person may see."""
    lines = digests.lines(db.session(), digest, reader=person)
    return render("digest", person.locale, digest=digest, person=person, lines=lines)
