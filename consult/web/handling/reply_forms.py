"""The forms around a reply: written, reviewed, given more time for, asked about."""

from collections.abc import Mapping

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from consult.services.handling.replying import MOST, Outcome
from consult.services.handling.visits import VisitResult
from consult.web import labels
from consult.web.forms import Form
from consult.web.numbers import number
from models.reply import ReturnReason

TOO_LONG = _l("Keep this under %(max)d characters.")
LINE = "line-"


class ReplyForm(Form):
    """The words of a reply; lines for single messages of a joined case stand beside it."""

    version = HiddenField()
    #: Of the reply that the page shows; 0 before there is one.
    seen = HiddenField()
    text = TextAreaField(
        _l("The reply"),
        description=_l(
            "It is published under the name of the unit. What was found, on what ground,"
            " what is done and by when, whom to ask."
        ),
        validators=[Length(max=MOST, message=TOO_LONG)],
    )
    outcome = RadioField(
        _l("Outcome of the handling"),
        choices=lambda: labels.choices(Outcome),
        validators=[Optional()],
    )
    mail_text = TextAreaField(
        _l("Words for the letter"),
        description=_l(
            "Only the author gets them, by mail with the reply. Left empty, the letter says that"
            " there is a reply, and where."
        ),
        validators=[Length(max=MOST, message=TOO_LONG)],
    )
    template = SelectField(_l("Begin with a template"), validate_choice=False)

    def lacks_something(self) -> bool:
        """Whether it cannot be sent yet; each field that is empty says so, all at once."""
        if not (self.text.data or "").strip():
            self.text.errors = [_("Please write the reply.")]
        if self.outcome.data not in set(Outcome):
            self.outcome.errors = [_("Say what the outcome is.")]
        return bool(self.errors)

    @property
    def lines(self) -> Mapping[int, str]:
        """What was typed for single messages, by the number of their case."""
        return {
            number(name.removeprefix(LINE)): words
            for name, words in request.form.items()
            if name.startswith(LINE)
        }


class ReviewForm(Form):
    """What a reviewer says to a reply."""

    version = HiddenField()
    code = RadioField(
        _l("Why it is returned"),
        choices=lambda: labels.choices(ReturnReason),
        validators=[Optional()],
    )
    note = TextAreaField(
        _l("What is to be changed"), validators=[Length(max=MOST, message=TOO_LONG)]
    )


class PassForm(Form):
    """What the unit's leader adds when a reply goes on."""

    version = HiddenField()
    note = TextAreaField(
        _l("Note to the assigner"), validators=[Length(max=2000, message=TOO_LONG)]
    )


class MoreTimeForm(Form):
    """Why more time is needed, or why not."""

    version = HiddenField()
    request_version = HiddenField()
    template = SelectField(_l("Begin with a template"), validate_choice=False)
    words = TextAreaField(_l("Reason"), validators=[Length(max=2000, message=TOO_LONG)])


class VisitForm(Form):
    """What a call found."""

    visitor = RadioField(_l("The call is made for"), validate_choice=False)
    result = RadioField(
        _l("Was the author reached?"),
        choices=lambda: labels.choices(VisitResult),
        validators=[Optional()],
    )
    satisfied = RadioField(
        _l("Is the author satisfied?"),
        choices=[("yes", _l("Yes")), ("no", _l("No")), ("", _l("Did not say"))],
        validators=[Optional()],
        default="",
    )
    note = TextAreaField(
        _l("What was said"),
        description=_l("Staff reads it. Leave out telephone numbers and addresses."),
        validators=[Length(max=2000, message=TOO_LONG)],
    )
