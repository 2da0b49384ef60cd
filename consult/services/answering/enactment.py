"""The policy comes into being: its final text, clause by clause tied to the voices behind it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Invalid
from consult.permissions import Permission, require
from consult.services.answering import telling
from consult.services.consultations import documents
from consult.services.consultations.phases import TopicAct, require_phase
from consult.services.records import ledger
from models.decision import ClauseChange, Decision, DecisionState
from models.document import Clause, Document, DocumentKind
from models.notice import NoticeKind
from models.person import Person
from models.topic import Topic, TopicState


def changes(session: Session, topic: Topic) -> Sequence[ClauseChange]:
    """Every clause change of a published decision of ``topic``, in the order of the draft."""
    return session.scalars(
        select(ClauseChange)
        .join(Decision, Decision.id == ClauseChange.decision_id)
        .outerjoin(Clause, Clause.id == ClauseChange.clause_id)
        .where(Decision.topic_id == topic.id, Decision.state == DecisionState.PUBLISHED)
        .options(
            joinedload(ClauseChange.clause),
            joinedload(ClauseChange.final_clause),
            joinedload(ClauseChange.decision).joinedload(Decision.cluster),
        )
        .order_by(Clause.position, ClauseChange.id)
    ).all()


def set_final(
    session: Session,
    *,
    topic: Topic,
    title: str,
    text: str,
    actor: Person,
    now: datetime,
    version: int | None = None,
) -> Document:
    """Write or replace the final text; what was tied to its clauses is tied anew afterwards."""
    require(actor, Permission.TOPIC_REPORT, topic)
    for change in changes(session, topic):
        change.final_clause = None
    return documents.set_text(
        session,
        topic=topic,
        kind=DocumentKind.FINAL,
        title=title,
        text=text,
        actor=actor,
        now=now,
        version=version,
    )


def propose_places(final: Document, wanted: Sequence[ClauseChange]) -> dict[int, Clause | None]:
    """Where in the final text each change seems to stand, by id of the change.

    The clause that holds the promised words, word for word; else the one with
    the address it had in the draft; else none. A person confirms.
    """
    plain = {clause: _plain(clause.text) for clause in final.clauses}
    by_anchor = {clause.anchor: clause for clause in final.clauses}
    return {change.id: _place(change, plain, by_anchor) for change in wanted}


def place(
    session: Session,
    *,
    topic: Topic,
    places: Mapping[int, str],
    actor: Person,
    now: datetime,
) -> None:
    """Tie changes to clauses of the final text: id of the change → anchor ("" for none).

    :raises Invalid: if there is no final text yet, or an anchor is not in it.
    """
    require(actor, Permission.TOPIC_REPORT, topic)
    require_phase(topic, TopicAct.ENACT, now)
    final = _final(session, topic)
    if not places:
        return
    by_anchor = {clause.anchor: clause for clause in final.clauses}
    for change in changes(session, topic):
        if change.id not in places:
            continue
        anchor = places[change.id]
        if anchor and anchor not in by_anchor:
            raise Invalid(N_("The final text has no clause %(anchor)s."), anchor=anchor)
        change.final_clause = by_anchor.get(anchor)
    ledger.record(session, "document.tied", final, actor=actor, now=now, changes=sorted(places))


def enact(
    session: Session,
    *,
    topic: Topic,
    number: str,
    issued_on: date,
    url: str = "",
    places: Mapping[int, str] | None = None,
    actor: Person,
    now: datetime,
) -> int:
    """Make ``topic`` *enacted* and tell everyone again; returns how many notices were written.

    The final text must be there. ``places`` are those of :func:`place`; changes that
    nobody placed are tied where they seem to stand.

    :raises Invalid: if there is no final text, or the address is not one of the web.
    """
    require(actor, Permission.TOPIC_REPORT, topic)
    require_phase(topic, TopicAct.ENACT, now)
    final = _final(session, topic)
    if url.strip() and not url.strip().startswith(("https://", "http://")):
        raise Invalid(N_("An address begins with https:// or http://."), field="url")
    placed = places or {}
    place(session, topic=topic, places=placed, actor=actor, now=now)
    final.number, final.issued_on, final.url = number.strip(), issued_on, url.strip()
    wanted = changes(session, topic)
    guesses = propose_places(final, wanted)
    for change in wanted:
        if change.final_clause is None and change.id not in placed:
            change.final_clause = guesses[change.id]
    topic.state, topic.enacted_at = TopicState.ENACTED, now
    session.flush()
    notices = telling.tell_everyone(session, topic=topic, kind=NoticeKind.ENACTED, now=now)
    ledger.record(session, "topic.enacted", topic, actor=actor, now=now, notices=notices)
    return notices


def evaluate(session: Session, *, topic: Topic, actor: Person, now: datetime) -> None:
    """Record that the policy was looked at again after some time 后评估."""
    require(actor, Permission.TOPIC_REPORT, topic)
    require_phase(topic, TopicAct.EVALUATE, now)
    topic.state = TopicState.EVALUATED
    ledger.record(session, "topic.evaluated", topic, actor=actor, now=now)


def _final(session: Session, topic: Topic) -> Document:
    document = session.scalar(
        select(Document).filter_by(topic_id=topic.id, kind=DocumentKind.FINAL)
    )
    if document is None or not document.clauses:
        raise Invalid(N_("Add the final text first: its clauses show what became of the voices."))
    return document


def _place(
    change: ClauseChange, plain: Mapping[Clause, str], by_anchor: Mapping[str, Clause]
) -> Clause | None:
    after = _plain(change.after)
    if after:
        for clause, text in plain.items():
            if after in text:
                return clause
    if not change.after:  # struck out: it stands nowhere
        return None
    return by_anchor.get(change.clause.anchor) if change.clause else None


def _plain(text: str) -> str:
    return "".join(text.split())
