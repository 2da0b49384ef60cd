"""All suggestions of a topic as a table, row by row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import IO, Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from consult.permissions import Permission
from consult.services.records import ledger
from consult.services.records.authority import require_of
from consult.tables import write_csv, write_json, write_jsonl, write_parquet, write_xlsx
from models.case import Case
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
#: What is not text, for formats that know kinds.
KINDS: Mapping[str, type] = {"supports": int, "cluster": int, "similarity": float, "held": bool}

Writer = Callable[[Iterable[Mapping[str, Any]], Sequence[str], IO[bytes]], None]
WRITERS: dict[str, Writer] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": write_json,
    "jsonl": write_jsonl,
    "parquet": partial(write_parquet, kinds=KINDS),
}

#: Rows fetched at a time, and between two signs of life.
FETCHED = 2000


def ask(
    session: Session, *, topic: Topic, actor: Person | None, now: datetime, original: bool = False
) -> None:
    """Ask whether ``actor`` may export, and write it into the ledger before a row is read.

    The words are those that the public may read, with personal data masked;
    ``original`` gives the authors' own. Contact data is never exported.

    :raises NotAllowed: if ``actor`` may not export, or not the authors' own words.
    """
    require(topic, actor=actor, original=original)
    ledger.record(session, "topic.exported", topic, actor=actor, now=now, original=original)


def require(topic: Topic, *, actor: Person | None, original: bool) -> None:
    """Go on quietly, or raise :exc:`~consult.exceptions.NotAllowed`."""
    require_of(actor, Permission.SUGGESTION_EXPORT, topic)
    if original:
        require_of(actor, Permission.SUGGESTION_READ_HIDDEN, topic)


def count(session: Session, topic_id: int) -> int:
    """How many rows an export has."""
    return session.scalar(select(func.count()).where(*_told(topic_id))) or 0


def read(session: Session, topic_id: int, *, original: bool) -> Iterator[dict[str, Any]]:
    """Yield every suggestion, oldest first, for somebody whose right to them was asked for.

    One query, so that all rows are of one moment; fetched piece by piece, in constant memory.
    """
    columns, query = _query(topic_id, original=original)
    for found in session.execute(query.execution_options(yield_per=FETCHED)):
        yield _row(topic_id, dict(zip(columns, found, strict=True)))


def watched(
    rows: Iterator[dict[str, Any]], watch: Callable[[int], object]
) -> Iterator[dict[str, Any]]:
    """Pass ``rows`` on, and tell ``watch`` now and then how many there were."""
    for number, row in enumerate(rows, start=1):
        yield row
        if not number % FETCHED:
            watch(number)


def _query(topic_id: int, *, original: bool) -> tuple[list[str], Select[Any]]:
    """Columns, not objects: those would take most of the time."""
    apart = aliased(DecisionException)
    prefix = "" if original else "public_"
    columns = {
        "number": Suggestion.id,
        "external_id": Suggestion.external_id,
        "received": Suggestion.created_at,
        "channel": Suggestion.channel,
        "kind": Suggestion.kind,
        "status": Suggestion.status,
        **{name: getattr(Suggestion, prefix + name) for name in ("title", "facts", "proposal")},
        "place": Suggestion.place,
        "supports": Suggestion.support_count,
        "clause": func.coalesce(func.nullif(Clause.label, ""), Clause.anchor),
        "cluster": Cluster.id,
        "cluster_name": Cluster.name,
        "similarity": Membership.similarity,
        "held": Membership.held_at,
        "outcome": Decision.outcome,
        "reason": Decision.reason,
        "decision_state": Decision.state,
        "apart": apart.outcome,
        "apart_reason": apart.reason,
    }
    stands = Decision.state != DecisionState.WITHDRAWN
    query = (
        select(*columns.values())
        .select_from(Suggestion)
        .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
        .outerjoin(Cluster, Cluster.id == Membership.cluster_id)
        .outerjoin(Decision, (Decision.cluster_id == Membership.cluster_id) & stands)
        .outerjoin(
            apart, (apart.decision_id == Decision.id) & (apart.suggestion_id == Suggestion.id)
        )
        .outerjoin(Clause, Clause.id == Suggestion.clause_id)
        .where(*_told(topic_id))
        .order_by(Suggestion.id)
    )
    return list(columns), query


def _told(topic_id: int) -> tuple[ColumnElement[bool], ...]:
    """All of a topic; reports to a mailbox are in no table, whoever asks for it."""
    report = select(Case.id).where(Case.suggestion_id == Suggestion.id, Case.confidential)
    return Suggestion.topic_id == topic_id, ~report.exists()


def _row(topic_id: int, row: dict[str, Any]) -> dict[str, Any]:
    """A row as it is written: words for states, nothing for what is not there."""
    apart, reason = row.pop("apart"), row.pop("apart_reason")
    if apart is not None:
        row["outcome"], row["reason"] = apart, reason
    row["number"] = f"{topic_id:04d}-{row['number']:06d}"
    row["held"] = row["held"] is not None
    if row["similarity"] is not None:
        row["similarity"] = round(row["similarity"], 4)
    for name in ("channel", "kind", "status", "outcome", "decision_state"):
        row[name] = row[name].value if row[name] is not None else ""
    return {name: "" if value is None else value for name, value in row.items()}
