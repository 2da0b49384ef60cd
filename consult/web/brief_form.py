"""What a consultation asks, of whom and until when: shared by the forms in which one is begun."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from consult.services.consultations import topic_briefs
from consult.web import labels
from consult.web.forms import Form
from consult.web.zone import to_utc
from models.topic import TopicKind

TOO_LONG = _l("Keep this under %(max)d characters.")
MOMENT = "%Y-%m-%dT%H:%M"
YEARS = range(2000, 2100)


def in_our_time(form: Form, field: DateTimeLocalField) -> None:
    """Refuse years that are slips of the finger, and that no zone can be applied to."""
    if field.data and field.data.year not in YEARS:
        raise ValidationError(_("Choose a year between 2000 and 2099."))


def moment_of(field: DateTimeLocalField) -> datetime:
    """The moment that a filled-in field means."""
    if field.data is None:
        raise ValidationError(_("Say when it closes."))
    return to_utc(field.data)


class BriefForm(Form):
    """Words and window."""

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

    def written(self) -> dict[str, Any]:
        """The same as a brief has it, its times turned into moments."""
        return {
            "title": self.title.data or "",
            "kind": TopicKind(self.kind.data),
            "summary": self.summary.data or "",
            "explanation": self.explanation.data or "",
            "opens_at": moment_of(self.opens_at),
            "closes_at": moment_of(self.closes_at),
            "short_window_reason": self.short_window_reason.data or "",
        }
