"""联席会商: joint meetings about a case, written down and set right."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from consult.exceptions import Invalid, NotFound, Refusal
from consult.services.caseload import case_pages, units
from consult.services.handling import meetings
from consult.services.handling.insiders import works_on
from consult.services.handling.meetings import (
    MOST_DECISION,
    MOST_MINUTES,
    MOST_SUBJECT,
)
from consult.services.handling.meetings import (
    MeetingForm as Written,
)
from consult.web import current, labels
from consult.web.casework import calendar
from consult.web.forms import Form
from consult.web.handling.blueprint import bp
from consult.web.handling.wording import called
from consult.web.numbers import number, numbers
from consult.web.refusals import translated
from models.case import Case
from models.casework import Meeting, MeetingOutcome

TOO_LONG = _l("Write up to %(max)d characters.")


class MeetingForm(Form):
    """What is written down about a meeting."""

    version = HiddenField()
    held_on = DateField(
        _l("Held on"), validators=[DataRequired(_l("Give the day on which it was held."))]
    )
    subject = StringField(
        _l("What it was about"),
        validators=[
            DataRequired(_l("Say what the meeting was about.")),
            Length(max=MOST_SUBJECT, message=TOO_LONG),
        ],
    )
    units = SelectMultipleField(
        _l("Units that took part"),
        description=_l("At least two; units of other regions too."),
        validators=[Length(min=2, message=_l("At least two units take part in a joint meeting."))],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    outcome = RadioField(
        _l("What it came to"), validators=[DataRequired(_l("Choose what it came to."))]
    )
    decision = TextAreaField(
        _l("What was agreed"),
        description=_l("Who does what by when; or on what a ruling is asked for."),
        validators=[
            DataRequired(_l("Say what was agreed.")),
            Length(max=MOST_DECISION, message=TOO_LONG),
        ],
        render_kw={"rows": 5},
    )
    minutes = TextAreaField(
        _l("Minutes"),
        validators=[Length(max=MOST_MINUTES, message=TOO_LONG)],
        render_kw={"rows": 10},
    )

    def __init__(self, case: Case, **values: Any) -> None:
        super().__init__(**values)
        found = units.choosable(current.session(), case)
        self.units.choices = [(str(one.id), labels.named(one)) for one in found]
        self.outcome.choices = [(one.value, called(one)) for one in MeetingOutcome]

    def written(self, case: Case) -> Written:
        """What the service is given."""
        chosen = units.to_meet(current.session(), case, numbers(self.units.data or []))
        return Written(
            held_on=self.held_on.data or date.min,  # which no meeting was held on
            subject=self.subject.data or "",
            units=chosen,
            outcome=MeetingOutcome(self.outcome.data),
            decision=self.decision.data or "",
            minutes=self.minutes.data or "",
        )


@bp.route("/cases/<int:case_id>/meetings/new", methods=["GET", "POST"])
def new_meeting(case_id: int) -> ResponseReturnValue:
    """Write down a joint meeting that was held."""
    case = _case(case_id)
    form = MeetingForm(case, data=_first(case))
    return _kept(case, form, None)


@bp.route("/cases/<int:case_id>/meetings/<int:meeting_id>", methods=["GET", "POST"])
def meeting(case_id: int, meeting_id: int) -> ResponseReturnValue:
    """A joint meeting; whoever works on the case may set its record right."""
    case = _case(case_id)
    found = meetings.by_id(current.session(), case, meeting_id)
    form = MeetingForm(case, data=_of(found))
    return _kept(case, form, found)


def _kept(case: Case, form: MeetingForm, found: Meeting | None) -> ResponseReturnValue:
    told, status, case_id = "", None, case.id
    if form.validate_on_submit():
        try:
            _keep(case, form, found)
        except NotFound:
            raise
        except Invalid as refusal:
            form.blame(refusal)
        except Refusal as refusal:
            told, status = translated(refusal), refusal.status
        else:
            flash(_("The joint meeting is on record."), "success")
            return redirect(url_for(".case", case_id=case_id))
        current.session().rollback()
        case = _case(case_id)
        if found is not None:
            found = meetings.by_id(current.session(), case, found.id)
            form.version.data = str(found.version)
    page = render_template(
        "handling/case_meeting.html",
        case=case,
        form=form,
        meeting=found,
        told=told,
        may_write=works_on(case, current.somebody()),
    )
    return page, status or form.status


def _keep(case: Case, form: MeetingForm, found: Meeting | None) -> None:
    common: dict[str, Any] = {
        "form": form.written(case),
        "calendar": calendar(),
        "actor": current.somebody(),
        "now": current.now(),
    }
    if found is None:
        meetings.record(current.session(), case=case, **common)
    else:
        version = number(form.version.data)
        meetings.correct(current.session(), meeting=found, version=version, **common)


def _first(case: Case) -> dict[str, Any]:
    """Today, with the units that have to do with the case."""
    today = current.now().astimezone(calendar().zone).date()
    standing = [one for one in case.assignments if one.ended_at is None]
    return {"held_on": today, "units": [str(one.unit_id) for one in standing]}


def _of(found: Meeting) -> dict[str, Any]:
    return {
        "version": found.version,
        "held_on": found.held_on,
        "subject": found.subject,
        "units": [str(one.id) for one in found.units],
        "outcome": found.outcome.value,
        "decision": found.decision,
        "minutes": found.minutes,
    }


def _case(case_id: int) -> Case:
    return case_pages.for_staff(current.session(), case_id, current.somebody())
