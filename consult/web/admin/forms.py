"""The forms of administration."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from consult.services.people.agencies import MAX_NAME, MAX_SLUG, SLUG
from consult.services.people.appointments import BlockReason
from consult.web import labels
from consult.web.forms import Form
from models.person import Role

NONE = ""


class AgencyForm(Form):
    """An agency; the short name is asked for once and then stays."""

    name = StringField(
        _l("Name of the agency"),
        validators=[
            DataRequired(_l("Give the agency's name.")),
            Length(max=MAX_NAME, message=_l("Keep the name under %(max)d characters.")),
        ],
    )
    name_en = StringField(_l("Name in English"), validators=[Length(max=MAX_NAME)])
    slug = StringField(
        _l("Short name for addresses"),
        description=_l(
            "Small letters, digits and hyphens, such as city-housing. It stays for good."
        ),
        validators=[
            DataRequired(_l("Give a short name.")),
            Length(max=MAX_SLUG),
            Regexp(
                f"{SLUG.pattern}$",
                message=_l("A short name is made of small letters, digits and single hyphens."),
            ),
        ],
    )
    parent = SelectField(
        _l("Lies below"),
        description=_l("Whoever holds a role above holds it here too."),
        validators=[Optional()],
    )
    region = SelectField(_l("Region"), validators=[Optional()])
    about = TextAreaField(_l("About"), validators=[Length(max=2000)])


class RegionForm(Form):
    code = StringField(
        _l("Code (GB/T 2260)"),
        description=_l("Six digits, such as 320100."),
        validators=[
            DataRequired(_l("Give the six digits.")),
            Regexp(r"\d{6}$", message=_l("A region has a code of six digits.")),
        ],
    )
    region_name = StringField(
        _l("Name of the region"), description=_l("Known already for the 34 provinces.")
    )
    name_en = StringField(_l("Name in English"))


class AppointForm(Form):
    role = SelectField(_l("Role"), choices=labels.choices(Role))
    agency = SelectField(_l("In"), description=_l("The role reaches every agency below."))


class BlockForm(Form):
    reason = SelectField(_l("Reason"), choices=labels.choices(BlockReason))
