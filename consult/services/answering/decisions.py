"""Decisions on clusters: proposed by one person, approved by another, published together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from consult.exceptions import N_, Conflict, Invalid, NotAllowed, NotFound
from consult.permissions import Permission, require
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.grouping import turns
from consult.services.records import ledger
from consult.services.records.versions import expect_version
from models.agency import Agency
from models.cluster import Cluster
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
            joinedload(Decision.topic).joinedload(Topic.region),
            joinedload(Decision.cluster).joinedload(Cluster.topic),
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
    turns.take(session, cluster.topic_id)
    session.refresh(cluster, ["retired_at"])
    if cluster.retired_at is not None:
        raise Conflict(N_("This group was retired; decide on the one its members went to."))
    if standing(session, cluster) is not None:
        raise Conflict(N_("There is a decision on this group already; change that one."))
    check(session, cluster.topic, answer)
    decision = Decision(
        topic=cluster.topic,
        cluster=cluster,
        proposed_by=actor,
        proposed_at=now,
        created_at=now,
        outcome=answer.outcome,
    )
    try:
        with session.begin_nested():
            session.add(decision)
            _fill(session, decision, answer)
    except IntegrityError:  # somebody proposed at the same moment: only the index sees both
        raise Conflict(N_("There is a decision on this group already; change that one.")) from None
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
    take_turn(session, decision, version)
    require_state(decision, OPEN_STATES)
    check(session, decision.topic, answer)
    _fill(session, decision, answer)
    decision.state, decision.return_reason = DecisionState.PROPOSED, ""
    decision.proposed_by, decision.proposed_at = actor, now
    ledger.record(session, "decision.revised", decision, actor=actor, now=now)


def approve(
    session: Session, *, decision: Decision, version: int, actor: Person, now: datetime
) -> None:
    """The second person agrees; never the proposer."""
    _review(session, decision, version, actor, now)
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
    _review(session, decision, version, actor, now)
    decision.state, decision.return_reason = DecisionState.RETURNED, reason.strip()
    ledger.record(session, "decision.returned", decision, actor=actor, now=now)


def withdraw(
    session: Session, *, decision: Decision, version: int, actor: Person, now: datetime
) -> None:
    """Take back a decision that is not published, so that the cluster is undecided again."""
    require(actor, Permission.DECISION_PROPOSE, decision)
    require_phase(decision.topic, TopicAct.PROPOSE, now)
    take_turn(session, decision, version)
    require_state(decision, {*OPEN_STATES, DecisionState.APPROVED})
    decision.state = DecisionState.WITHDRAWN
    ledger.record(session, "decision.withdrawn", decision, actor=actor, now=now)


def take_turn(session: Session, decision: Decision, version: int | None) -> None:
    """Wait for the turn, and look whether the decision is still as the person saw it.

    Asked before it, somebody who published or withdrew meanwhile would go unnoticed.
    """
    turns.take(session, decision.topic_id)
    session.refresh(decision, ["version", "state"])
    if version is not None:
        expect_version(decision, version)


def _review(
    session: Session, decision: Decision, version: int, actor: Person, now: datetime
) -> None:
    if decision.proposed_by_id == actor.id:
        raise NotAllowed(N_("You proposed it yourself; somebody else has to approve it."))
    require(actor, Permission.DECISION_APPROVE, decision)
    require_phase(decision.topic, TopicAct.APPROVE, now)
    take_turn(session, decision, version)
    require_state(decision, {DecisionState.PROPOSED})
    decision.reviewed_by, decision.reviewed_at = actor, now


def require_state(decision: Decision, states: set[DecisionState]) -> None:
    """Go on quietly if ``decision`` is in one of ``states``.

    :raises Conflict: if it is not.
    """
    if decision.state not in states:
        raise Conflict(N_("This decision has gone on to its next stage and stays as it is."))


def check(session: Session, topic: Topic, answer: Answer) -> None:
    """Look an answer over before anything is written, so that a refusal leaves no trace.

    :raises Invalid: if the reason is missing, or a clause is of another draft or there twice.
    """
    if answer.outcome is not Outcome.ADOPTED and not answer.reason.strip():
        raise Invalid(N_("Every answer but “adopted” needs a reason."), field="reason")
    draft = select(Document.id).filter_by(topic_id=topic.id, kind=DocumentKind.DRAFT)
    number = session.scalar(draft)
    known = [wording.clause for wording in answer.wordings if wording.clause]
    if any(clause.document_id != number for clause in known):
        raise Invalid(N_("The clause belongs to another document."), field="clauses")
    if len({clause.id for clause in known}) < len(known):
        raise Invalid(N_("A clause stands in the list twice."), field="clauses")
    if any(not (wording.clause or wording.after.strip()) for wording in answer.wordings):
        raise Invalid(N_("Write the new clause, or leave it out."), field="clauses")


def _fill(session: Session, decision: Decision, answer: Answer) -> None:
    decision.outcome, decision.reason = answer.outcome, answer.reason.strip()
    decision.used_for, decision.unit = answer.used_for, answer.unit
    decision.clause_changes.clear()
    session.flush()  # the old links must be gone before new ones to the same clauses come
    decision.clause_changes.extend(_change(wording) for wording in answer.wordings)


def _change(wording: Wording) -> ClauseChange:
    return ClauseChange(
        clause=wording.clause,
        before=wording.before or (wording.clause.text if wording.clause else ""),
        after=wording.after.strip(),
    )
