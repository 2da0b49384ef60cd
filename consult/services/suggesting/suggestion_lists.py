"""Lists of suggestions that everybody may read, and the similar ones to a text."""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.clustering import Document, EncoderUnavailable, encode_documents
from consult.services.grouping.similarity import TopicIndexes
from consult.services.records import tallies
from consult.services.records.pages import Page, paginate_wide
from consult.services.suggesting import word_search
from consult.services.suggesting.faces import PublicSuggestion, faces, loaded
from consult.text.normalise import tidy, tidy_line
from consult.text.personal_data import find_personal_data
from models.document import Clause
from models.person import Person
from models.suggestion import Suggestion, SuggestionKind, SuggestionStatus
from models.tally import Count
from models.topic import Question, Topic

log = logging.getLogger(__name__)

#: How unlikely the same request may be and still be worth offering, 0–1.
LEAST_SCORE = 0.05
#: The same where words alone are compared: without its meaning a likely match scores lower.
LEAST_BY_WORDS = 0.03
#: Digits that may be a part of somebody's number.
LONG_NUMBER = re.compile(r"\d{6,}")


class Sort(StrEnum):
    """Orders of a list. By support: the number of people who support it, then the newer."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SUPPORTED = "supported"


ORDERS: dict[Sort, list[Any]] = {
    Sort.NEWEST: [Suggestion.created_at.desc(), Suggestion.id.desc()],
    Sort.OLDEST: [Suggestion.created_at, Suggestion.id],
    Sort.SUPPORTED: [Suggestion.support_count.desc(), Suggestion.id.desc()],
}


@dataclass(frozen=True)
class SimilarSuggestion:
    """One that may ask the same, and why it was found."""

    face: PublicSuggestion
    #: The probability that it asks the same, 0–1.
    score: float
    shared_words: tuple[str, ...]


def public(
    session: Session,
    *,
    topic: Topic,
    sort: Sort = Sort.NEWEST,
    words: str = "",
    clause: Clause | None = None,
    question: Question | None = None,
    kind: SuggestionKind | None = None,
    reader: Person | None = None,
    page: int = 1,
    size: int = 20,
) -> Page[PublicSuggestion]:
    """One page of what was suggested on ``topic`` with the author's consent to show it.

    Every one of ``words`` must stand in what the public sees, title or text. Of very many found it
    is only said that there are more, see :mod:`consult.services.suggesting.word_search`.
    """
    query = standing(topic).order_by(*ORDERS[sort])
    if clause is not None:
        query = query.where(Suggestion.clause_id == clause.id)
    if question is not None:
        query = query.where(Suggestion.question_id == question.id)
    if kind is not None:
        query = query.where(Suggestion.kind == kind)
    if words.strip():
        ids = word_search.found(
            session, query, topics=[topic.id], words=words, page=page, size=size
        )
        return ids.with_items(faces(session, _by_id(session, ids.items), reader=reader))
    found = paginate_wide(
        session,
        query,
        Suggestion.id,
        options=loaded(),
        page=page,
        size=size,
        total=_known_total(session, topic, clause, question, kind),
    )
    return found.with_items(faces(session, found.items, reader=reader))


def _known_total(
    session: Session,
    topic: Topic,
    clause: Clause | None,
    question: Question | None,
    kind: SuggestionKind | None,
) -> int | None:
    """How many there are where that is kept: with one filter at most."""
    filters = [
        (clause, Count.PUBLIC_CLAUSE, clause.id if clause else 0),
        (question, Count.PUBLIC_QUESTION, question.id if question else 0),
        (kind, Count.public_kind(kind or ""), 0),
    ]
    chosen = [(name, key) for wanted, name, key in filters if wanted is not None]
    if len(chosen) > 1:
        return None
    name, key = chosen[0] if chosen else (Count.PUBLIC, 0)
    return tallies.one(session, topic, name, key=key)


def latest(
    session: Session, *, topic: Topic, reader: Person | None, limit: int
) -> list[PublicSuggestion]:
    """The newest few, without counting the others."""
    query = standing(topic).order_by(*ORDERS[Sort.NEWEST]).options(*loaded())
    return faces(session, session.scalars(query.limit(limit)).all(), reader=reader)


def standing(topic: Topic) -> Select[Suggestion]:
    """All of a topic that the public may read."""
    return select(Suggestion).where(
        Suggestion.topic_id == topic.id,
        Suggestion.status == SuggestionStatus.RECEIVED,
        Suggestion.publish_text,
    )


def _by_id(session: Session, ids: Sequence[int]) -> list[Suggestion]:
    """Suggestions in the order of their ids as given, with what a page shows of them."""
    query = select(Suggestion).where(Suggestion.id.in_(ids)).options(*loaded())
    found = {one.id: one for one in session.scalars(query).unique()}
    return [found[one] for one in ids]


def similar(
    session: Session,
    *,
    indexes: TopicIndexes,
    topic: Topic,
    title: str,
    body: str = "",
    reader: Person | None = None,
    limit: int = 5,
) -> list[SimilarSuggestion]:
    """Up to ``limit`` suggestions that may ask the same as a text, the likeliest first.

    A title alone is enough; an empty one finds nothing. Of equal texts one is shown.
    Where the model needs torch and is not at work in this process, words alone are compared.
    Personal data is left out of the search, for the index knows the words unmasked: nobody
    may find out by typing a telephone number, or half of one, whose suggestion it stands in.
    """
    document = Document(
        _impersonal(tidy_line(title)[: 2 * Suggestion.MAX_TITLE]), _impersonal(tidy(body))
    )
    if not document.title:
        return []
    try:
        [vector] = encode_documents(indexes.at_hand(session, topic), [document])
    except EncoderUnavailable:  # people go on writing; readiness and the operations page say why
        log.exception("nothing similar can be found without the model")
        return []
    # Some may be hidden or say the same as another, so more are asked for than are shown.
    index = indexes.search(session, topic, shown_only=True)[0]
    matches = index.search(document, vector, k=4 * limit)
    least = LEAST_SCORE if vector.any() else LEAST_BY_WORDS
    likely = {match.id: match for match in matches if match.score >= least}
    rows = session.scalars(
        standing(topic).where(Suggestion.id.in_(likely)).options(*loaded())
    ).all()
    once = {row.digest: row for row in sorted(rows, key=lambda row: -row.id)}.values()
    best = sorted(once, key=lambda row: (-likely[row.id].score, row.id))[:limit]
    return [
        SimilarSuggestion(one, likely[one.id].score, _public(likely[one.id].shared_words, one))
        for one in faces(session, best, reader=reader)
    ]


def _impersonal(text: str) -> str:
    for finding in reversed(find_personal_data(text)):
        text = f"{text[: finding.start]} {text[finding.end :]}"
    return LONG_NUMBER.sub(" ", text).strip()


def _public(words: Iterable[str], face: PublicSuggestion) -> tuple[str, ...]:
    """Of the shared words those that the public reads; the index knows the original."""
    text = normalize("NFKC", f"{face.title}\n{face.facts}\n{face.proposal}").casefold()
    return tuple(word for word in words if word in text)
