"""The index of a large topic on PostgreSQL: the database finds the few that come into question."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.orm import Session

from consult.clustering import Document, Encoder, Explanation, Match
from consult.clustering.index.close import Candidate, Closeness
from consult.clustering.index.counts import TokenCounts
from consult.clustering.similarity.scoring import Weights
from consult.clustering.vectors import centred, checked
from consult.services.grouping.documents import worded
from consult.services.grouping.vectors import NUMBERS, written
from consult.text.tokens import telling
from models.topic import Topic

#: Texts looked at closely for one search, from each way of finding them. With half as many, one in
#: ten of those that ask the same is missed; see docs/decisions/0013-vectors.md.
CLOSE = 64
#: What the graph holds ready while it is walked. With 100, of what the public may read where that is a
#: fifth, 0.94 of the twenty nearest are found; with 400 it is 0.99, for five milliseconds more.
EF_SEARCH = 400
#: A search that is told to leave out much goes on until it has read so many.
MOST_SCANNED = 100_000
SETTINGS = (
    ("hnsw.iterative_scan", "strict_order"),
    ("hnsw.ef_search", EF_SEARCH),
    ("hnsw.max_scan_tuples", MOST_SCANNED),
    ("plan_cache_mode", "force_custom_plan"),
)
TUNING = text(
    "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in SETTINGS)
)
#: Postings read for one search, those of the rarest tokens first.
READ = 1500
#: Tokens looked up for one search.
LOOKED_UP = 64
#: Suggestions with the same words that are told at most.
COPIES = 4

#: Valid, and for the public to read where it is the public that asks.
_STANDING = "s.topic_id = :topic_id AND s.status = 'received' AND (:anyone OR s.publish_text)"
#: The texts whose vectors are nearest. The condition stands in a sub-query with a limit, which the planner
#: must ask row by row: only then does the graph go on until enough are found.
NEAREST = f"""
    SELECT v.digest FROM search.vector v
    CROSS JOIN LATERAL (
        SELECT 1 FROM suggestion s WHERE s.digest = v.digest AND {_STANDING} LIMIT 1
    ) AS standing
    WHERE v.topic_id = :topic AND v.model = :model
    ORDER BY CAST(v.half AS halfvec(:width)) <=> CAST(:vector AS halfvec(:width)) LIMIT :most
"""  # noqa: S608 - no value of anybody's is in it
#: Those that share the rarest tokens, by the sum of their weights.
WORDED = text(f"""
    SELECT s.digest FROM (
        SELECT w.suggestion_id, sum(asked.weight) / sqrt(min(w.size)) AS weight
        FROM unnest(CAST(:tokens AS text[]), CAST(:weights AS float8[])) AS asked (token, weight)
        CROSS JOIN LATERAL (
            SELECT suggestion_id, cardinality(tokens) AS size FROM search.words
            WHERE tokens @> ARRAY[(hashtextextended(asked.token COLLATE "C", :topic_id) >> 32)::integer]
            LIMIT :read
        ) AS w
        GROUP BY w.suggestion_id
    ) AS found
    JOIN suggestion s ON s.id = found.suggestion_id
    WHERE {_STANDING}
    GROUP BY s.digest ORDER BY max(found.weight) DESC, min(s.id) LIMIT :most
""")  # noqa: S608
#: The words of texts, and the first who wrote them.
WRITTEN = text(f"""
    SELECT one.* FROM unnest(CAST(:digests AS text[])) AS listed (digest)
    CROSS JOIN LATERAL (
        SELECT s.id, s.digest, s.title, s.facts, s.proposal, e.vector
        FROM suggestion s JOIN embedding e ON e.suggestion_id = s.id
        WHERE s.digest = listed.digest AND {_STANDING} AND e.model = :model AND e.digest = s.digest
        ORDER BY s.id LIMIT :copies
    ) AS one ORDER BY one.id
