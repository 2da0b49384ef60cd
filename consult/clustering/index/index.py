"""Similar documents at once: while someone types, and to place what has arrived."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from consult.clustering.documents import Document, as_document, digest
from consult.clustering.errors import WrongVectors
from consult.clustering.index.postings import Postings
from consult.clustering.similarity.scoring import Similarity, Weights, probability, shipped_weights
from consult.clustering.tokens.corpus import Bag, Corpus, Row
from consult.clustering.tokens.keywords import shared_words
from consult.clustering.tokens.pieces import Pieces
from consult.clustering.tokens.tables import Side
from consult.clustering.tokens.vocabulary import Vocabulary
from consult.clustering.vectors import Floats, Integers, Vectors, centre_of, centred, checked

#: Documents looked at closely for one search, from each way of finding them.
CLOSE = 24
#: Rarest tokens of a document that are looked up.
LOOKED_UP = 64
#: A token in more documents than this share (or this many) finds nobody.
COMMON_SHARE, COMMON_COUNT = 0.05, 60
#: Documents entered at a time in bulk, so that a search need not wait for all.
BATCH = 64


@dataclass(frozen=True)
class Match:
    """A document found: its id, the probability of the same request, the rarest shared words."""

    id: Hashable
    score: float
    shared_words: tuple[str, ...]


class Index:
    """The documents of one topic, in memory.

    Scores are those of :class:`Clusterer`, but for how rare words are: that changes as
    documents come. Searches wait for an addition under way (well under a millisecond),
    also during an addition in bulk. Cost with 10,000 messages: a search a few
    milliseconds, an addition half a millisecond, about 150 MB.

    Parameters
    ----------
    threshold
        The least score with which :meth:`place` calls a document the same request.
    weights
        Calibration of the similarity, the shipped one by default.

    Examples
    --------
    >>> from consult.clustering import HashingEncoder, Index, encode_documents
    >>> encoder, texts = HashingEncoder(), ["wider cycle lanes", "lower the rents"]
    >>> index = Index()
    >>> index.add(["a", "b"], texts, encode_documents(encoder, texts))
    >>> [vector] = encode_documents(encoder, ["cycle lanes, wider"])
    >>> index.place("cycle lanes, wider", vector).id
    'a'
    """

    def __init__(
        self, *, threshold: float = 0.5, weights: Mapping[str, Weights] | None = None
    ) -> None:
        self.threshold = threshold
        self._lock = Lock()
        self._corpus = Corpus()
        self._similarity = Similarity(weights or shipped_weights())
        self._words, self._grams = Postings(), Postings()
        self._at: dict[Hashable, int] = {}
        self._ids: list[Hashable] = []
        self._rows: list[Row | None] = []
        self._digests: list[str] = []
        self._vectors: Vectors = np.zeros((0, 0), np.float32)
        self._sum = np.zeros(1)

    def __len__(self) -> int:
        return len(self._at)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._at

    def add(
        self,
        ids: Sequence[Hashable],
        documents: Sequence[str | Document],
        vectors: npt.ArrayLike,
    ) -> None:
        """Enter documents; one whose id is there already is replaced.

        :raises WrongVectors: if vectors do not fit, and then nothing is entered.
        """
        if len(ids) != len(documents):
            raise ValueError(f"{len(ids)} ids do not go with {len(documents)} documents")
        rows = checked(vectors, len(ids), self._vectors.shape[1] if self._rows else None)
        for start in range(0, len(ids), BATCH):
            texts = [as_document(text) for text in documents[start : start + BATCH]]
            pieces, codes = Pieces.of(texts), [digest(text) for text in texts]
            with self._lock:
                taken = self._corpus.add_pieces(pieces)
                for key, row, code, vector in zip(
                    ids[start : start + BATCH],
                    taken,
                    codes,
                    rows[start : start + BATCH],
                    strict=True,
                ):
                    self._enter(key, row, code, vector)

    def remove(self, key: Hashable) -> None:
        """Forget a document; one that is not there is no matter."""
        with self._lock:
            self._drop(key)

    def search(self, document: str | Document, vector: npt.ArrayLike, k: int = 5) -> list[Match]:
        """Return up to ``k`` documents, the likeliest to be the same request first.

        A title alone is enough. Ties go to what was entered first.
        """
        text = as_document(document)
        pieces, code = Pieces.of([text]), digest(text)
        [wanted] = checked(np.asarray(vector, np.float32)[None], 1)
        with self._lock:
            if not self._at or k < 1:
                return []
            if len(wanted) != self._vectors.shape[1]:
                raise WrongVectors(
                    f"the index holds vectors of {self._vectors.shape[1]} numbers, not {len(wanted)}"
                )
            [row] = self._corpus.look_pieces(pieces)
            near = self._near(row, wanted)
            rows = [other for at in near if (other := self._rows[at]) is not None]
            centre = centre_of(self._sum, len(self._at))
            odds = self._similarity.odds(
                Side.of(self._corpus, [row], centred(wanted[None], centre)),
                Side.of(self._corpus, rows, centred(self._vectors[near], centre)),
                np.stack([np.zeros(len(near), np.int64), np.arange(len(near))], axis=1),
            )
            scores = probability(odds)
            scores[[self._digests[at] == code for at in near]] = 1.0
            best = np.lexsort((near, -scores))[:k]
            return [self._match(row, rows[at], int(near[at]), float(scores[at])) for at in best]

    def place(self, document: str | Document, vector: npt.ArrayLike) -> Match | None:
        """Return the likeliest match if its score reaches the threshold."""
        best = self.search(document, vector, k=1)
        return best[0] if best and best[0].score >= self.threshold else None

    def _match(self, row: Row, other: Row, at: int, score: float) -> Match:
        return Match(self._ids[at], round(score, 4), shared_words(self._corpus, row, other))

    def _near(self, row: Row, vector: Floats) -> Integers:
        """Return the documents worth a closer look, in the order of their arrival."""
        count = len(self._rows)
        found = [_top(self._vectors[:count] @ vector, CLOSE)]
        for bag, vocabulary, postings in (
            (row.words, self._corpus.words, self._words),
            (row.grams, self._corpus.grams, self._grams),
        ):
            numbers, weights = _rarest(bag, vocabulary, count)
            found.append(_top(postings.scores(numbers, weights, count), CLOSE))
        near = np.unique(np.concatenate(found))
        return np.array([at for at in near if self._rows[at] is not None], np.int64)

    def _enter(self, key: Hashable, row: Row, code: str, vector: Floats) -> None:
        self._drop(key)
        at = len(self._rows)
        for bag, postings in ((row.words, self._words), (row.grams, self._grams)):
            postings.add(at, bag.numbers, bag.every / max(1.0, np.sqrt(len(bag.every))))
        if at >= len(self._vectors):
            grown = np.zeros((max(256, 2 * at), len(vector)), np.float32)
            grown[:at] = self._vectors[:at] if at else 0
            self._vectors = grown
        self._vectors[at] = vector
        self._sum = self._sum + vector
        self._rows.append(row)
        self._ids.append(key)
        self._digests.append(code)
        self._at[key] = at

    def _drop(self, key: Hashable) -> None:
        at = self._at.pop(key, None)
        if at is None:
            return
        row = self._rows[at]
        if row is not None:
            self._corpus.remove(row)
        self._rows[at] = None
        self._sum = self._sum - self._vectors[at]
        self._vectors[at] = 0


def _rarest(
    bag: Bag, vocabulary: Vocabulary[str] | Vocabulary[int], count: int
) -> tuple[Integers, Floats]:
    """Return the rarest tokens that find somebody, and their weights."""
    found = vocabulary.found(bag.numbers)
    common = max(COMMON_COUNT, COMMON_SHARE * count)
    known = np.flatnonzero((bag.numbers >= 0) & (found <= common))
    rarity = vocabulary.rarity(bag.numbers[known])
    rarest = np.argsort(-rarity, kind="stable")[:LOOKED_UP]
    return bag.numbers[known][rarest], bag.every[known][rarest] * rarity[rarest]


def _top(scores: Floats, most: int) -> Integers:
    """Return the places of the best positive scores."""
    if len(scores) > most:
        best = np.argpartition(-scores, most - 1)[:most]
    else:
        best = np.arange(len(scores))
    return np.asarray(best[scores[best] > 0], np.int64)
