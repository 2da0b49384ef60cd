"""What the series of alarms are called: a region, a unit, a group, a domain, the mailbox itself."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.agency import Agency, Region
from models.cluster import Cluster
from models.surge import SurgeAbout, SurgeAlarm

#: A thing with a name in one or two languages, a group, or a code that pages have a label for.
Named = Agency | Region | Cluster | str


def things(session: Session, alarms: Collection[SurgeAlarm]) -> dict[int, Named]:
    """By the id of each alarm what it is about; a query a kind, however many there are.

    A domain, or what is no longer there, is given by its code; the mailbox by its title.
    """
    keys = {about: {a.key for a in alarms if a.about is about} for about in SurgeAbout}
    regions = {
        one.code: one
        for one in session.scalars(select(Region).where(Region.code.in_(keys[SurgeAbout.REGION])))
    }
    numbers = [int(key) for key in keys[SurgeAbout.UNIT]]
    units = {
        str(one.id): one for one in session.scalars(select(Agency).where(Agency.id.in_(numbers)))
    }
    numbers = [int(key) for key in keys[SurgeAbout.GROUP]]
    groups = {
        str(one.id): one for one in session.scalars(select(Cluster).where(Cluster.id.in_(numbers)))
    }
    known: dict[SurgeAbout, dict[str, Named]] = {
        SurgeAbout.REGION: {**regions},
        SurgeAbout.UNIT: {**units},
        SurgeAbout.GROUP: {**groups},
    }
    return {
        alarm.id: alarm.mailbox.topic.title
        if alarm.about is SurgeAbout.MAILBOX
        else known.get(alarm.about, {}).get(alarm.key, alarm.key)
        for alarm in alarms
    }


def name_of(session: Session, alarm: SurgeAlarm) -> str:
    """A name without a language; of a domain the mailbox's, since its label is for pages."""
    if alarm.about is SurgeAbout.DOMAIN:
        return alarm.mailbox.topic.title
    found = things(session, [alarm])[alarm.id]
    return found if isinstance(found, str) else found.name
