"""Members of a cluster that are answered apart from it."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from consult.exceptions import N_, Invalid
from consult.permissions import Permission, require
from consult.services.answering.decisions import OPEN_STATES, require_state, take_turn
from consult.services.records import ledger
from models.cluster import Membership
from models.decision import Decision, DecisionException, Outcome
from models.person import Person
from models.suggestion import Suggestion


def except_member(
    session: Session,
    *,
    decision: Decision,
    suggestion: Suggestion,
    outcome: Outcome,
    reason: str,
    actor: Person,
    now: datetime,
    version: int | None = None,
) -> DecisionException:
    """Answer one member of the cluster apart; saying it again replaces the first.

    Whoever does it becomes the proposer, so that nobody approves words of their own.

    :raises Invalid: if the suggestion is not in the cluster, or the reason is missing.
    :raises StaleVersion: if the decision was changed since ``version``, where that is given.
    """
    _require_change(session, decision, actor, version)
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
    _sign(decision, actor, now)
    ledger.record(
        session, "decision.excepted", decision, actor=actor, now=now, suggestion=suggestion.id
    )
    return exception


def drop_exception(
    session: Session,
    *,
    decision: Decision,
    suggestion_id: int,
    actor: Person,
    now: datetime,
    version: int | None = None,
) -> None:
    """Let the member have the answer of its cluster again."""
    _require_change(session, decision, actor, version)
    decision.exceptions[:] = [e for e in decision.exceptions if e.suggestion_id != suggestion_id]
    _sign(decision, actor, now)
    ledger.record(
        session,
        "decision.exception_dropped",
        decision,
        actor=actor,
        now=now,
        suggestion=suggestion_id,
    )


def _require_change(
    session: Session, decision: Decision, actor: Person, version: int | None
) -> None:
    require(actor, Permission.DECISION_PROPOSE, decision)
    take_turn(session, decision, version)
    require_state(decision, OPEN_STATES)


def _sign(decision: Decision, actor: Person, now: datetime) -> None:
    decision.proposed_by, decision.proposed_at = actor, now
    flag_modified(decision, "proposed_at")  # its version moves even if the clock did not
