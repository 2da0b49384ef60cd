"""The adoption report of a topic: its lines, chosen from, and what its sections say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.exceptions import NotFound
from consult.services import documents, outcomes
from consult.services.outcomes import Row, Summary
from models.decision import Outcome
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
    lines: Sequence[Row]

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lines)


@dataclass(frozen=True)
class Report:
    """Everything that the report says. Its totals are those of its lines."""

    topic: Topic
    summary: Summary
    lines: Sequence[Row]
    final: Document | None

    @property
    def name(self) -> str:
        """What was consulted on, without the words of the call around it."""
        found = CALL.match(self.topic.title)
        return found["name"] if found else self.topic.title

    @property
    def clauses(self) -> list[Clause]:
        """The clauses of the draft that answers changed or point to, in their order."""
        found = {change.clause for line in self.lines for change in line.changes if change.clause}
        return sorted(found, key=lambda clause: clause.position)

    @property
    def refusals(self) -> list[Refusal]:
        """Reasons for not adopting, the one that answers the most first."""
        by_reason: dict[str, list[Row]] = {}
        for line in self.lines:
            if line.outcome is Outcome.NOT_ADOPTED:
                by_reason.setdefault(line.reason, []).append(line)
        refusals = [Refusal(reason, lines) for reason, lines in by_reason.items()]
        return sorted(refusals, key=lambda one: -one.count)

    def chosen(self, choice: Choice) -> list[Row]:
        """The lines that are asked for, in the order of the report."""
        return [line for line in self.lines if _fits(line, choice)]


def of_topic(session: Session, topic: Topic) -> Report:
    """The report of ``topic``; a fixed number of queries.

    :raises NotFound: before its decisions are published.
    """
    if topic.state not in ANSWERED:
        raise NotFound
    lines = outcomes.rows(session, topic)
    enacted = topic.state is not TopicState.REPORTED
    final = documents.of_topic(session, topic, DocumentKind.FINAL) if enacted else None
    return Report(topic, outcomes.summary(session, topic, lines), lines, final)


def _fits(line: Row, choice: Choice) -> bool:
    if choice.outcome and line.outcome is not choice.outcome:
        return False
    anchors = {change.clause.anchor for change in line.changes if change.clause}
    if choice.clause and choice.clause not in anchors:
        return False
    text = _text(line).casefold()
    return all(word in text for word in choice.words.casefold().split())


def _text(line: Row) -> str:
    said = line.suggestion
    words = [line.cluster.name, line.reason, *(change.after for change in line.changes)]
    if said is not None:
        words += [said.public_title, said.public_facts, said.public_proposal]
    return "\n".join(words)
