"""The words of a suggestion or a message, and what comes with them: shared by both forms."""

from collections.abc import Callable
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from consult.services.suggesting.contacts import ContactDetails
from consult.services.suggesting.wording import MAX_PLACE, Words
from consult.text.normalise import tidy, tidy_line
from consult.web.forms import Form
from models.suggestion import Suggestion

TOO_LONG = _l("Keep this under %(max)d characters.")
MAX_NOTE = 1000


def tidied(by: Callable[[str], str]) -> Callable[[str | None], str | None]:
    """A filter of a field: tidies what was typed, and leaves alone what was not."""
    return lambda text: by(text) if text else text


def title_field(description: LazyString, missing: LazyString) -> StringField:
    """One matter in one line; ``missing`` is what is said where there is none."""
    return StringField(
        _l("Title"),
        description=description,
        filters=[tidied(tidy_line)],
        validators=[
            DataRequired(missing),
            Length(max=Suggestion.MAX_TITLE, message=TOO_LONG),
        ],
    )


def text_field(label: LazyString, description: LazyString, *more: Any) -> TextAreaField:
    """Words as long as they may be."""
    return TextAreaField(
        label,
        description=description,
        filters=[tidied(tidy)],
        validators=[*more, Length(max=Suggestion.MAX_TEXT, message=TOO_LONG)],
    )


class WordsForm(Form):
    """The words themselves: what an edit may change."""

    title = title_field(
        _l("One request in one sentence: what should change."),
        _l("Give your suggestion a title."),
    )
    facts = text_field(
        _l("What it is about"),
        _l("What is the matter, where, and who is affected?"),
        DataRequired(_l("Say what it is about before you send it.")),
    )
    proposal = text_field(
        _l("What you propose"), _l("What should be done, or how should the clause read?")
    )
    place = StringField(
        _l("Place"),
        description=_l("A district, road or estate, if it is about one. Not your own door."),
        filters=[tidied(tidy_line)],
        validators=[Length(max=MAX_PLACE, message=TOO_LONG)],
    )

    @property
    def words(self) -> Words:
        """What was typed, unchecked."""
        return Words(
            self.title.data or "",
            self.facts.data or "",
            self.proposal.data or "",
            self.place.data or "",
        )


class SentForm(WordsForm):
    """What comes with the words: files, the two consents, how to be reached."""

    files = MultipleFileField(
        _l("Attachments"),
        description=_l("Up to five files of at most 10 MB: PDF, Word, Excel, pictures, text."),
    )
    publish_text = BooleanField(
        _l("I agree to my text being published"),
        description=_l(
            "With personal data masked. Without it your suggestion counts and is grouped "
            "just the same, but nobody outside the office reads it."
        ),
    )
    publish_name = BooleanField(
        _l("I agree to my name being published"),
        description=_l("Otherwise the page just says “A citizen”."),
    )
    name = StringField(_l("Name"), filters=[tidied(tidy_line)], validators=[Length(max=80)])
    phone = StringField(_l("Telephone"), filters=[tidied(tidy_line)], validators=[Length(max=40)])
    address = StringField(_l("Address"), filters=[tidied(tidy_line)], validators=[Length(max=200)])
    hidden_note = TextAreaField(
        _l("Note for the handling unit only"),
        description=_l("Never published."),
        filters=[tidied(tidy)],
        validators=[Length(max=MAX_NOTE, message=TOO_LONG)],
    )
    different_from = HiddenField()

    @property
    def contact(self) -> ContactDetails:
        """How to reach the author."""
        return ContactDetails(
            self.name.data or "",
            self.phone.data or "",
            self.address.data or "",
            self.hidden_note.data or "",
        )

    @property
    def seen(self) -> list[int]:
        """Ids of the similar ones from which the author's is different."""
        parts = (self.different_from.data or "").split(",")
        return [int(part) for part in parts if part.isdecimal() and len(part) < 10][:50]  # noqa: PLR2004
