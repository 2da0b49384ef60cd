"""The calendar of the offices, a year at a time: what was published, and what was entered here."""

from calendar import Calendar as Months
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from consult.exceptions import Invalid, NotFound
from consult.permissions import Permission, can
from consult.services.handling import working_days
from consult.services.handling.working_days import FIRST_YEAR, LAST_YEAR, SATURDAY
from consult.web import casework, current
from consult.web.forms import Form
from consult.web.handling.blueprint import bp
from models.mailbox import CalendarDay

MONDAY = 0
MONTHS = range(1, 13)


class DayForm(Form):
    first = DateField(_l("First day"), validators=[InputRequired(_l("Give the day."))])
    last = DateField(_l("Last day"), validators=[InputRequired(_l("Give the day."))])
    works = RadioField(
        _l("What holds on these days"),
        choices=[
            ("off", _l("Off: holiday, counted as no working day")),
            ("works", _l("Worked: such as a weekend worked instead")),
        ],
        default="off",
    )
    note = StringField(
        _l("Why"),
        description=_l("Such as Spring Festival, or the notice it follows."),
        validators=[Length(max=200, message=_l("Keep this under %(max)d characters."))],
    )


@dataclass(frozen=True)
class Day:
    """A square of the calendar."""

    day: date
    works: bool
    #: Other than its weekday says: a holiday, or a weekend that is worked.
    is_special: bool
    entered: CalendarDay | None


@dataclass(frozen=True)
class Month:
    """Its name, the weeks of its days (None before the first and after the last), days worked."""

    name: str
    weeks: list[list[Day | None]]
    worked: int


@bp.route("/calendar/<int:year>", methods=["GET", "POST"], endpoint="calendar")
def show_calendar(year: int) -> ResponseReturnValue:
    """Every day of a year; POST enters days."""
    if year not in range(FIRST_YEAR, FIRST_YEAR + 100):
        raise NotFound
    form = DayForm()
    if form.validate_on_submit():
        try:
            count = _enter(form)
        except Invalid as refusal:
            form.blame(refusal)
        else:
            flash(_("%(count)d days entered.", count=count), "success")
            return redirect(url_for(".calendar", year=form.first.data and form.first.data.year))
    return _page(year, form), form.status


@bp.post("/calendar/<int:year>/<day>/clear")
def clear_day(year: int, day: str) -> ResponseReturnValue:
    """Let the published calendar speak again for a day."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    working_days.clear(current.session(), day=found, actor=current.somebody(), now=current.now())
    flash(_("What is published holds again for this day."), "success")
    return redirect(url_for(".calendar", year=year))


def _enter(form: DayForm) -> int:
    first, last = form.first.data, form.last.data
    if first is None or last is None:  # pragma: no cover - the form has seen to it
        raise Invalid
    return working_days.enter_span(
        current.session(),
        first=first,
        last=last,
        works=form.works.data == "works",
        note=form.note.data or "",
        actor=current.somebody(),
        now=current.now(),
    )


def _page(year: int, form: DayForm) -> str:
    calendar = casework.calendar()
    entered = {row.day: row for row in working_days.days_of(current.session(), year)}
    months = [_month(year, month, entered) for month in MONTHS]
    return render_template(
        "handling/calendar.html",
        year=year,
        years=(FIRST_YEAR, FIRST_YEAR + 99),
        last_published=LAST_YEAR,
        is_known=calendar.knows(year),
        is_published=FIRST_YEAR <= year <= LAST_YEAR,
        months=months,
        worked=sum(month.worked for month in months),
        entered=list(entered.values()),
        resting=working_days.resting_on(current.session()),
        weekdays=[format_date(date(2024, 1, n), "EEEEE") for n in range(1, 8)],
        form=form,
        may_edit=can(current.person(), Permission.CALENDAR_EDIT),
    )


def _month(year: int, month: int, entered: dict[date, CalendarDay]) -> Month:
    works = casework.calendar().works
    weeks: list[list[Day | None]] = [
        [
            Day(day, works(day), works(day) is not (day.weekday() < SATURDAY), entered.get(day))
            if day.month == month
            else None
            for day in week
        ]
        for week in Months(MONDAY).monthdatescalendar(year, month)
    ]
    days = monthrange(year, month)[1]
    worked = sum(works(date(year, month, n)) for n in range(1, days + 1))
    return Month(format_date(date(year, month, 1), "LLLL"), weeks, worked)
