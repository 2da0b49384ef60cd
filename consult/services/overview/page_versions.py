"""How new what a page shows is, in one query: two equal versions mean two equal pages.

Every act on a consultation stands in the ledger, which numbers entries in the order of their commits;
what the machine does to groups is counted beside it (:attr:`models.tally.Count.REGROUPED`).
The addresses of a mailbox's messages lead elsewhere, and to nobody else whether there is one; its
own pages have versions of their own, and a report (举报) has none.
What neither knows, such as a changed name of an author, shows within :data:`LONGEST`.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, select
from sqlalchemy.orm import Session

from consult.services.caseload.message_pages import NUMBER
from consult.services.caseload.public_states import shown
from consult.services.consultations.phases import state_at
from models.case import Case
from models.cluster import Cluster
from models.ledger import LedgerEntry, LedgerHead
from models.suggestion import Suggestion
from models.tally import Count, Tally
from models.topic import Topic, TopicMode, TopicState

#: Seconds after which a page counts as changed, whatever happened. Divides the hour, so that a
#: new day, which moves all deadlines, is a new version.
LONGEST = 300


def of_topic(session: Session, slug: str, *, now: datetime) -> str | None:
    """The version of all pages of a topic; None if the public has none at this address."""
    return _version(session, _asked("topic"), slug, now)


def of_suggestion(session: Session, number: int, *, now: datetime) -> str | None:
    """The version of the page of a suggestion: that of its topic."""
    return _version(session, _asked("suggestion"), number, now)


def of_group(session: Session, number: int, *, now: datetime) -> str | None:
    """The version of the page of a group: that of its topic."""
    return _version(session, _asked("group"), number, now)


def of_mailbox(session: Session, slug: str, *, now: datetime) -> str | None:
    """The version of all pages of a mailbox; None if there is none at this address."""
    return _version(session, _asked("topic"), slug, now, of_mailbox=True)


def of_message(session: Session, no: str, *, now: datetime) -> str | None:
    """The version of the page of a message: that of its mailbox; None if it is not for everybody."""
    found = NUMBER.fullmatch(no)
    if found is None:
        return None
    return _version(session, _asked("message"), int(found[2]), now, of_mailbox=True)


def of_platform(session: Session, *, now: datetime) -> str:
    """The version of pages about all topics, whose states move by the clock: a minute at most."""
    head = session.scalar(select(LedgerHead.hash)) or ""
    return f"{head[:16]}.{int(now.timestamp()) // 60}"


def of_nothing(*, now: datetime) -> str:
    """The version of pages that show no rows."""
    return str(_period(now))


@cache
def _asked(what: str) -> Select[Any]:
    """The statement that finds the version by the address of a ``what``, made and planned once."""
    key: Any = bindparam("key")
    rows = select(
        *(Topic.id, Topic.version, Topic.mode, Topic.state, Topic.opens_at, Topic.closes_at),
        _last_act(),
        _regrouped(),
    )
    found = {
        "topic": rows.where(Topic.slug == key),
        "suggestion": rows.join(Suggestion, Suggestion.topic_id == Topic.id).where(
            Suggestion.id == key
        ),
        "group": rows.join(Cluster, Cluster.topic_id == Topic.id).where(Cluster.id == key),
        "message": rows.join(Suggestion, Suggestion.topic_id == Topic.id)
        .join(Case, Case.suggestion_id == Suggestion.id)
        .where(Suggestion.id == key, shown()),
    }
    return found[what].execution_options(planned_once=True)


def _version(
    session: Session,
    query: Select[Any],
    key: object,
    now: datetime,
    *,
    of_mailbox: bool = False,
) -> str | None:
    row: Any = session.execute(query, {"key": key}).first()
    if row is None or row.state is TopicState.DRAFT:
        return None
    if (row.mode is TopicMode.MAILBOX) is not of_mailbox:
        return None
    state = state_at(row, now)
    parts = (row.id, row.version, state.value, row.last_act, row.regrouped, _period(now))
    return ".".join(map(str, parts))


def _last_act() -> Any:
    last = select(func.max(LedgerEntry.id)).where(LedgerEntry.topic_id == Topic.id)
    return _of_the_row(last).label("last_act")


def _regrouped() -> Any:
    count = select(func.sum(Tally.amount)).where(
        Tally.topic_id == Topic.id, Tally.name == Count.REGROUPED, Tally.key == 0
    )
    return _of_the_row(count).label("regrouped")


def _of_the_row(query: Select[Any]) -> ScalarSelect[Any]:
    return query.correlate(Topic).scalar_subquery()


def _period(now: datetime) -> int:
    return int(now.timestamp()) // LONGEST
