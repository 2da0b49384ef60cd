"""The forms of acts on a case: what each asks for."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from consult.services.handling.reception import MOST, Refused
from consult.web import labels
from consult.web.forms import Form
from consult.web.numbers import number
from models.mailbox import Domain, Track

LONGEST_LINE = 200


def words_field(label: Any, note: Any = "", *, required: bool = True) -> TextAreaField:
    """A few lines of text, of which a service keeps all or nothing."""
    checks: list[Any] = [
        Length(max=MOST, message=_l("Write up to %(most)d characters.", most=MOST))
    ]
    if required:
        checks.insert(0, DataRequired(_l("Please write a few words.")))
    return TextAreaField(label, description=note, validators=checks, render_kw={"rows": 6})


class ActForm(Form):
    """Every act says which version of the case it was decided on."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that the person saw."""
        return number(self.version.data)

    def arguments(self) -> dict[str, Any]:
        """What the service is given besides the case, the actor and the moment."""
        return {}


class WordsForm(ActForm):
    def arguments(self) -> dict[str, Any]:
        return {"words": self.words.data or ""}


class AcceptForm(ActForm):
    domain = SelectField(
        _l("Domain"), description=_l("As the author chose it, unless you know better.")
    )
    track = RadioField(
        _l("How it is handled"),
        description=_l("It sets the time for the reply."),
        default=Track.ORDINARY,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.domain.choices = labels.choices(Domain)
        self.track.choices = labels.choices(Track)

    def arguments(self) -> dict[str, Any]:
        return {"domain": Domain(self.domain.data), "track": Track(self.track.data)}


class RefuseForm(WordsForm):
    reason = RadioField(
        _l("Reason"),
        description=_l("The author reads it."),
        validators=[DataRequired(_l("Choose a reason from the list."))],
    )
    channel = StringField(
        _l("Where the matter belongs"),
        description=_l(
            "The court, the agency or the telephone number, so that the author can go on."
        ),
        validators=[Length(max=LONGEST_LINE, message=_l("Write up to %(max)d characters."))],
    )
    words = words_field(_l("What you wish to add"), _l("The author reads it."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = labels.choices(Refused)

    def arguments(self) -> dict[str, Any]:
        return {
            "reason": Refused(self.reason.data),
            "channel": self.channel.data or "",
            **super().arguments(),
        }


class MoreForm(WordsForm):
    words = words_field(
        _l("What is missing"),
        _l("Say exactly what the author should add. The review stops until it comes."),
    )


class ReasonForm(WordsForm):
    words = words_field(
        _l("Reason"), _l("It stands in the timeline of the case; the author reads it.")
    )


class InnerReasonForm(WordsForm):
    words = words_field(_l("Reason"), _l("The units concerned read it; the author does not."))


class ToAuthorForm(WordsForm):
    words = words_field(_l("Words to the author"), _l("The author reads them."))


class GroundsForm(WordsForm):
    words = words_field(
        _l("Grounds"), _l("The facts and the rules on which you decide. The author reads them.")
    )


class TransferForm(WordsForm):
    receiver = StringField(
        _l("To whom it is handed"),
        description=_l("The name of the agency; the author is told."),
        validators=[
            DataRequired(_l("Please say to whom it is handed.")),
            Length(max=LONGEST_LINE, message=_l("Write up to %(max)d characters.")),
        ],
    )
    words = words_field(_l("What you wish to add"), _l("The author reads it."), required=False)

    def arguments(self) -> dict[str, Any]:
        return {"receiver": self.receiver.data or "", **super().arguments()}


class AssignForm(WordsForm):
    unit = SelectField(
        _l("Unit that answers"),
        validators=[DataRequired(_l("Choose a unit."))],
        validate_choice=False,
    )
    co_units = SelectMultipleField(
        _l("Units that help"),
        description=_l("They see the case and take part in joint meetings; also across regions."),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    words = words_field(_l("Instruction to the unit"), _l("The author reads it."), required=False)


class ReassignForm(AssignForm):
    words = words_field(
        _l("Reason"), _l("It stands in the timeline of the case; the author reads it.")
    )
    ruling = BooleanField(
        _l("This is a ruling"),
        description=_l(
            "The unit cannot object any more. From the third transfer on it takes a ruling."
        ),
    )

    def arguments(self) -> dict[str, Any]:
        return {"ruling": bool(self.ruling.data), **super().arguments()}
