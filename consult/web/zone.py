"""The zone of the platform: pages speak in its times, the database in UTC."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from flask import current_app


def zone() -> tzinfo:
    """The zone in which windows are announced."""
    return ZoneInfo(current_app.config["TIME_ZONE"])


def to_utc(local: datetime) -> datetime:
    """The moment that a form's field without a zone means."""
    return local.replace(tzinfo=zone()).astimezone(UTC)


def to_local(moment: datetime) -> datetime:
    """What a form's field shows for ``moment``."""
    return moment.astimezone(zone()).replace(tzinfo=None, second=0, microsecond=0)
