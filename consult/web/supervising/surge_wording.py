"""What alarms are about, in the reader's words."""

from collections.abc import Collection

from flask_babel import gettext as _

from consult.services.supervising import surge_names
from consult.services.supervising.surge_names import Named
from consult.web import current, labels
from models.cluster import Cluster
from models.mailbox import Domain
from models.surge import SurgeAbout, SurgeAlarm


def names(alarms: Collection[SurgeAlarm]) -> dict[int, str]:
    """By the id of each alarm what it is about."""
    found = surge_names.things(current.session(), alarms)
    return {alarm.id: _name(alarm, found[alarm.id]) for alarm in alarms}


def _name(alarm: SurgeAlarm, thing: Named) -> str:
    if alarm.about is SurgeAbout.MAILBOX:
        return str(_("Whole mailbox: %(title)s", title=thing))
    if isinstance(thing, str):
        return str(labels.label(Domain(thing))) if thing in set(Domain) else thing
    return thing.name if isinstance(thing, Cluster) else labels.named(thing)
