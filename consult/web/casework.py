"""What every act on a case asks for: the calendar of the offices, and the times of a mailbox."""

from zoneinfo import ZoneInfo

from flask import current_app, g

from consult.services.handling import clocks, working_days
from consult.services.handling.clocks import Times
from consult.services.handling.working_days import Calendar
from consult.web import current
from models.case import Case


def calendar() -> Calendar:
    """The calendar with what was entered by hand; asked for once a request."""
    if "calendar" not in g:
        zone = ZoneInfo(current_app.config["TIME_ZONE"])
        g.calendar = working_days.calendar(current.session(), zone)
    found: Calendar = g.calendar
    return found


def times(case: Case) -> Times:
    """What the clocks of ``case`` are set by."""
    return clocks.times(current.session(), case, calendar())
