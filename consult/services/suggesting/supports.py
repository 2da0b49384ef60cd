"""附议: standing behind somebody else's suggestion, and taking it back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Insert, Table, bindparam, delete, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from consult.exceptions import N_, Conflict, Gone, NotFound
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import cluster_counts
from consult.services.records import ledger
from consult.services.records.once import once
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus, Support


def give(session: Session, *, suggestion: Suggestion, person: Person, now: datetime) -> None:
    """Stand behind it. Twice is once, also when both arrive at the same moment.

    :raises Conflict: if it is one's own.
    :raises NotFound: if it is not shown in public.
    """
    _check(suggestion, person, now)
    row: dict[str, Any] = {
        "suggestion_id": bindparam("suggestion"),
        "person_id": bindparam("person"),
        "created_at": bindparam("now"),
    }
    if not _counted(session, once(session, Support, row), +1, suggestion, person, now):
        return
    cluster_counts.count_person(session, suggestion.id, person.id, +1)
    ledger.record(session, "suggestion.supported", suggestion, actor=person, now=now)


def take_back(session: Session, *, suggestion: Suggestion, person: Person, now: datetime) -> None:
    """No longer stand behind it; quietly goes on if one did not."""
    _check(suggestion, person, now)
    row = delete(Support).where(
        Support.suggestion_id == bindparam("suggestion"), Support.person_id == bindparam("person")
    )
    if not _counted(session, row, -1, suggestion, person, now):
        return
    cluster_counts.count_person(session, suggestion.id, person.id, -1)
    ledger.record(session, "suggestion.support_taken_back", suggestion, actor=person, now=now)


def _check(suggestion: Suggestion, person: Person, now: datetime) -> None:
    if person is not None and suggestion.author_id == person.id:
        raise Conflict(N_("This suggestion is your own: it counts already."))
    require(person, Permission.SUGGESTION_SUPPORT, suggestion)
    if suggestion.is_message and not suggestion.is_public:
        raise NotFound
    if suggestion.status is SuggestionStatus.WITHDRAWN:
        raise Gone(N_("This suggestion was withdrawn."))
    if not suggestion.is_public:
        raise NotFound
    require_phase(suggestion.topic, TopicAct.SUPPORT, now)


def _counted(
    session: Session,
    change: Insert | Delete,
    step: int,
    suggestion: Suggestion,
    person: Person,
    now: datetime,
) -> bool:
    """Change the row of a support and, if there was anything to change, the number beside it.

    The number is moved, not counted anew: its row is locked from then on, so nobody's step is
    lost, and a suggestion with 100,000 supports costs what one with a few does. PostgreSQL
    does both in one journey.
    """
    session.flush()
    connection = session.connection()
    values = {"suggestion": suggestion.id, "person": person.id, "now": now}
    row = change.returning(Support.suggestion_id)
    if connection.dialect.name == "postgresql":
        changed = row.cte("changed")
        moved = _moved(step).where(Suggestion.id == changed.c.suggestion_id)
        count = connection.scalar(moved, values)
    else:
        if connection.execute(row, values).first() is None:
            return False
        count = connection.scalar(
            _moved(step).where(Suggestion.id == bindparam("suggestion")), values
        )
    if count is None:
        return False
    set_committed_value(suggestion, "support_count", count)
    return True


def _moved(step: int) -> Any:
    """By a plain UPDATE, which leaves the version alone: counting disturbs nobody."""
    table = Suggestion.__table__
    assert isinstance(table, Table)  # noqa: S101 - never a view or a join
    return (
        update(table)
        .values(support_count=table.c.support_count + step)
        .returning(table.c.support_count)
        .execution_options(planned_once=True)
    )
