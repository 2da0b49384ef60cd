"""The form of a suggestion. The service checks again; here all that is wrong is shown at once."""

from functools import cached_property

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    SelectField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types lag

from consult.services.consultations import documents
from consult.text.normalise import clip
from consult.web import current, labels
from consult.web.words_form import SentForm
from models.document import Clause, DocumentKind
from models.suggestion import SuggestionKind
from models.topic import Question, Topic

#: 举报 is confidential and has a way of its own.
OFFERED = [kind for kind in SuggestionKind if kind is not SuggestionKind.REPORT]


class SuggestionForm(SentForm):
    """Everything that comes with a new suggestion."""

    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice(kind.value, labels.label(kind)) for kind in OFFERED],
        default=SuggestionKind.ADVICE.value,
    )
    clause = SelectField(_l("Clause it is about"), validate_choice=False)
    question = SelectField(_l("Question it answers"), validate_choice=False)

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
