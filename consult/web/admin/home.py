"""Administration's first page."""

from flask import render_template
from flask.typing import ResponseReturnValue

from consult.services.overview import operations
from consult.services.people import agencies, letters, people
from consult.web import current
from consult.web.admin.blueprint import bp


@bp.get("/")
def home() -> ResponseReturnValue:
    """The platform in a few figures, and the way to each part."""
    session, now = current.session(), current.now()
    return render_template(
        "admin/home.html",
        agency_count=agencies.count(session),
        person_count=people.count(session),
        staff_count=people.count_staff(session),
        letters_waiting=letters.waiting(session),
        letters_given_up=letters.count_given_up(session),
        checks=operations.readiness(session, now=now),
    )
