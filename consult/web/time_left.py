"""How much time is left, or since when it is over, in the words of an office."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from consult.web import current
from consult.web.casework import calendar

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


@dataclass(frozen=True)
class TimeLeft:
    """What is said of a time limit, and how it looks: good, warn or bad."""

    text: str
    tone: str

    @property
    def shape(self) -> str:
        """The icon beside it, so that colour is not the only sign."""
        return {"bad": "alert", "warn": "clock"}.get(self.tone, "clock")


def time_left(due_at: datetime) -> TimeLeft:
    """Working days as the calendar counts them; hours where less than a day is left."""
    now = current.now()
    if now >= due_at:
        return TimeLeft(_over(due_at, now), "bad")
    # A limit in days ends as the day after it begins.
    days = calendar().worked_between(now, due_at - MOMENT)
    if days > 0 and due_at - now > DAY:
        text = ngettext("%(num)d working day left", "%(num)d working days left", days)
        return TimeLeft(text, "warn" if days <= 2 else "good")  # noqa: PLR2004 - as the queue "due soon"
    hours = max(0, (due_at - now) // HOUR)
    if hours == 0:
        return TimeLeft(_("less than an hour left"), "warn")
    return TimeLeft(ngettext("%(num)d hour left", "%(num)d hours left", hours), "warn")


def _over(due_at: datetime, now: datetime) -> str:
    days, hours = calendar().worked_between(due_at, now), (now - due_at) // HOUR
    text: str
    if days > 0:
        text = ngettext("overdue by %(num)d working day", "overdue by %(num)d working days", days)
    elif hours > 0:
        text = ngettext("overdue by %(num)d hour", "overdue by %(num)d hours", hours)
    else:
        text = _("overdue by less than an hour")
    return text
