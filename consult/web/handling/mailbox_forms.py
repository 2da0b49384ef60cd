"""The forms in which a mailbox is opened, changed, and given a statement."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from consult.services.handling import mailboxes_in_care
from consult.services.handling.mailboxes import MOST_TEXT, MOST_TITLE, MailboxForm
from consult.services.people import agencies, regions
from consult.web import current, labels
from consult.web.forms import Form
from consult.web.numbers import number
from models.agency import Agency, Region
from models.mailbox import Mailbox
from models.person import Person

TOO_LONG = _l("Keep this under %(max)d characters.")
#: A blank of the width of a Chinese character, for each step down the tree.
STEP = "\N{IDEOGRAPHIC SPACE}"


class EditForm(Form):
    version = HiddenField()
    title = StringField(
        _l("Name of the mailbox"),
        description=_l("As it stands in lists, such as “Mayor's mailbox”."),
        validators=[
            InputRequired(_l("Give the mailbox a name.")),
            Length(max=MOST_TITLE, message=TOO_LONG),
        ],
    )
    addressee = StringField(
        _l("Addressed to"),
        description=_l("The leader with office and name, or the unit in full."),
        validators=[
            InputRequired(_l("Say whom one writes to.")),
            Length(max=MOST_TITLE, message=TOO_LONG),
        ],
    )
    guidance = TextAreaField(
        _l("What may be written here"),
        description=_l(
            "And what belongs elsewhere: 110 and 119, courts, petitions. Markdown: # heading, "
            "- list, **strong**, [text](address)."
        ),
        validators=[Length(max=MOST_TEXT, message=TOO_LONG)],
    )
    region = SelectField(
        _l("Region"),
        description=_l("Left open, it is the region of the agency."),
        validators=[Optional()],
    )
    report_unit = SelectField(
        _l("Reports of wrongdoing go to"),
        description=_l(
            "A unit outside this agency, such as discipline inspection. Nobody here sees them."
        ),
        validators=[InputRequired(_l("Choose who receives reports of wrongdoing."))],
    )
    duty_officer = SelectField(
        _l("Duty officer"),
        description=_l("Is told at once of what cannot wait."),
        validators=[Optional()],
    )

    def offer(self, agency: Agency | None) -> None:
        """Fill the lists; people and units for reports are those that fit ``agency``."""
        session = current.session()
        tree = agencies.tree(session)
        self.report_unit.choices = [("", _("Choose a unit"))] + [
            (one.slug, STEP * depth + labels.named(one))
            for one, depth in tree
            if agency is None or not one.is_within(agency)
        ]
        people = mailboxes_in_care.officers(session, agency) if agency else []
        self.duty_officer.choices = [("", _("Nobody yet"))] + [
            (str(one.id), one.name) for one in people
        ]
        self.region.choices = [("", _("The region of the agency"))] + [
            (one.code, labels.named(one)) for one in regions.every(session)
        ]

    def written(self, slug: str = "") -> MailboxForm:
        """What was written, as the service takes it."""
        session = current.session()
        officer = number(self.duty_officer.data)
        region = self.region.data or ""
        return MailboxForm(
            title=self.title.data or "",
            addressee=self.addressee.data or "",
            guidance=self.guidance.data or "",
            report_unit=agencies.by_slug(session, self.report_unit.data),
            duty_officer=session.get(Person, officer) if officer else None,
            region=session.get(Region, region) if region else None,
            slug=slug,
        )


class NewForm(EditForm):
    agency = SelectField(_l("Agency"), description=_l("In whose name it answers."))
    slug = StringField(
        _l("Web address"),
        description=_l(
            "Small letters, digits, hyphens. Left empty, one is made of the date. It never changes."
        ),
        validators=[Length(max=80, message=TOO_LONG)],
    )


class StatementForm(Form):
    version = HiddenField()
    words = TextAreaField(
        _l("Statement"),
        description=_l(
            "Stands on top of the mailbox for everybody until it is taken down. Markdown is understood."
        ),
        validators=[Length(max=MOST_TEXT, message=TOO_LONG)],
    )


def shown(mailbox: Mailbox) -> dict[str, Any]:
    """What the form shows of a mailbox."""
    topic, officer = mailbox.topic, mailbox.duty_officer
    own = topic.region_code if topic.region_code != topic.agency.region_code else ""
    return {
        "version": mailbox.version,
        "title": topic.title,
        "addressee": mailbox.addressee,
        "guidance": mailbox.guidance,
        "region": own or "",
        "report_unit": mailbox.report_unit.slug,
        "duty_officer": str(officer.id) if officer else "",
    }
