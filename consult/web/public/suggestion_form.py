"""The form of a suggestion. The service checks again; here all that is wrong is shown at once."""

from collections.abc import Callable
from functools import cached_property

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    MultipleFileField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types lag
from wtforms.validators import DataRequired, Length

from consult.services.consultations import documents
from consult.services.suggesting.contacts import ContactDetails
from consult.services.suggesting.wording import MAX_PLACE, Words
from consult.text.normalise import clip, tidy, tidy_line
from consult.web import current, labels
from consult.web.forms import Form
from models.document import Clause, DocumentKind
from models.suggestion import Suggestion, SuggestionKind
from models.topic import Question, Topic

#: 举报 is confidential and has a way of its own.
OFFERED = [kind for kind in SuggestionKind if kind is not SuggestionKind.REPORT]
TOO_LONG = _l("Keep this under %(max)d characters.")
MAX_NOTE = 1000


def tidied(by: Callable[[str], str]) -> Callable[[str | None], str | None]:
    """A filter of a field: tidies what was typed, and leaves alone what was not."""
    return lambda text: by(text) if text else text


class WordsForm(Form):
    """The words themselves: what an edit may change."""

    title = StringField(
        _l("Title"),
        description=_l("One request in one sentence: what should change."),
        filters=[tidied(tidy_line)],
        validators=[
            DataRequired(_l("Give your suggestion a title.")),
            Length(max=Suggestion.MAX_TITLE, message=TOO_LONG),
        ],
    )
    facts = TextAreaField(
        _l("What it is about"),
        description=_l("What is the matter, where, and who is affected?"),
        filters=[tidied(tidy)],
        validators=[
            DataRequired(_l("Say what it is about before you send it.")),
            Length(max=Suggestion.MAX_TEXT, message=TOO_LONG),
        ],
    )
    proposal = TextAreaField(
        _l("What you propose"),
        description=_l("What should be done, or how should the clause read?"),
        filters=[tidied(tidy)],
        validators=[Length(max=Suggestion.MAX_TEXT, message=TOO_LONG)],
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


class SuggestionForm(WordsForm):
    """Everything that comes with a new suggestion."""

    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice(kind.value, labels.label(kind)) for kind in OFFERED],
        default=SuggestionKind.ADVICE.value,
    )
    clause = SelectField(_l("Clause it is about"), validate_choice=False)
    question = SelectField(_l("Question it answers"), validate_choice=False)
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

    topic: Topic

    @cached_property
    def clauses(self) -> dict[str, Clause]:
        """Address → what can be spoken to; read when it is asked for."""
        draft = documents.of_topic(current.session(), self.topic, DocumentKind.DRAFT)
        found = draft.clauses if draft else []
        return {one.anchor: one for one in found if one.kind in documents.SPOKEN_TO}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Number → what the agency asks in particular."""
        return {str(one.id): one for one in self.topic.questions}

    @property
    def spoken_to(self) -> Clause | None:
        """The clause that was chosen."""
        return self.clauses.get(self.clause.data) if self.clause.data else None

    @property
    def answered(self) -> Question | None:
        """The question that was chosen."""
        return self.questions.get(self.question.data) if self.question.data else None

    def offer(self) -> None:
        """Fill in what can be chosen, before the form is shown."""
        self.clause.choices = [
            SelectChoice("", _("The draft as a whole")),
            *map(_choice, self.clauses.values()),
        ]
        self.question.choices = [
            SelectChoice("", _("No particular question")),
            *(SelectChoice(key, clip(one.text, 60)) for key, one in self.questions.items()),
        ]

    def validate_clause(self, field: SelectField) -> None:
        if field.data and field.data not in self.clauses:
            raise ValidationError(_("This clause belongs to another consultation."))

    def validate_question(self, field: SelectField) -> None:
        if field.data and field.data not in self.questions:
            raise ValidationError(_("This question belongs to another consultation."))

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


def for_topic(topic: Topic) -> SuggestionForm:
    """The form of a suggestion to ``topic``.

    ``?clause=art-3`` and ``?question=7`` choose one beforehand.
    """
    form = SuggestionForm(
        clause=request.args.get("clause", ""), question=request.args.get("question", "")
    )
    form.topic = topic
    return form


def _choice(clause: Clause) -> SelectChoice:
    text = clip(" ".join(f"{clause.label} {clause.text}".split()), 40)
    return SelectChoice(clause.anchor, text, optgroup=clause.heading or None)