""")  # noqa: S608


class Searched(Protocol):
    """The suggestions of a topic, to be asked which are like a text: in memory, or in PostgreSQL."""

    def search(
        self,
        document: Document,
        vector: npt.ArrayLike,
        k: int = 5,
        *,
        copies: int | None = None,
    ) -> list[Match]:
        """Up to ``k`` suggestions by id, the likeliest first."""

    def explain(self, first: Document, second: Document, encoder: Encoder) -> Explanation:
        """How alike two documents are in this topic, and why."""


class StoredIndex:
    """A large topic as PostgreSQL holds it: nothing of it is in this process but the word counts.

    Candidates are the nearest vectors (HNSW) and the texts that share the rarest tokens (GIN); they are
    scored like those of :class:`~consult.clustering.Index`. Sees what its transaction sees, also what was
    stored in it and not committed. Cost of a search: some 15 ms, whatever the size of the topic.

    Parameters
    ----------
    width
        How many numbers a vector of ``model`` has.
    shown_only
        Whether only what the public may read is found.
    """

    def __init__(
        self,
        session: Session,
        topic: Topic,
        *,
        model: str,
        width: int,
        counts: TokenCounts,
        weights: Mapping[str, Weights] | None,
        shown_only: bool = False,
    ) -> None:
        self.session, self.model, self.width = session, model, width
        self.topic_id = topic.id
        self.counts = counts
        self._closeness = Closeness(counts, weights)
        self._given = {"topic_id": topic.id, "anyone": not shown_only}
        self._tuned_for: tuple[object, object] = (None, None)

    def search(
        self,
        document: Document,
        vector: npt.ArrayLike,
        k: int = 5,
        *,
        copies: int | None = None,
    ) -> list[Match]:
        """Up to ``k`` suggestions, the likeliest to be the same request first.

        Of equal words at most :data:`COPIES` are told.

        :raises WrongVectors: if the vector is of another dimension than those stored, NaN or infinite.
        """
        [wanted] = checked(cast("npt.ArrayLike", [vector]), 1, self.width)
        digests = {*self.nearest(wanted, CLOSE), *self.worded_like(document, CLOSE)}
        found = self._candidates(digests, min(COPIES, copies or COPIES))
        return self._closeness.search(document, wanted, found, k, copies=copies)

    def explain(self, first: Document, second: Document, encoder: Encoder) -> Explanation:
        """Say how alike two documents are, and why: with the score that they have in this topic."""
        return self._closeness.explain(first, second, encoder)

    def nearest(self, vector: npt.NDArray[np.float32], most: int) -> Sequence[str]:
        """The texts, by digest, whose vectors are nearest once what all have in common is taken out."""
        if not vector.any():
            return []
        centre = self._closeness.centre(len(vector))
        [vector] = centred(vector[None], centre)
        self._tune()
        # Topic and model are written into the statement: only then are the partition and its index known.
        query = text(NEAREST).bindparams(
            bindparam("topic", self.topic_id, literal_execute=True),
            bindparam("model", self.model, literal_execute=True),
            bindparam("width", len(vector), literal_execute=True),
        )
        values = {**self._given, "vector": written(vector), "most": most}
        return self.session.scalars(query, values).all()

    def worded_like(self, document: Document, most: int) -> Sequence[str]:
        """The texts, by digest, that share the rarest tokens."""
        asked = self._rarest(telling(document.text))
        if not asked:
            return []
        self._tune()
        values = {**self._given, "tokens": list(asked), "weights": list(asked.values())}
        return self.session.scalars(WORDED, {**values, "read": READ, "most": most}).all()

    def _tune(self) -> None:
        """For this transaction: go on until enough are found, and plan for the values at hand."""
        # What is set within a savepoint ends with it.
        under_way = self.session.get_transaction(), self.session.get_nested_transaction()
        if self._tuned_for != under_way or under_way[0] is None:
            self.session.execute(TUNING)
            self._tuned_for = self.session.get_transaction(), self.session.get_nested_transaction()

    def _rarest(self, tokens: Iterable[str]) -> dict[str, float]:
        """The rarest tokens that somebody may have, with their weights; together they are in few texts."""
        listed = sorted(tokens)
        found = self.counts.found(listed)
        chosen: dict[str, float] = {}
        read = 0.0
        for at in np.argsort(found, kind="stable").tolist():
            read += max(1.0, found[at])
            if read > READ or len(chosen) == LOOKED_UP:
                break
            chosen[listed[at]] = float(np.log((self.counts.documents + 1) / (found[at] + 0.5)) ** 2)
        return chosen

    def _candidates(self, digests: Iterable[str], copies: int) -> list[Candidate]:
        """The texts with these digests, in the order of their arrival."""
        values = {**self._given, "digests": sorted(digests), "model": self.model, "copies": copies}
        rows: dict[str, list[RowMapping]] = defaultdict(list)
        for row in self.session.execute(WRITTEN, values).mappings():
            rows[row["digest"]].append(row)
        return [_candidate(same) for same in rows.values()]


def _candidate(rows: Sequence[RowMapping]) -> Candidate:
    first = rows[0]
    return Candidate(
        tuple(row["id"] for row in rows),
        worded(first["title"], first["facts"], first["proposal"]),
        np.frombuffer(first["vector"], NUMBERS).astype(np.float32),
    )
