"""Finding suggestions by words, in Chinese too, at a cost that hardly grows with the topic.

A word that many have is found quickest by walking the list from its top until the page is full; a word
that few have, by the index of tokens (:mod:`consult.text.tokens`). So the list is walked a little, then
the index is asked, and only for what lies between is more of the list read. What is found stands in the
words that the public reads: the index only says where to look.
"""

from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, Select, or_, select, text
from sqlalchemy.orm import Session

from consult.services.grouping.vectors import is_served
from consult.services.records.pages import Page
from consult.text.tokens import telling
from models.search import Awaiting, Work
from models.suggestion import Suggestion

#: Words of a search that are looked for; the rest are passed over.
MOST_WORDS = 5
LONGEST_WORD = 40
#: Rows of the list that are read before the index is asked.
FIRST = 400
#: So many that have the words are sorted; of more the top of the list is read, and they are not counted.
MOST = 3000
#: Rows of the list that are read for words that more have than that.
FURTHER = 50_000
#: Has all tokens. The topic is in their hash, so that each is looked up by itself, in one statement.
SERVED = text(
    "SELECT suggestion_id FROM unnest(CAST(:topics AS bigint[])) AS topic (id) "
    "CROSS JOIN LATERAL (SELECT suggestion_id FROM search.words WHERE tokens @> ARRAY("
    'SELECT (hashtextextended(token COLLATE "C", topic.id) >> 32)::integer '
    "FROM unnest(CAST(:tokens AS text[])) AS asked (token)) LIMIT :most) AS found LIMIT :most"
)
EMBEDDED = text("SELECT rowid FROM search_words WHERE search_words MATCH :asked LIMIT :most")
WRITTEN = (Suggestion.public_title, Suggestion.public_facts, Suggestion.public_proposal)


def found(
    session: Session,
    query: Select[Suggestion],
    *,
    topics: Sequence[int],
    words: str,
    page: int,
    size: int,
) -> Page[int]:
    """One page of the ids that ``query`` lists, in its order, of suggestions that have all ``words``.

    ``topics`` are the ids of those that it may list from: a handful of queries for however many. Of very many it says that there are more than :data:`MOST`. Words without a letter or a digit
    find nothing.
    """
    asked = asked_for(words)
    if not topics or not all(map(telling, asked)):
        return page_of([], 1, size)
    return _found(session, query, topics, asked, page, size)


def asked_for(words: str) -> list[str]:
    """The words that are looked for, of what was typed."""
    return [word[:LONGEST_WORD] for word in words.split()[:MOST_WORDS]]


def _found(
    session: Session,
    query: Select[Suggestion],
    topics: Sequence[int],
    words: Sequence[str],
    page: int,
    size: int,
) -> Page[int]:
    listed: Any = query.with_only_columns(Suggestion.id, *WRITTEN)
    number = max(1, min(page, MOST // size))
    enough = number * size + 1
    ids, is_all = _walked(session, listed, words, FIRST, enough)
    if is_all:
        return page_of(ids, number, size)
    known = having(session, topics, words)
    if len(known) > MOST and len(ids) < enough:
        ids, is_all = _walked(session, listed, words, FURTHER, enough)
        if is_all:
            return page_of(ids, number, size)
        if len(ids) < enough:  # they stand far down the list
            known = having(session, topics, words, most=None)
    if len(ids) < enough or len(known) <= MOST:
        return page_of(_sorted(session, listed, words, known), number, size)
    return Page(ids[(number - 1) * size : number * size], number, size, MOST, more=True)


def page_of(ids: Sequence[int], number: int, size: int) -> Page[int]:
    """A page of a list that is all there."""
    number = min(number, max(1, -(-len(ids) // size)))
    return Page(ids[(number - 1) * size : number * size], number, size, len(ids))


def _walked(
    session: Session, listed: Select[Any], words: Sequence[str], rows: int, enough: int
) -> tuple[list[int], bool]:
    """Those of the first ``rows`` that have the words, up to ``enough``; and whether these are all."""
    top = listed.limit(rows).subquery()
    texts = (top.c.public_title, top.c.public_facts, top.c.public_proposal)
    query = select(top.c.id).where(*(has(word, texts) for word in words)).limit(enough)
    ids = list(session.scalars(query))
    if len(ids) >= enough:
        return ids, False
    beyond = listed.with_only_columns(Suggestion.id).offset(rows).limit(1)
    return ids, session.scalar(beyond) is None


def _sorted(
    session: Session, listed: Select[Any], words: Sequence[str], known: Sequence[int]
) -> list[int]:
    """Those of the suggestions ``known`` that are listed and do have the words, in the list's order."""
    if not known:
        return []
    chosen = listed.with_only_columns(Suggestion.id).where(among(session, known))
    return list(session.scalars(chosen.where(*(has(word, WRITTEN) for word in words))))


def among(session: Session, ids: Sequence[int]) -> ColumnElement[bool]:
    """Their ids as one value: a list of thousands of values is slow to read."""
    if is_served(session):
        array = text("SELECT unnest(CAST(:known AS bigint[]))").bindparams(known=list(ids))
        return Suggestion.id.in_(array)
    values = text("SELECT value FROM json_each(:known)").bindparams(known=str(list(ids)))
    return Suggestion.id.in_(values)


def having(
    session: Session, topics: Sequence[int], words: Sequence[str], *, most: int | None = MOST
) -> Sequence[int]:
    """Suggestions of the topics that have all tokens, by the index; no more than one beyond ``most``."""
    tokens = sorted(set().union(*map(telling, words)))
    limit = 2**31 if most is None else most + 1
    if is_served(session):
        values = {"topics": list(topics), "tokens": tokens, "most": limit}
        return session.scalars(SERVED, values).all()
    one_of = " OR ".join(f"topic:{one}" for one in topics)
    asked = " AND ".join([f"({one_of})", *(f'tokens:"{token}"' for token in tokens)])
    indexed = session.scalars(EMBEDDED, {"asked": asked, "most": limit}).all()
    waiting = select(Awaiting.suggestion_id).where(
        Awaiting.work == Work.WORDS, Awaiting.topic_id.in_(topics)
    )
    return sorted({*indexed, *session.scalars(waiting)})


def has(word: str, texts: Sequence[Any]) -> ColumnElement[bool]:
    """Whether one of the texts has a word, as typed or in its plain form."""
    forms = {word, normalize("NFKC", word)}
    # Chinese has no capitals, and putting thousands of texts into small letters takes long.
    return or_(
        *(
            column.contains(form, autoescape=True)
            if form.lower() == form.upper()
            else column.icontains(form, autoescape=True)
            for column in texts
            for form in sorted(forms)
        )
    )
