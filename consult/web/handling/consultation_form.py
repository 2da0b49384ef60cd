"""The form of a consultation that is opened on a group of messages, with what is known filled in."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from consult.services.consultations.topic_briefs import TopicBrief
from consult.web.brief_form import BriefForm
from consult.web.zone import to_local
from models.cluster import Cluster
from models.topic import Topic, TopicKind


class ConsultationForm(BriefForm):
    """What is asked, by whom and until when; the rest is added to the draft afterwards."""

    agency = SelectField(_l("Agency"), description=_l("In whose name it is asked."))

    def __init__(self, *values: Any, **more: Any) -> None:
        super().__init__(*values, **more)
        self.explanation.description = _(
            "What people wrote, what is being considered, and what you want to hear."
        )

    def brief(self, mailbox: Topic) -> TopicBrief:
        """What was written, in the language and for the region of the mailbox."""
        return TopicBrief(
            **self.written(), language=mailbox.language, region_code=mailbox.region_code
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
