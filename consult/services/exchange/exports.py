"""All suggestions of a topic as a table, row by row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from consult.permissions import Permission
from consult.services.records import ledger
from consult.services.records.authority import require_of
from models.cluster import Cluster, Membership
from models.decision import Decision, DecisionException, DecisionState
from models.document import Clause
from models.person import Person
from models.suggestion import Suggestion
from models.topic import Topic

COLUMNS = (
    *("number", "external_id", "received", "channel", "kind", "status"),
    *("title", "facts", "proposal", "place", "clause", "supports"),
    *("cluster", "cluster_name", "similarity", "held"),
    *("outcome", "reason", "decision_state"),
)


def rows(
    session: Session, *, topic: Topic, actor: Person | None, now: datetime, original: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield every suggestion of ``topic``, oldest first, in constant memory.

    The words are those that the public may read, with personal data masked;
    ``original`` gives the authors' own. Contact data is never exported. The export
    stands in the ledger before the first row is read.
    """
    require_of(actor, Permission.SUGGESTION_EXPORT, topic)
    if original:
        require_of(actor, Permission.SUGGESTION_READ_HIDDEN, topic)
    ledger.record(session, "topic.exported", topic, actor=actor, now=now, original=original)
    return _read(session, topic, original=original)


def _read(session: Session, topic: Topic, *, original: bool) -> Iterator[dict[str, Any]]:
    apart = aliased(DecisionException)
    query = (
        select(Suggestion, Membership, Cluster, Decision, apart, Clause)
        .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
        .outerjoin(Cluster, Cluster.id == Membership.cluster_id)
        .outerjoin(
            Decision,
            (Decision.cluster_id == Membership.cluster_id)
            & (Decision.state != DecisionState.WITHDRAWN),
        )
        .outerjoin(
            apart, (apart.decision_id == Decision.id) & (apart.suggestion_id == Suggestion.id)
        )
        .outerjoin(Clause, Clause.id == Suggestion.clause_id)
        .where(Suggestion.topic_id == topic.id)
        .order_by(Suggestion.id)
        .execution_options(yield_per=500)
    )
    for suggestion, membership, cluster, decision, exception, clause in session.execute(query):
        answer = exception or decision
        yield {
            **_words(suggestion, original=original),
            "clause": (clause.label or clause.anchor) if clause else "",
            "cluster": cluster.id if cluster else "",
            "cluster_name": cluster.name if cluster else "",
            "similarity": round(membership.similarity, 4) if membership else "",
            "held": bool(membership and membership.held_at),
            "outcome": answer.outcome.value if answer else "",
            "reason": answer.reason if answer else "",
            "decision_state": decision.state.value if decision else "",
        }


def _words(suggestion: Suggestion, *, original: bool) -> dict[str, Any]:
    prefix = "" if original else "public_"
    return {
        "number": suggestion.no,
        "external_id": suggestion.external_id or "",
        "received": suggestion.created_at,
        "channel": suggestion.channel.value,
        "kind": suggestion.kind.value,
        "status": suggestion.status.value,
        "title": getattr(suggestion, f"{prefix}title"),
        "facts": getattr(suggestion, f"{prefix}facts"),
        "proposal": getattr(suggestion, f"{prefix}proposal"),
        "place": suggestion.place,
        "supports": suggestion.support_count,
    }
