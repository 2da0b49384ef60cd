"""Decisions on clusters: proposed by one person, approved by another, published together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.exceptions import N_, Conflict, Invalid, NotFound
from consult.permissions import Permission, require
from consult.services import ledger
from consult.services.phases import TopicAct, require_phase
from consult.services.versions import expect_version
from models.agency import Agency
from models.cluster import Cluster, Membership
from models.decision import (
    ClauseChange,
    Decision,
    DecisionException,
    DecisionState,
    Outcome,
    UsedFor,
)
from models.document import Clause, Document, DocumentKind
from models.person import Person
from models.suggestion import Suggestion
from models.topic import Topic

#: States in which the proposer may still change it.
OPEN_STATES = {DecisionState.PROPOSED, DecisionState.RETURNED}


@dataclass(frozen=True)
class Wording:
    """A clause of the draft and its words afterwards; None: the clause is new."""

    clause: Clause | None
    after: str
    before: str = ""


@dataclass(frozen=True)
class Answer:
    """What is decided: the same for the whole cluster."""

    outcome: Outcome
    reason: str = ""
    used_for: UsedFor | None = None
    unit: Agency | None = None
    wordings: Sequence[Wording] = ()


def by_id(session: Session, decision_id: int) -> Decision:
    """One decision with all that its page shows.

    :raises NotFound: if there is none.
    """
    decision = session.scalar(
        select(Decision)
        .where(Decision.id == decision_id)
        .options(
            joinedload(Decision.topic).selectinload(Topic.documents),
            joinedload(Decision.cluster).joinedload(Cluster.representative),
            joinedload(Decision.unit),
            joinedload(Decision.proposed_by),
            joinedload(Decision.reviewed_by),
            selectinload(Decision.exceptions).joinedload(DecisionException.suggestion),
            selectinload(Decision.clause_changes).joinedload(ClauseChange.clause),
            selectinload(Decision.clause_changes).joinedload(ClauseChange.final_clause),
        )
    )
    if decision is None:
        raise NotFound
    return decision


def standing(session: Session, cluster: Cluster) -> Decision | None:
    """The decision on ``cluster`` that has not been withdrawn, if any."""
    return session.scalar(
        select(Decision).where(
            Decision.cluster_id == cluster.id, Decision.state != DecisionState.WITHDRAWN
        )
    )


def propose(
    session: Session, *, cluster: Cluster, answer: Answer, actor: Person, now: datetime
) -> Decision:
    """Put an answer to a cluster before the second person.

    :raises Conflict: if the cluster is retired or has a decision already.
    :raises Invalid: if the reason is missing, or a clause belongs to another draft.
    """
    require(actor, Permission.DECISION_PROPOSE, cluster)
    require_phase(cluster.topic, TopicAct.PROPOSE, now)
    if cluster.retired_at is not None:
        raise Conflict(N_("This group was retired; decide on the one its members went to."))
    if standing(session, cluster) is not None:
        raise Conflict(N_("There is a decision on this group already; change that one."))
    decision = Decision(
        topic=cluster.topic,
        cluster=cluster,
        proposed_by=actor,
        proposed_at=now,
        created_at=now,
        outcome=answer.outcome,
    )
    session.add(decision)
    _fill(session, decision, answer)
    ledger.record(session, "decision.proposed", decision, actor=actor, now=now, cluster=cluster.id)
    return decision


def revise(
    session: Session,
    *,
    decision: Decision,
    answer: Answer,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """Change a proposal, or one that was returned, and put it forward again.

    Whoever revises becomes the proposer, so that nobody approves words of their own.
    """
    require(actor, Permission.DECISION_PROPOSE, decision)
    require_phase(decision.topic, TopicAct.PROPOSE, now)
    expect_version(decision, version)
    _require_state(decision, OPEN_STATES)
    _fill(session, decision, answer)
    decision.state, decision.return_reason = DecisionState.PROPOSED, ""
    decision.proposed_by, decision.proposed_at = actor, now
    ledger.record(session, "decision.revised", decision, actor=actor, now=now)


def except_member(
    session: Session,
    *,
    decision: Decision,
    suggestion: Suggestion,
    outcome: Outcome,
    reason: str,
    actor: Person,
    now: datetime,
) -> DecisionException:
    """Answer one member of the cluster apart; saying it again replaces the first.

    :raises Invalid: if the suggestion is not in the cluster, or the reason is missing.
    """
    require(actor, Permission.DECISION_PROPOSE, decision)
    _require_state(decision, OPEN_STATES)
    membership = session.get(Membership, suggestion.id)
    if membership is None or membership.cluster_id != decision.cluster_id:
        raise Invalid(N_("This suggestion is not in the group."), field="suggestion")
    if not reason.strip():
        raise Invalid(N_("An exception needs a reason."), field="reason")
    found = next((e for e in decision.exceptions if e.suggestion_id == suggestion.id), None)
    exception = found or DecisionException(suggestion=suggestion)
    exception.outcome, exception.reason = outcome, reason.strip()
    if found is None:
        decision.exceptions.append(exception)
    _touch(decision, actor, now)
    ledger.record(
        session, "decision.excepted", decision, actor=actor, now=now, suggestion=suggestion.id
    )
    return exception


def drop_exception(
    session: Session, *, decision: Decision, suggestion_id: int, actor: Person, now: datetime
) -> None:
    """Let the member have the answer of its cluster again."""
    require(actor, Permission.DECISION_PROPOSE, decision)
    _require_state(decision, OPEN_STATES)
    decision.exceptions[:] = [e for e in decision.exceptions if e.suggestion_id != suggestion_id]
    _touch(decision, actor, now)
    ledger.record(
        session,
        "decision.exception_dropped",
        decision,
        actor=actor,
        now=now,
        suggestion=suggestion_id,
    )


def approve(
    session: Session, *, decision: Decision, version: int, actor: Person, now: datetime
) -> None:
    """The second person agrees; never the proposer."""
    _review(decision, version, actor, now)
    decision.state = DecisionState.APPROVED
    ledger.record(session, "decision.approved", decision, actor=actor, now=now)


def return_(
    session: Session,
    *,
    decision: Decision,
    reason: str,
    version: int,
    actor: Person,
    now: datetime,
) -> None:
    """Send a proposal back with the reason.

    :raises Invalid: if no reason is given.
    """
    if not reason.strip():
        raise Invalid(N_("Say why it is returned."), field="reason")
    _review(decision, version, actor, now)
    decision.state, decision.return_reason = DecisionState.RETURNED, reason.strip()
    ledger.record(session, "decision.returned", decision, actor=actor, now=now)


def withdraw(
    session: Session, *, decision: Decision, version: int, actor: Person, now: datetime
) -> None:
    """Take back a decision that is not published, so that the cluster is undecided again."""
    require(actor, Permission.DECISION_PROPOSE, decision)
    require_phase(decision.topic, TopicAct.PROPOSE, now)
    expect_version(decision, version)
    _require_state(decision, {*OPEN_STATES, DecisionState.APPROVED})
    decision.state = DecisionState.WITHDRAWN
    ledger.record(session, "decision.withdrawn", decision, actor=actor, now=now)


def _review(decision: Decision, version: int, actor: Person, now: datetime) -> None:
    require(actor, Permission.DECISION_APPROVE, decision)
    require_phase(decision.topic, TopicAct.APPROVE, now)
    expect_version(decision, version)
    _require_state(decision, {DecisionState.PROPOSED})
    decision.reviewed_by, decision.reviewed_at = actor, now


def _require_state(decision: Decision, states: set[DecisionState]) -> None:
    if decision.state not in states:
        raise Conflict(N_("This decision has gone on to its next stage and stays as it is."))


def _touch(decision: Decision, actor: Person, now: datetime) -> None:
    """A changed proposal is a new one: proposed by, and not yet seen by the second person."""
    decision.state = DecisionState.PROPOSED
    decision.proposed_by, decision.proposed_at = actor, now


def _fill(session: Session, decision: Decision, answer: Answer) -> None:
    if answer.outcome is not Outcome.ADOPTED and not answer.reason.strip():
        raise Invalid(N_("Every answer but “adopted” needs a reason."), field="reason")
    decision.outcome, decision.reason = answer.outcome, answer.reason.strip()
    decision.used_for, decision.unit = answer.used_for, answer.unit
    decision.clause_changes.clear()
    session.flush()  # the old links must be gone before new ones to the same clauses come
    decision.clause_changes.extend(_changes(session, decision.topic_id, answer.wordings))


def _changes(session: Session, topic_id: int, wordings: Sequence[Wording]) -> list[ClauseChange]:
    draft = session.scalar(
        select(Document.id).filter_by(topic_id=topic_id, kind=DocumentKind.DRAFT)
    )
    if any(wording.clause and wording.clause.document_id != draft for wording in wordings):
        raise Invalid(N_("The clause belongs to another document."), field="clauses")
    return [
        ClauseChange(
            clause=wording.clause,
            before=wording.before or (wording.clause.text if wording.clause else ""),
            after=wording.after.strip(),
        )
        for wording in wordings
    ]
