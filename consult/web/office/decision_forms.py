"""The small forms around decisions: for many at once, for a review, for one member."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from consult.web import labels
from consult.web.forms import Form
from models.decision import Outcome

TOO_LONG = _l("Keep this under %(max)d characters.")


class ManyForm(Form):
    """One answer for all the chosen groups."""

    outcome = SelectField(
        _l("One answer for the chosen groups"), choices=lambda: labels.choices(Outcome)
    )
    reason = TextAreaField(
        _l("Reason"), validators=[Length(max=4000, message=TOO_LONG)], render_kw={"rows": 2}
    )


class ReturnForm(Form):
    """Sent back, and why."""

    version = HiddenField()
    reason = TextAreaField(
        _l("Why it is returned"), validators=[Length(max=2000, message=TOO_LONG)]
    )


class ExceptionForm(Form):
    """The answer to one member of the group."""

    version = HiddenField()
    outcome = RadioField(
        _l("What is decided"),
        choices=lambda: labels.choices(Outcome),
        validators=[InputRequired(_l("Choose what is decided."))],
    )
    reason = TextAreaField(_l("Reason"), validators=[Length(max=2000, message=TOO_LONG)])
