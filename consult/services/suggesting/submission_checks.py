"""What is asked before a suggestion is taken, beside permission and phase."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Invalid, TooMany
from models.document import Clause
from models.person import Person
from models.suggestion import Channel, Suggestion
from models.topic import Question, Topic

HOUR = timedelta(hours=1)


def check_belongs(topic: Topic, clause: Clause | None, question: Question | None) -> None:
    """Refuse what it speaks to if that is another topic's.

    :raises Invalid: naming the field.
    """
    if clause is not None and clause.document.topic_id != topic.id:
        raise Invalid(N_("This clause belongs to another consultation."), field="clause")
    if question is not None and question.topic_id != topic.id:
        raise Invalid(N_("This question belongs to another consultation."), field="question")


def check_rate(session: Session, *, author: Person, per_hour: int | None, now: datetime) -> None:
    """Refuse who sent ``per_hour`` through the web within the last hour.

    :raises TooMany: then.
    """
    if per_hour is None:
        return
    sent = session.scalar(
        select(func.count()).where(
            Suggestion.author_id == author.id,
            Suggestion.channel == Channel.WEB,
            Suggestion.created_at > now - HOUR,
        )
    )
    if (sent or 0) >= per_hour:
        raise TooMany(
            N_("You have sent %(count)s suggestions within an hour. Please go on a little later."),
            count=per_hour,
        )
