"""Windows: how long a consultation is open, in days of the zone in which it is announced."""

from datetime import date, datetime, time, timedelta, tzinfo

#: So many days before its end a consultation is shown as closing soon.
SOON_DAYS = 7

_INSTANT = timedelta(microseconds=1)


def last_day(closes_at: datetime, zone: tzinfo) -> date:
    """The last day on which one can take part; closing at midnight ends the day before."""
    return (closes_at.astimezone(zone) - _INSTANT).date()


def days_open(opens_at: datetime, closes_at: datetime, zone: tzinfo) -> int:
    """How many days of the calendar the window touches, the first and the last included."""
    return (last_day(closes_at, zone) - opens_at.astimezone(zone).date()).days + 1


def days_left(closes_at: datetime, *, now: datetime, zone: tzinfo) -> int:
    """Whole days until the last day; 0 on that day itself."""
    return max(0, (last_day(closes_at, zone) - now.astimezone(zone).date()).days)


def days_since(closes_at: datetime, *, now: datetime, zone: tzinfo) -> int:
    """Whole days since the last day; 0 on that day itself."""
    return max(0, (now.astimezone(zone).date() - last_day(closes_at, zone)).days)


def soon(now: datetime, zone: tzinfo) -> datetime:
    """The end of the day up to which a closing is soon: :data:`SOON_DAYS` days left or fewer."""
    day = now.astimezone(zone).date() + timedelta(days=SOON_DAYS + 1)
    return datetime.combine(day, time.min, tzinfo=zone)
