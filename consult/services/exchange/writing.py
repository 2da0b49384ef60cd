"""The second half of an import: entries become suggestions, a thousand in a handful of statements."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.services.exchange.import_rows import Entry
from consult.services.records import ledger, many_rows
from consult.services.records.ledger import Act
from consult.services.suggesting import query_codes
from consult.text.personal_data import mask
from models.person import Person, PersonKind
from models.suggestion import Channel, Suggestion, SuggestionKind, SuggestionStatus

#: Entries written in one go.
CHUNK = 1000


def write(
    session: Session,
    entries: Sequence[Entry],
    *,
    topic_id: int,
    publish_text: bool,
    actor: Person | None,
    now: datetime,
) -> int:
    """Write those that are new, each with its entry in the ledger, and return how many they were.

    A row is known by its number where the file has one, else by its author and words. The
    ledger comes last: whoever submits a suggestion meanwhile waits for the end of its chain.
    """
    known = _known_numbers(session, topic_id, [one.external_id for one in entries])
    fresh = {(one.author, one.words): one for one in reversed(entries)}
    fresh = {key: one for key, one in fresh.items() if one.external_id not in known}
    people = _people(session, {author for author, _words in fresh}, now)
    said = _said(session, topic_id, people.values(), [words for _author, words in fresh])
    rows = [
        _row(one, people[one.author], topic_id, publish_text=publish_text, now=now)
        for one in reversed(fresh.values())
        if (people[one.author], one.words) not in said
    ]
    if rows:
        _insert(session, rows, actor=actor, now=now)
    return len(rows)


def _known_numbers(session: Session, topic_id: int, numbers: Iterable[str]) -> set[str | None]:
    wanted = {number for number in numbers if number}
    query = select(Suggestion.external_id).where(
        Suggestion.topic_id == topic_id, Suggestion.external_id.in_(wanted)
    )
    return set(session.scalars(query)) if wanted else set()


def _people(session: Session, refs: Collection[str], now: datetime) -> dict[str, int]:
    """Find the authors, and make those who are new; they cannot sign in."""
    query = select(Person.external_ref, Person.id).where(Person.external_ref.in_(refs))
    found = {row[0]: row[1] for row in session.execute(query) if row[0]}
    missing = sorted(set(refs) - set(found))
    if missing:
        same = {"kind": PersonKind.IMPORTED, "name": "", "created_at": now}
        ids = many_rows.new_ids(session, Person, len(missing))
        found |= dict(zip(missing, ids, strict=True))
        people = [{**same, "id": found[ref], "external_ref": ref} for ref in missing]
        many_rows.add(session, Person, people)
    return found


def _said(
    session: Session, topic_id: int, people: Iterable[int], words: Collection[str]
) -> set[tuple[int, str]]:
    query = select(Suggestion.author_id, Suggestion.digest).where(
        Suggestion.topic_id == topic_id,
        Suggestion.author_id.in_(set(people)),
        Suggestion.digest.in_(words),
        Suggestion.status == SuggestionStatus.RECEIVED,
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def _row(
    entry: Entry, author_id: int, topic_id: int, *, publish_text: bool, now: datetime
) -> dict[str, Any]:
    return {
        "query_code": query_codes.make(),
        "topic_id": topic_id,
        "author_id": author_id,
        "external_id": entry.external_id or None,
        "kind": entry.kind,
        "channel": Channel.IMPORT,
        "title": entry.title,
        "facts": entry.facts,
        "proposal": entry.proposal,
        "public_title": mask(entry.title),
        "public_facts": mask(entry.facts),
        "public_proposal": mask(entry.proposal),
        "place": entry.place,
        "digest": entry.words,
        "clause_id": entry.clause_id,
        "publish_text": publish_text and entry.kind is not SuggestionKind.REPORT,
        "created_at": entry.at or now,
    }


def _insert(
    session: Session, rows: list[dict[str, Any]], *, actor: Person | None, now: datetime
) -> None:
    ids = many_rows.new_ids(session, Suggestion, len(rows))
    numbered = [{"id": number, **row} for number, row in zip(ids, rows, strict=True)]
    many_rows.add(session, Suggestion, numbered)
    acts = [
        Act("suggestion.imported", "suggestion", number, row["topic_id"], {"digest": row["digest"]})
        for number, row in zip(ids, rows, strict=True)
    ]
    ledger.record_all(session, acts, actor=actor, now=now)
