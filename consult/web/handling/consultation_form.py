"""The form of a consultation that is opened on a group of messages, with what is known filled in."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from consult.services.consultations import topic_briefs
from consult.services.consultations.topic_briefs import TopicBrief
from consult.web import labels
from consult.web.forms import Form
from consult.web.zone import to_local, to_utc
from models.cluster import Cluster
from models.topic import Topic, TopicKind

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


class ConsultationForm(Form):
    """What is asked, by whom and until when; the rest is added to the draft afterwards."""

    agency = SelectField(_l("Agency"), description=_l("In whose name it is asked."))
    title = StringField(
        _l("Title"),
        validators=[
            InputRequired(_l("Give it a title.")),
            Length(max=topic_briefs.LONGEST_TITLE, message=TOO_LONG),
        ],
    )
    kind = SelectField(
        _l("Kind"), choices=lambda: labels.choices(TopicKind), default=TopicKind.LIVELIHOOD
    )
    summary = TextAreaField(
        _l("Summary"),
        validators=[Length(max=topic_briefs.LONGEST_SUMMARY, message=TOO_LONG)],
    )
    explanation = TextAreaField(
        _l("Explanation"),
        description=_l("What people wrote, what is being considered, and what you want to hear."),
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

    def brief(self, mailbox: Topic) -> TopicBrief:
        """What was written, in the language and for the region of the mailbox."""
        return TopicBrief(
            title=self.title.data or "",
            kind=TopicKind(self.kind.data),
            summary=self.summary.data or "",
            explanation=self.explanation.data or "",
            opens_at=moment_of(self.opens_at),
            closes_at=moment_of(self.closes_at),
            short_window_reason=self.short_window_reason.data or "",
            language=mailbox.language,
            region_code=mailbox.region_code,
        )


def begun(cluster: Cluster, now: datetime, window: timedelta) -> dict[str, Any]:
    """What can be written beforehand: about what, how many asked for it, and a window."""
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    facts = {
        "name": cluster.name,
        "mailbox": cluster.topic.title,
        "messages": cluster.suggestion_count,
        "people": cluster.people_count,
    }
    return {
        "agency": cluster.topic.agency.slug,
        "title": _("Opinions asked for: %(name)s", **facts),
        "kind": TopicKind.LIVELIHOOD,
        "summary": _(
            "Many people wrote to us about “%(name)s”. We ask what should be done.", **facts
        ),
        "explanation": _(
            "%(people)d people wrote or supported %(messages)d messages about “%(name)s” to “%(mailbox)s”.\n\n"
            "## What we are considering\n\n\n\n## What we want to hear from you\n\n",
            **facts,
        ),
        "opens_at": to_local(hour),
        "closes_at": to_local(hour + window),
    }
