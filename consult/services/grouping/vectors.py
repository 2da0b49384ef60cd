"""Stored vectors: written by placement, read by whoever compares."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from consult.clustering.vectors import checked
from models.suggestion import Embedding, Suggestion, SuggestionStatus

#: How a vector lies in the database, whatever the machine.
NUMBERS = np.dtype("<f4")
#: Ids in one IN list.
CHUNK = 500
#: One row a different text: copies are found by their digest.
ENTER = text(
    "INSERT INTO search.vector (topic_id, model, digest, half) "
    "SELECT :topic_id, :model, listed.digest, CAST(listed.half AS halfvec) "
    "FROM unnest(CAST(:digests AS text[]), CAST(:halves AS text[])) AS listed (digest, half) "
    "ON CONFLICT DO NOTHING"
)


class Stored(NamedTuple):
    """A valid suggestion's words with their vector."""

    suggestion_id: int
    title: str
    facts: str
    proposal: str
    digest: str
    vector: bytes


def is_served(session: Session) -> bool:
    """Whether this is PostgreSQL, which searches vectors and words by itself."""
    return session.get_bind().dialect.name == "postgresql"


def stored_vectors(
    session: Session,
    topic_id: int,
    *,
    model: str,
    after: int = 0,
    only: Collection[int] | None = None,
) -> list[Stored]:
    """Vectors under ``model`` of the words as they are now, of valid suggestions, oldest first.

    ``after`` leaves out rows up to that id; ``only`` keeps those of these suggestions.
    """
    query = (
        select(
            Suggestion.id,
            Suggestion.title,
            Suggestion.facts,
            Suggestion.proposal,
            Suggestion.digest,
            Embedding.vector,
        )
        .join(Embedding, Embedding.suggestion_id == Suggestion.id)
        .where(
            Embedding.topic_id == topic_id,
            Embedding.model == model,
            Embedding.digest == Suggestion.digest,
            Suggestion.status == SuggestionStatus.RECEIVED,
        )
        .order_by(Suggestion.id)
    )
    if after:
        only = _entered(session, topic_id, after, only)
    if only is None:
        return [Stored(*row) for row in session.execute(query)]
    ids = sorted(only)
    return [
        Stored(*row)
        for start in range(0, len(ids), CHUNK)
        for row in session.execute(query.where(Suggestion.id.in_(ids[start : start + CHUNK])))
    ]


def _entered(session: Session, topic_id: int, after: int, only: Collection[int] | None) -> set[int]:
    """Suggestions whose vectors came after that id; found apart, in the order of their index.

    In one with the words the server, when it knows little of a young topic, reads all its rows.
    """
    query = (
        select(Embedding.suggestion_id)
        .where(Embedding.topic_id == topic_id, Embedding.id > after)
        .order_by(Embedding.topic_id, Embedding.id)
    )
    found = set(session.scalars(query))
    return found if only is None else found & set(only)


def unpacked(rows: Sequence[Stored]) -> npt.NDArray[np.float32]:
    """The vectors of ``rows`` as one array, a row each."""
    if not rows:
        return np.zeros((0, 0), np.float32)
    joined = b"".join(row.vector for row in rows)
    return np.frombuffer(joined, NUMBERS).reshape(len(rows), -1).astype(np.float32)


def store(
    session: Session,
    suggestions: Sequence[Suggestion],
    vectors: npt.NDArray[np.float32],
    *,
    model: str,
    dimension: int | None = None,
    searchable: bool = False,
) -> None:
    """Keep the vectors of ``suggestions``, in place of those they had.

    With ``searchable`` PostgreSQL finds them at once, a millisecond each; without, as soon as
    :mod:`consult.services.grouping.graphs` has taken them in. The bytes in ``embedding`` are exact,
    runs read them all; what is searched is half as precise, which changes no neighbour.

    :raises WrongVectors: if they are not one for each, of another dimension, NaN or infinite.
    """
    checked(vectors, len(suggestions), dimension)
    ids = [suggestion.id for suggestion in suggestions]
    for start in range(0, len(ids), CHUNK):
        session.execute(
            delete(Embedding).where(Embedding.suggestion_id.in_(ids[start : start + CHUNK])),
            execution_options={"synchronize_session": False},
        )
    at_once = searchable and is_served(session)
    rows = [
        {
            "suggestion_id": suggestion.id,
            "topic_id": suggestion.topic_id,
            "digest": suggestion.digest,
            "model": model,
            "vector": vector.astype(NUMBERS).tobytes(),
            "searched": at_once,
        }
        for suggestion, vector in zip(suggestions, vectors, strict=True)
    ]
    if rows:
        session.execute(insert(Embedding), rows)
    if rows and at_once:
        digests = [one.digest for one in suggestions]
        enter(session, suggestions[0].topic_id, digests, vectors, model=model)


def enter(
    session: Session,
    topic_id: int,
    digests: Sequence[str],
    vectors: npt.NDArray[np.float32],
    *,
    model: str,
) -> None:
    """Let PostgreSQL find the texts of one topic by their vectors; those it knows stay as they are."""
    values = {"topic_id": topic_id, "model": model, "digests": list(digests)}
    session.execute(ENTER, values | {"halves": [written(vector) for vector in vectors]})


def written(vector: npt.NDArray[np.float32]) -> str:
    """A vector as pgvector reads it."""
    return f"[{','.join(f'{number:.6g}' for number in vector.tolist())}]"
