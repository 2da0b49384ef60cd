"""The journey of a suggestion: received, grouped with whom, decided how, which clause changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from consult.services.suggesting.contacts import RevealReason
from consult.services.suggesting.stages import Progress, progress
from models.cluster import Membership, Objection
from models.decision import ClauseChange, Decision, DecisionState, Outcome
from models.document import Document, DocumentKind
from models.ledger import LedgerEntry
from models.person import Appointment, Person
from models.suggestion import Suggestion, SuggestionVersion
from models.topic import TopicState

#: Words that a group and a suggestion share; more would not be read.
MOST_WORDS = 8


@dataclass(frozen=True)
class Answer:
    """What was decided: on its group or, as an exception, on it alone."""

    outcome: Outcome
    reason: str
    is_exception: bool
    published_at: datetime | None
    unit: str
    changes: Sequence[ClauseChange]


@dataclass(frozen=True)
class Reveal:
    """Somebody of the staff looked at the author's contact."""

    at: datetime
    who: str
    agency: str
    reason: RevealReason


@dataclass(frozen=True)
class Journey:
    """All that happened to a suggestion so far."""

    suggestion: Suggestion
    progress: Progress
    versions: Sequence[SuggestionVersion]
    #: Which group it is in, with its cluster.
    membership: Membership | None
    #: Words of the group that stand in the suggestion too.
    shared_words: Sequence[str]
    objection: Objection | None
    answer: Answer | None
    #: The policy that came of it.
    final: Document | None
    reveals: Sequence[Reveal]


#: The group of a suggestion and what was published on it, if anything was.
PLACED: Select[Membership, Decision] = (
    select(Membership, Decision)
    .where(Membership.suggestion_id == bindparam("suggestion"))
    .join(Membership.cluster)
    .outerjoin(
        Decision,
        and_(
            Decision.cluster_id == Membership.cluster_id,
            Decision.state == DecisionState.PUBLISHED,
        ),
    )
    .options(
        contains_eager(Membership.cluster),
        joinedload(Membership.held_by).load_only(Person.name),
        joinedload(Decision.unit),
        selectinload(Decision.exceptions),
        selectinload(Decision.clause_changes).options(
            joinedload(ClauseChange.clause), joinedload(ClauseChange.final_clause)
        ),
    )
    .execution_options(planned_once=True)
)


def in_brief(session: Session, suggestion: Suggestion) -> Journey:
    """What the public page says of it: its group and its answer. One query, three more if answered."""
    row: Any = session.execute(PLACED, {"suggestion": suggestion.id}).first()
    membership, decision = row or (None, None)
    return _told(suggestion, membership, _answer(suggestion, decision))


def of(session: Session, suggestion: Suggestion, *, now: datetime) -> Journey:
    """Gather the whole journey; ten queries whatever happened."""
    told = in_brief(session, suggestion)
    versions = select(SuggestionVersion).filter_by(suggestion_id=suggestion.id)
    return replace(
        told,
        versions=session.scalars(versions.order_by(SuggestionVersion.number)).all(),
        objection=_objection(session, told.membership),
        final=_final(session, suggestion),
        reveals=reveals(session, suggestion),
    )


def _told(suggestion: Suggestion, membership: Membership | None, answer: Answer | None) -> Journey:
    """What follows from the group and the answer alone."""
    return Journey(
        suggestion=suggestion,
        progress=progress(
            suggestion,
            size=membership.cluster.suggestion_count if membership else 0,
            outcome=answer.outcome if answer else None,
        ),
        versions=(),
        membership=membership,
        shared_words=_shared_words(suggestion, membership),
        objection=None,
        answer=answer,
        final=None,
        reveals=(),
    )


def _answer(suggestion: Suggestion, decision: Decision | None) -> Answer | None:
    if decision is None or not suggestion.is_valid:
        return None
    apart = next((one for one in decision.exceptions if one.suggestion_id == suggestion.id), None)
    return Answer(
        outcome=apart.outcome if apart else decision.outcome,
        reason=apart.reason if apart else decision.reason,
        is_exception=apart is not None,
        published_at=decision.published_at,
        unit=decision.unit.name if decision.unit and not apart else "",
        changes=() if apart else decision.clause_changes,
    )


def _shared_words(suggestion: Suggestion, membership: Membership | None) -> Sequence[str]:
    if membership is None:
        return ()
    public = (suggestion.public_title, suggestion.public_facts, suggestion.public_proposal)
    text = "\n".join(public).casefold()  # the page is public: a masked word is not named here
    words = [str(word) for word in membership.cluster.keywords]
    return [word for word in words if word.casefold() in text][:MOST_WORDS]


def _objection(session: Session, membership: Membership | None) -> Objection | None:
    """The author's "this is not what I meant" about the group it is in, or the last settled one."""
    if membership is None:
        return None
    return session.scalar(
        select(Objection)
        .filter_by(suggestion_id=membership.suggestion_id)
        .order_by(Objection.id.desc())
        .limit(1)
    )


def _final(session: Session, suggestion: Suggestion) -> Document | None:
    if suggestion.topic.state not in {TopicState.ENACTED, TopicState.EVALUATED}:
        return None
    return session.scalar(
        select(Document).filter_by(topic_id=suggestion.topic_id, kind=DocumentKind.FINAL)
    )


def reveals(session: Session, suggestion: Suggestion) -> list[Reveal]:
    """Who looked at the contact of its author, and why; two queries."""
    entries = session.scalars(
        select(LedgerEntry)
        .filter_by(subject_type="suggestion", subject_id=suggestion.id, act="contact.revealed")
        .options(
            joinedload(LedgerEntry.actor)
            .selectinload(Person.appointments)
            .joinedload(Appointment.agency)
        )
        .order_by(LedgerEntry.id)
    )
    return [
        Reveal(
            at=entry.at,
            who=entry.actor.name if entry.actor else "",
            agency=entry.actor.appointments[0].agency.name
            if entry.actor and entry.actor.appointments
            else "",
            reason=RevealReason(entry.detail["reason"]),
        )
        for entry in entries
    ]
