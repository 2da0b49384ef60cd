"""The form in which a drafter writes a consultation."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from consult.services.consultations import topic_briefs
from consult.services.consultations.topic_briefs import TopicBrief, brief_of
from consult.web.brief_form import TOO_LONG, BriefForm
from consult.web.numbers import is_number, number
from consult.web.zone import to_local
from models.topic import Topic


def version_seen(field: HiddenField) -> int:
    """The version that the form was made from; 0, which none has, if it was tampered with."""
    return number(field.data)


class TopicForm(BriefForm):
    """Words, window and questions; buttons named ``question`` change the list of questions."""

    version = HiddenField()
    region_code = SelectField(
        _l("Region"),
        description=_l("Whom it concerns. Left open, it is the region of the agency."),
        validators=[Optional()],
    )
    language = SelectField(_l("Language of the texts"))
    allows_anonymous = BooleanField(
        _l("Let people take part without an account"),
        description=_l("They prove a mail address with a code instead."),
    )
    questions = FieldList(
        TextAreaField(
            _l("Question"),
            validators=[Length(max=topic_briefs.LONGEST_QUESTION, message=TOO_LONG)],
        ),
        _l("Questions"),
        description=_l("What you ask in particular. An empty line is left out."),
    )

    def rearranged(self) -> bool:
        """Carry out the button of the list of questions, if one was pressed, and say so."""
        act, _dash, place = request.form.get("question", "").partition("-")
        if not act:
            return False
        texts = [entry.data or "" for entry in self.questions]
        here = int(place) if is_number(place) and int(place) < len(texts) else 0
        if act == "more":
            texts.append("")
        elif act == "remove" and texts:
            del texts[here]
        elif act == "up" and here:
            texts[here - 1 : here + 1] = reversed(texts[here - 1 : here + 1])
        self.show_questions(texts)
        return True

    def show_questions(self, texts: list[str]) -> None:
        """Fill the list anew."""
        while self.questions.entries:
            self.questions.pop_entry()
        for text in texts:
            self.questions.append_entry(text)

    def brief(self, agency_region: str | None) -> TopicBrief:
        """What was written, its times turned into moments."""
        return TopicBrief(
            **self.written(),
            language=self.language.data or "",
            region_code=self.region_code.data or agency_region,
            allows_anonymous=bool(self.allows_anonymous.data),
            questions=tuple(entry.data or "" for entry in self.questions),
        )


class NewTopicForm(TopicForm):
    """The same, for a consultation that is not there yet."""

    agency = SelectField(_l("Agency"), description=_l("In whose name it is asked."))
    slug = StringField(
        _l("Web address"),
        description=_l(
            "The end of the address of its page: small letters, digits, hyphens. "
            "Left empty, one is made of the date. It never changes."
        ),
        validators=[Length(max=80, message=TOO_LONG)],
    )


def written(topic: Topic) -> dict[str, Any]:
    """What the form shows of ``topic``."""
    brief = brief_of(topic)
    return brief.columns() | {
        "version": topic.version,
        "opens_at": to_local(brief.opens_at),
        "closes_at": to_local(brief.closes_at),
        "questions": [*brief.questions],
    }
