"""The adoption report of a topic: its lines, chosen from, and what its sections say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.exceptions import NotFound
from consult.services.answering import outcomes
from consult.services.answering.outcome_lines import Line, lines, published
from consult.services.answering.outcomes import Row, Summary
from consult.services.consultations import documents
from models.decision import ClauseChange, Decision, Outcome
from models.document import Clause, Document, DocumentKind
from models.topic import Topic, TopicState

#: 关于《…》公开征求意见的公告: what is consulted on stands inside.
CALL = re.compile(r"^关于《(?P<name>.+)》[^》]*$")
ANSWERED = {TopicState.REPORTED, TopicState.ENACTED, TopicState.EVALUATED}


@dataclass(frozen=True)
class Choice:
    """What of the report is asked for; nothing given is everything."""

    outcome: Outcome | None = None
    #: Address of a clause of the draft.
    clause: str = ""
    words: str = ""


@dataclass(frozen=True)
class Refusal:
    """A reason for not adopting, and the lines that it answers."""

    reason: str
    lines: Sequence[Line]

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lines)


@dataclass(frozen=True)
class Report:
    """Everything that the report says but the words of its lines. Its totals are theirs."""

    topic: Topic
    summary: Summary
    lines: Sequence[Line]
    #: Clauses of the draft that answers changed or point to, in their order.
    clauses: Sequence[Clause]
    final: Document | None

    @property
    def name(self) -> str:
        """What was consulted on, without the words of the call around it."""
        found = CALL.match(self.topic.title)
        return found["name"] if found else self.topic.title

    @property
    def refusals(self) -> list[Refusal]:
        """Reasons for not adopting, the one that answers the most first."""
        by_reason: dict[str, list[Line]] = {}
        for line in self.lines:
            if line.outcome is Outcome.NOT_ADOPTED:
                by_reason.setdefault(line.reason, []).append(line)
        refusals = [Refusal(reason, lines) for reason, lines in by_reason.items()]
        return sorted(refusals, key=lambda one: -one.count)


def of_topic(session: Session, topic: Topic) -> Report:
    """The report of ``topic``; a fixed number of queries.

    :raises NotFound: before its decisions are published.
    """
    if topic.state not in ANSWERED:
        raise NotFound
    every = lines(session, topic)
    enacted = topic.state is not TopicState.REPORTED
    return Report(
        topic,
        outcomes.summary(session, topic, every),
        every,
        session.scalars(_clauses(topic)).all(),
        documents.of_topic(session, topic, DocumentKind.FINAL) if enacted else None,
    )


def chosen(session: Session, report: Report, choice: Choice) -> list[Line]:
    """The lines that are asked for, in the order of the report."""
    found = [line for line in report.lines if choice.outcome in (None, line.outcome)]
    if not (choice.clause or choice.words):
        return found
    rows = outcomes.rows(session, report.topic, found)
    return [row.line for row in rows if _fits(row, choice)]


def _clauses(topic: Topic) -> Select[Clause]:
    return (
        select(Clause)
        .join(ClauseChange, ClauseChange.clause_id == Clause.id)
        .join(Decision, Decision.id == ClauseChange.decision_id)
        .where(*published(topic))
        .distinct()
        .order_by(Clause.position)
    )


def _fits(row: Row, choice: Choice) -> bool:
    anchors = {change.clause.anchor for change in row.changes if change.clause}
    if choice.clause and choice.clause not in anchors:
        return False
    text = _text(row).casefold()
    return all(word in text for word in choice.words.casefold().split())


def _text(row: Row) -> str:
    said = row.suggestion
    words = [row.cluster.name, row.reason, *(change.after for change in row.changes)]
    if said is not None:
        words += [said.public_title, said.public_facts, said.public_proposal]
    return "\n".join(words)
