"""The form in which a drafter writes a consultation."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from consult.services.consultations import topic_briefs
from consult.services.consultations.topic_briefs import TopicBrief, brief_of
from consult.web import labels
from consult.web.forms import Form
from consult.web.numbers import is_number, number
from consult.web.zone import to_local, to_utc
from models.topic import Topic, TopicKind

TOO_LONG = _l("Keep this under %(max)d characters.")
MOMENT = "%Y-%m-%dT%H:%M"
YEARS = range(2000, 2100)


def in_our_time(form: Form, field: DateTimeLocalField) -> None:
    """Refuse years that are slips of the finger, and that no zone can be applied to."""
    if field.data and field.data.year not in YEARS:
        raise ValidationError(_("Choose a year between 2000 and 2099."))


def version_seen(field: HiddenField) -> int:
    """The version that the form was made from; 0, which none has, if it was tampered with."""
    return number(field.data)


def moment_of(field: DateTimeLocalField) -> datetime:
    """The moment that a filled-in field means."""
    if field.data is None:
        raise ValidationError(_("Say when it closes."))
    return to_utc(field.data)


class TopicForm(Form):
    """Words, window and questions; buttons named ``question`` change the list of questions."""

    version = HiddenField()
    title = StringField(
        _l("Title"),
        description=_l("As it will stand in lists, such as “… (draft for comments)”."),
        validators=[
            InputRequired(_l("Give it a title.")),
            Length(max=topic_briefs.LONGEST_TITLE, message=TOO_LONG),
        ],
    )
    kind = SelectField(
        _l("Kind"),
        choices=lambda: labels.choices(TopicKind),
        default=TopicKind.NORMATIVE_DOCUMENT,
    )
    region_code = SelectField(
        _l("Region"),
        description=_l("Whom it concerns. Left open, it is the region of the agency."),
        validators=[Optional()],
    )
    language = SelectField(_l("Language of the texts"))
    summary = TextAreaField(
        _l("Summary"),
        description=_l("One or two sentences for lists and for the head of the page."),
        validators=[Length(max=topic_briefs.LONGEST_SUMMARY, message=TOO_LONG)],
    )
    explanation = TextAreaField(
        _l("Explanation"),
        description=_l(
            "Why it is made, what it changes, what you want to hear. Markdown: # heading, - list, "
            "**strong**, [text](address)."
        ),
        validators=[Length(max=topic_briefs.LONGEST_EXPLANATION, message=TOO_LONG)],
    )
    opens_at = DateTimeLocalField(
        _l("Opens"),
        format=MOMENT,
        validators=[InputRequired(_l("Say when it opens.")), in_our_time],
    )
    closes_at = DateTimeLocalField(
        _l("Closes"),
        format=MOMENT,
        validators=[InputRequired(_l("Say when it closes.")), in_our_time],
    )
    short_window_reason = TextAreaField(
        _l("Reason for a short window"),
        description=_l("Needed when it is open for less than 30 days. Everybody can read it."),
        validators=[Length(max=topic_briefs.LONGEST_REASON, message=TOO_LONG)],
    )
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
        values: dict[str, Any] = {
            name: field.data or ""
            for name, field in self._fields.items()
            if name in {"title", "summary", "explanation", "short_window_reason", "language"}
        }
        return TopicBrief(
            **values,
            kind=TopicKind(self.kind.data),
            region_code=self.region_code.data or agency_region,
            opens_at=moment_of(self.opens_at),
            closes_at=moment_of(self.closes_at),
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
