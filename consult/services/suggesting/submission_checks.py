"""What is asked before a suggestion is taken, beside permission and phase."""

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, TextClause, bindparam, func, select
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


class SentBefore(NamedTuple):
    """What an author has sent already."""

    #: The number of the standing suggestion to the topic in the same words.
    same: int | None
    #: How many came through the web within the last hour.
    lately: int


def sent_before(
    session: Session,
    *,
    topic: Topic,
    author: Person,
    digest: str,
    standing: TextClause,
    now: datetime,
) -> SentBefore:
    """Look up, in one journey, what ``author`` has sent that bears on one more.

    ``standing`` says among which the same words are the same: reports are kept apart from the rest.
    """
    session.flush()
    values = {"topic": topic.id, "author": author.id, "digest": digest, "since": now - HOUR}
    return SentBefore(*session.connection().execute(_sent_before(standing), values).one())


@cache
def _sent_before(standing: TextClause) -> Select[int | None, int]:
    """One statement for each way of standing, each answered by its unique index."""
    same = select(Suggestion.id).where(
        Suggestion.topic_id == bindparam("topic"),
        Suggestion.author_id == bindparam("author"),
        Suggestion.digest == bindparam("digest"),
        standing,
    )
    lately = select(func.count()).where(
        Suggestion.author_id == bindparam("author"),
        Suggestion.channel == Channel.WEB,
        Suggestion.created_at > bindparam("since"),
    )
    columns = (same.scalar_subquery(), lately.scalar_subquery())
    return select(*columns).execution_options(planned_once=True)


def check_rate(lately: int, per_hour: int | None) -> None:
    """Refuse who sent ``per_hour`` through the web within the last hour.

    :raises TooMany: then.
    """
    if per_hour is not None and lately >= per_hour:
        raise TooMany(
            N_("You have sent %(count)s suggestions within an hour. Please go on a little later."),
            count=per_hour,
        )
