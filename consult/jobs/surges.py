"""熔断: looks every few minutes whether more arrives in a mailbox than should."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from consult.services.supervising import surge_watching


def due(session: Session, now: datetime) -> Collection[int]:
    """The mailboxes that were not looked at for a while."""
    return surge_watching.due(session, now=now)


def watch(session: Session, now: datetime, topic_id: int) -> int:
    """Count what came to one mailbox, and let its alarms open, rise, fall and end."""
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    return surge_watching.watch(session, topic_id=topic_id, now=now, zone=zone)
