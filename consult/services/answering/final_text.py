"""The final text as the public reads it: each clause against the draft, and the voices behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from consult.exceptions import NotFound
from consult.services.answering import clause_voices
from models.document import Clause, Document, DocumentKind
from models.topic import Topic, TopicState

#: A clause may have moved so far from its place in the draft, in clauses.
NEAR = 12
#: Share of pairs of characters in common from which two clauses are one clause, edited.
ALIKE = 0.4
ENACTED = {TopicState.ENACTED, TopicState.EVALUATED}


class Standing(StrEnum):
    """What became of a clause."""

    #: A published answer to the public changed it or added it.
    CHANGED = "changed"
    #: The agency changed it; no answer to the public is behind that.
    EDITED = "edited"
    #: The agency added it.
    ADDED = "added"
    KEPT = "kept"


@dataclass(frozen=True)
class FinalClause:
    """A clause of the final text."""

    clause: Clause
    #: The clause of the draft that it was, if any.
    was: Clause | None
    standing: Standing
    #: How many suggestions stand behind the changes in it.
    voices: int


def of_topic(session: Session, topic: Topic) -> Document:
    """The final text with its clauses.

    :raises NotFound: until the policy is enacted; what is prepared is not public.
    """
    document = session.scalar(
        select(Document)
        .filter_by(topic_id=topic.id, kind=DocumentKind.FINAL)
        .options(selectinload(Document.clauses))
    )
    if document is None or topic.state not in ENACTED:
        raise NotFound
    return document


def clauses(session: Session, topic: Topic, final: Document) -> list[FinalClause]:
    """Every clause of ``final`` against the draft; four queries for any number of them."""
    draft = session.scalars(
        select(Clause)
        .join(Clause.document)
        .where(Document.topic_id == topic.id, Document.kind == DocumentKind.DRAFT)
        .order_by(Clause.position)
    ).all()
    compare = _Comparison(
        draft,
        origins=clause_voices.origins(session, topic),
        voices=clause_voices.voices_per_clause(session, topic),
    )
    return [compare(clause) for clause in final.clauses]


class _Comparison:
    """Finds for a clause of the final text what it was in the draft."""

    def __init__(
        self,
        draft: Sequence[Clause],
        *,
        origins: Mapping[int, Clause | None],
        voices: Mapping[int, int],
    ) -> None:
        self.draft, self.origins, self.voices = draft, origins, voices
        self.by_text = {_plain(clause.text): clause for clause in reversed(draft)}
        self.pairs = {clause.id: _pairs(clause.text) for clause in draft}

    def __call__(self, clause: Clause) -> FinalClause:
        voices = self.voices.get(clause.id, 0)
        same = self.by_text.get(_plain(clause.text))
        if same is not None:
            return FinalClause(clause, same, Standing.KEPT, voices)
        if clause.id in self.origins:
            return FinalClause(clause, self.origins[clause.id], Standing.CHANGED, voices)
        was = self._nearest(clause)
        return FinalClause(clause, was, Standing.EDITED if was else Standing.ADDED, voices)

    def _nearest(self, clause: Clause) -> Clause | None:
        """The clause of the draft near by that shares most of its words; numbers may have moved."""
        pairs = _pairs(clause.text)
        near = [c for c in self.draft if abs(c.position - clause.position) <= NEAR]
        alike = {c: _overlap(pairs, self.pairs[c.id]) for c in near}
        best = max(alike, key=alike.__getitem__, default=None)
        return best if best is not None and alike[best] >= ALIKE else None


def _pairs(text: str) -> set[str]:
    plain = _plain(text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _plain(text: str) -> str:
    return "".join(text.split())
