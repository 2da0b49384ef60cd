"""One text compared with a few others, by what is known of their topic as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

import numpy as np
import numpy.typing as npt

from consult.clustering.documents import Document, as_document
from consult.clustering.encoders.loading import Encoder
from consult.clustering.index.copies import code_of
from consult.clustering.index.counts import TokenCounts
from consult.clustering.index.index import SURE, Match
from consult.clustering.index.wording import Wording
from consult.clustering.similarity.explanation import Explanation, explain
from consult.clustering.similarity.scoring import Similarity, Weights, probability, usable
from consult.clustering.tokens.pieces import Pieces
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import Vectors, centred, checked


@dataclass(frozen=True)
class Candidate:
    """A text that may be like the one asked for, and the ids of those who wrote it, the first first."""

    ids: tuple[int, ...]
    document: Document
    vector: npt.NDArray[np.float32]


class Closeness:
    """Scores like those of :class:`Index`, for texts that somebody else has found.

    Where an index holds all texts of a topic, this one is handed the few that come into question.
    Cost: cutting them, a millisecond for three thousand signs. May be shared by threads.

    Parameters
    ----------
    counts
        How common tokens are in the topic.
    weights
        Calibration of the similarity, the shipped one by default.

    Examples
    --------
    >>> from consult.clustering import HashingEncoder, encode_documents
    >>> texts = ["cycle lanes, wider", "wider cycle lanes", "lower the rents"]
    >>> vectors = encode_documents(HashingEncoder(), texts)
    >>> found = [Candidate((at,), Document(texts[at]), vectors[at]) for at in (1, 2)]
    >>> Closeness(TokenCounts.none(512)).search(texts[0], vectors[0], found)[0].id
    1
    """

    def __init__(self, counts: TokenCounts, weights: Mapping[str, Weights] | None = None) -> None:
        self.counts = counts
        self._similarity = Similarity(usable(weights))

    def search(
        self,
        document: str | Document,
        vector: npt.ArrayLike,
        candidates: Sequence[Candidate],
        k: int = 5,
        *,
        copies: int | None = None,
    ) -> list[Match]:
        """Return up to ``k`` documents, the likeliest first; ties go to the first candidate.

        :raises WrongVectors: if the vectors do not fit each other.
        """
        text = as_document(document)
        [wanted] = checked(cast("npt.ArrayLike", [vector]), 1)
        if not candidates or k < 1:
            return []
        vectors = checked(
            np.stack([one.vector for one in candidates]), len(candidates), len(wanted)
        )
        return list(islice(self._matches(text, wanted, candidates, vectors, copies), k))

    def explain(
        self, first: str | Document, second: str | Document, encoder: Encoder
    ) -> Explanation:
        """Say how alike two documents are, and why: with the score that they have in this topic."""
        one, other = as_document(first), as_document(second)
        corpus = self.counts.corpus(Pieces.of([one, other]))
        centre = self.counts.centre
        return explain(one, other, encoder, corpus, centre, weights=self._similarity.weights)

    def _matches(
        self,
        text: Document,
        wanted: npt.NDArray[np.float32],
        candidates: Sequence[Candidate],
        vectors: Vectors,
        copies: int | None,
    ) -> Iterator[Match]:
        pieces = Pieces.of([text, *(one.document for one in candidates)])
        corpus = self.counts.corpus(pieces)
        rows = corpus.look_pieces(pieces)
        centre = self.centre(len(wanted))
        places = np.arange(len(candidates))
        asked = Side.of(corpus, rows.take(np.zeros(1, np.int64)), centred(wanted[None], centre))
        others = Side.of(corpus, rows.take(places + 1), centred(vectors, centre))
        pairs = np.stack([np.zeros_like(places), places], axis=1)
        odds = self._similarity.odds(asked, others, pairs)
        code = code_of(text)
        odds[[bool(code) and code_of(one.document) == code for one in candidates]] = SURE
        wording = Wording.of(corpus, rows[0], pieces)
        for at in np.lexsort((places, -odds)).tolist():
            sure = bool(odds[at] >= SURE)
            score = 1.0 if sure else round(float(probability(odds[at : at + 1])[0]), 4)
            words = slice(rows.words.starts[at + 1], rows.words.starts[at + 2])
            shared = wording.shared_with(rows.words.numbers[words])
            for key in islice(candidates[at].ids, copies):
                yield Match(key, score, shared, float(odds[at]))

    def centre(self, width: int) -> npt.NDArray[np.float32]:
        """Return the centre; none is known of a topic that was counted under another model."""
        known = self.counts.centre
        return known if len(known) == width else np.zeros(width, np.float32)
