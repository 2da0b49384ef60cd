"""The forms of a message and of a report. The services check again; here all that is wrong is shown at once."""

from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types lag
from wtforms.validators import DataRequired

from consult.services.caseload import mailbox_pages
from consult.services.handling.messages import Message
from consult.services.people import agencies
from consult.web import current, labels
from consult.web.words_form import SentForm, text_field, title_field
from models.agency import Agency, Region
from models.mailbox import Domain, Mailbox
from models.suggestion import SuggestionKind

#: 举报 is confidential and has a form of its own.
OFFERED = [kind for kind in SuggestionKind if kind is not SuggestionKind.REPORT]
#: How far a unit below another is set in, in a list.
INDENT = "\N{IDEOGRAPHIC SPACE}"


class MessageForm(SentForm):
    """Everything that comes with a message."""

    title = title_field(
        _l("One matter in one sentence: what has happened, or what you want."),
        _l("Give your message a title."),
    )
    proposal = text_field(_l("What you hope for"), _l("How should it be solved?"))
    kind = SelectField(
        _l("What do you want of it?"),
        choices=[SelectChoice(kind.value, labels.label(kind)) for kind in OFFERED],
        default=SuggestionKind.HELP.value,
    )
    domain = SelectField(
        _l("Domain"),
        choices=[
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(one.value, labels.label(one)) for one in Domain),
        ],
        validators=[DataRequired(_l("Choose what it is about."))],
    )
    region = SelectField(_l("Region it is about"), validate_choice=False)
    publish_text = BooleanField(
        _l("I agree to my message being published"),
        description=_l(
            "With personal data masked, once it is accepted, together with the reply. Without it "
            "you are answered just the same, and only the office reads your words."
        ),
    )

    mailbox: Mailbox

    @cached_property
    def regions(self) -> dict[str, Region]:
        """What can be chosen, by code."""
        found = mailbox_pages.regions_of(current.session(), self.mailbox)
        return {one.code: one for one in found}

    def offer(self) -> None:
        """Fill in what can be chosen, before the form is shown."""
        self.region.choices = [
            SelectChoice("", _("Not about one region")),
            *(SelectChoice(code, labels.named(one)) for code, one in self.regions.items()),
        ]

    def validate_region(self, field: SelectField) -> None:
        if field.data and field.data not in self.regions:
            raise ValidationError(_("This region is not one that the mailbox serves."))

    @property
    def message(self) -> Message:
        """What was written, as the service takes it."""
        return Message(
            **self._words(),
            kind=SuggestionKind(self.kind.data),
            domain=Domain(self.domain.data),
            region=self.regions.get(self.region.data or ""),
            publish_text=self.publish_text.data,
            publish_name=self.publish_name.data,
        )

    def _words(self) -> dict[str, Any]:
        words = self.words
        return {
            "title": words.title,
            "facts": words.facts,
            "proposal": words.proposal,
            "place": words.place,
            "contact": self.contact,
        }


class ReportForm(MessageForm):
    """举报: neither kind nor consents are asked; the unit that it is about is."""

    named_unit = SelectField(
        _l("The unit that it is about"),
        description=_l("It will not see the report, nor will any unit below it."),
        validate_choice=False,
        validators=[DataRequired(_l("Please say which unit the report is about."))],
    )

    @cached_property
    def units(self) -> dict[str, tuple[Agency, int]]:
        """Every unit with its depth in the tree, by number."""
        return {str(one.id): (one, depth) for one, depth in agencies.tree(current.session())}

    def offer(self) -> None:
        """Fill in the regions, and the units from the top down."""
        super().offer()
        self.named_unit.choices = [
            SelectChoice("", _("Please choose")),
            *(
                SelectChoice(key, INDENT * depth + labels.named(one))
                for key, (one, depth) in self.units.items()
            ),
        ]

    def validate_named_unit(self, field: SelectField) -> None:
        if field.data and field.data not in self.units:
            raise ValidationError(_("Choose a unit from the list."))

    @property
    def message(self) -> Message:
        """What was written; the words are never published, whatever was sent along."""
        named = self.units.get(self.named_unit.data or "")
        return Message(
            **self._words(),
            kind=SuggestionKind.REPORT,
            domain=Domain(self.domain.data),
            region=self.regions.get(self.region.data or ""),
            named_unit=named[0] if named else None,
        )


def for_mailbox(form_class: type[MessageForm], mailbox: Mailbox) -> MessageForm:
    """The form of a message, or of a report, to ``mailbox``."""
    form = form_class()
    form.mailbox = mailbox
    return form
