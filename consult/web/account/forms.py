"""The forms of a person's own pages."""

from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from consult.services.people.people import MAX_NAME
from consult.web import labels
from consult.web.forms import Form
from models.person import PersonKind

ADDRESS = _l("E-mail or mobile number")
NEEDS_ADDRESS = DataRequired(_l("Give your e-mail address or mobile number."))
RULE = _l(
    "At least ten characters; a few words in a row are easy to remember. Neither your address nor a password that many people use."
)


def _new_password(label: Any = None) -> PasswordField:
    return PasswordField(
        label or _l("Password"),
        description=RULE,
        validators=[DataRequired(_l("Choose a password."))],
        render_kw={"autocomplete": "new-password"},
    )


def _name() -> StringField:
    return StringField(
        _l("Name"),
        description=_l("Shown in public only where you allow it, each time anew."),
        validators=[
            DataRequired(_l("Say what you wish to be called.")),
            Length(max=MAX_NAME, message=_l("Keep the name under %(max)d characters.")),
        ],
        render_kw={"autocomplete": "name"},
    )


def _repeated() -> PasswordField:
    return PasswordField(
        _l("The same password again"),
        validators=[
            DataRequired(_l("Type the password a second time.")),
            EqualTo("password", _l("The two passwords differ.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(Form):
    address = StringField(
        ADDRESS, validators=[NEEDS_ADDRESS], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    remember = BooleanField(
        _l("Stay signed in on this device"), description=_l("Not on a computer that others use.")
    )
    next = HiddenField()


class RegisterForm(Form):
    kind = RadioField(
        _l("You take part as"),
        choices=[
            (kind.value, labels.label(kind))
            for kind in (PersonKind.CITIZEN, PersonKind.ORGANISATION)
        ],
        default=PersonKind.CITIZEN.value,
    )
    name = _name()
    address = StringField(
        ADDRESS,
        description=_l("You sign in with it. It is kept encrypted and never shown."),
        validators=[NEEDS_ADDRESS],
        render_kw={"autocomplete": "username"},
    )
    password = _new_password()
    again = _repeated()
    next = HiddenField()


class ForgotForm(Form):
    address = StringField(
        ADDRESS, validators=[NEEDS_ADDRESS], render_kw={"autocomplete": "username"}
    )


class ResetForm(Form):
    password = _new_password(_l("New password"))
    again = _repeated()


class ChangePasswordForm(Form):
    old = PasswordField(
        _l("Present password"),
        validators=[DataRequired(_l("Type your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = _new_password(_l("New password"))
    again = _repeated()


class ProfileForm(Form):
    name = _name()
    locale = SelectField(_l("Language"))
    mail_wanted = BooleanField(
        _l("Send me notices by mail"),
        description=_l("When something you suggested or supported is decided or becomes policy."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale.choices = list(current_app.config["LANGUAGES"].items())


class TakePartForm(Form):
    address = StringField(
        ADDRESS,
        description=_l(
            "We send six digits to it, to see that it is yours. It is kept encrypted and never shown."
        ),
        validators=[NEEDS_ADDRESS],
        render_kw={"autocomplete": "email"},
    )
    next = HiddenField()


class CodeForm(Form):
    code = StringField(
        _l("The six digits"),
        validators=[DataRequired(_l("Type the code that we sent."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 6},
    )
    address = HiddenField()
    next = HiddenField()
