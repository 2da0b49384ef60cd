"""附议: standing behind somebody else's suggestion, and taking it back."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from consult.exceptions import N_, Conflict, Gone, NotFound
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import cluster_counts
from consult.services.records import ledger
from consult.services.records.once import once
from models.cluster import Membership
from models.person import Person
from models.suggestion import Suggestion, SuggestionStatus, Support


def give(session: Session, *, suggestion: Suggestion, person: Person, now: datetime) -> None:
    """Stand behind it. Twice is once, also when both arrive at the same moment.

    :raises Conflict: if it is one's own.
    :raises NotFound: if it is not shown in public.
    """
    _check(suggestion, person, now)
    _queue_up(session, suggestion)
    row = {"suggestion_id": suggestion.id, "person_id": person.id, "created_at": now}
    given = once(session, Support, row).returning(Support.person_id)
    if session.execute(given).first() is None:
        return
    _recount(session, suggestion)
    ledger.record(session, "suggestion.supported", suggestion, actor=person, now=now)


def take_back(session: Session, *, suggestion: Suggestion, person: Person, now: datetime) -> None:
    """No longer stand behind it; quietly goes on if one did not."""
    _check(suggestion, person, now)
    _queue_up(session, suggestion)
    key = (Support.suggestion_id == suggestion.id, Support.person_id == person.id)
    gone = session.execute(delete(Support).where(*key).returning(Support.person_id)).all()
    if not gone:
        return
    _recount(session, suggestion)
    ledger.record(session, "suggestion.support_taken_back", suggestion, actor=person, now=now)


def _check(suggestion: Suggestion, person: Person, now: datetime) -> None:
    if person is not None and suggestion.author_id == person.id:
        raise Conflict(N_("This suggestion is your own: it counts already."))
    require(person, Permission.SUGGESTION_SUPPORT, suggestion)
    if suggestion.status is SuggestionStatus.WITHDRAWN:
        raise Gone(N_("This suggestion was withdrawn."))
    if not suggestion.is_public:
        raise NotFound
    require_phase(suggestion.topic, TopicAct.SUPPORT, now)


def _queue_up(session: Session, suggestion: Suggestion) -> None:
    """Let those who support the same suggestion count one after the other.

    Without it two transactions would each count without the other's row.
    SQLite writes one transaction at a time anyway.
    """
    session.execute(
        select(Suggestion.id).where(Suggestion.id == suggestion.id).with_for_update(key_share=True)
    )


def _recount(session: Session, suggestion: Suggestion) -> None:
    """Write the number as a fresh count, and those of its group, in the same transaction."""
    count = select(func.count()).where(Support.suggestion_id == suggestion.id).scalar_subquery()
    counted = session.execute(
        update(Suggestion)
        .where(Suggestion.id == suggestion.id)
        .values(support_count=count)
        .returning(Suggestion.support_count)
        .execution_options(synchronize_session=False)
    )
    set_committed_value(suggestion, "support_count", counted.scalar_one())
    cluster_id = session.scalar(
        select(Membership.cluster_id).where(Membership.suggestion_id == suggestion.id)
    )
    if cluster_id is not None:
        cluster_counts.recount_people(session, cluster_id)
