"""Similar documents at once: while someone types, and to place what has arrived."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import cast

import numpy as np
import numpy.typing as npt

from consult.clustering.checks import share
from consult.clustering.documents import Document, as_document
from consult.clustering.encoders.loading import Encoder
from consult.clustering.errors import WrongVectors
from consult.clustering.index.copies import Copies, code_of
from consult.clustering.index.texts import Query, Texts
from consult.clustering.index.wording import Wording
from consult.clustering.similarity.explanation import Explanation, explain
from consult.clustering.similarity.scoring import (
    BLOCK,
    Similarity,
    Weights,
    probability,
    usable,
)
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.pieces import Pieces
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import Floats, Integers, Vectors, centred, checked

#: Texts looked at closely for one search, from each way of finding them.
CLOSE = 32
#: Documents entered at a time in bulk, so that a search need not wait for all.
BATCH = 256
#: Log-odds of two copies of the same words.
SURE = 30.0
#: Without so many removed texts, or half of all, nothing is tidied up.
IDLE = 1024


@dataclass(frozen=True)
class Match:
    """A document found.

    Parameters
    ----------
    id
        As it was entered.
    score
        The probability that it makes the same request.
    shared_words
        The rarest telling words in both.
    odds
        The score as log-odds, not rounded.

    Examples
    --------
    >>> Match("a", 0.97, ("cycle", "lanes")).id
    'a'
    """

    id: Hashable
    score: float
    shared_words: tuple[str, ...]
    odds: float = 0.0


class Index:
    """The documents of one topic, in memory.

    Scores are those of :class:`Clusterer` over the same documents; copies are compared once.
    A search waits for an addition under way, also during an addition in bulk, which goes by
    :data:`BATCH`. Cost of a search: a few milliseconds among a thousand or a million, since
    only the nearest cells of vectors and the rarest tokens are read; of an addition: half a
    millisecond; memory: two to four kilobytes a text.

    Parameters
    ----------
    threshold
        The least score with which :meth:`place` calls a document the same request. After a
        run, give its ``Grouping.settings["applied_threshold"]``.
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
        self.threshold = share("threshold", threshold)
        self._lock = Lock()
        self._similarity = Similarity(usable(weights))
        self._copies = Copies()
        self._texts: Texts | None = None

    def __len__(self) -> int:
        return len(self._copies)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._copies

    def __iter__(self) -> Iterator[Hashable]:
        """Yield the ids, as they are now."""
        with self._lock:
            return iter(list(self._copies))

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
        rows = checked(vectors, len(ids), self._texts.width if self._texts else None)
        for start in range(0, len(ids), BATCH):
            part = slice(start, start + BATCH)
            self._add(ids[part], [as_document(text) for text in documents[part]], rows[part])

    def remove(self, key: Hashable) -> None:
        """Forget a document; one that is not there is no matter."""
        with self._lock:
            self._drop(key)
            self._tidy()

    def search(
        self,
        document: str | Document,
        vector: npt.ArrayLike,
        k: int = 5,
        *,
        copies: int | None = None,
        exact: bool = False,
    ) -> list[Match]:
        """Return up to ``k`` documents, the likeliest to be the same request first.

        A title alone is enough. Ties go to what was entered first. ``copies`` says how many
        documents with the same words are told at most. ``exact`` compares with every text, ten
        microseconds each: to measure what is lost otherwise.
        """
        text = as_document(document)
        pieces, code = Pieces.of([text]), code_of(text)
        [wanted] = checked(cast("npt.ArrayLike", [vector]), 1)
        with self._lock:
            if self._texts is None or not self._texts.living or k < 1:
                return []
            if len(wanted) != self._texts.width:
                raise WrongVectors(
                    f"the index holds vectors of {self._texts.width} numbers, not {len(wanted)}"
                )
            query = Query(self._texts.corpus.look_pieces(pieces), wanted)
            near = self._texts.everyone() if exact else self._texts.near(query, CLOSE)
            if (same := self._copies.text(code)) is not None:
                near = np.union1d(near, [same])
            odds = self._odds(query, near)
            odds[near == same] = SURE
            wording = Wording.of(self._texts.corpus, query.rows[0], pieces)
            return list(islice(self._matches(near, odds, wording, copies), k))

    def place(self, document: str | Document, vector: npt.ArrayLike) -> Match | None:
        """Return the likeliest match if its score reaches the threshold."""
        best = self.search(document, vector, k=1)
        return best[0] if best and best[0].score >= self.threshold else None

    def explain(
        self, first: str | Document, second: str | Document, encoder: Encoder
    ) -> Explanation:
        """Say how alike two documents are, and why: with the score that they have in this topic."""
        with self._lock:
            texts, weights = self._texts, self._similarity.weights
            corpus, centre = (texts.corpus, texts.centre) if texts else (None, None)
            return explain(first, second, encoder, corpus, centre, weights=weights)

    def _odds(self, query: Query, near: Integers) -> Floats:
        texts = cast("Texts", self._texts)
        asked = Side.of(texts.corpus, query.rows, centred(query.vector[None], texts.centre))
        found = [np.zeros(0, np.float32)]
        for start in range(0, len(near), BLOCK):
            part = near[start : start + BLOCK]
            pairs = np.stack([np.zeros(len(part), np.int64), np.arange(len(part))], axis=1)
            found.append(self._similarity.odds(asked, texts.side(part), pairs))
        return np.concatenate(found)

    def _matches(
        self, near: Integers, odds: Floats, wording: Wording, copies: int | None
    ) -> Iterator[Match]:
        texts = cast("Texts", self._texts)
        for at in np.lexsort((near, -odds)).tolist():
            score = round(float(probability(odds[at : at + 1])[0]), 4)
            text = int(near[at])
            shared = wording.shared_with(texts.words(text))
            for key in islice(self._copies.keys(text), copies):
                yield Match(key, 1.0 if odds[at] >= SURE else score, shared, float(odds[at]))

    def _add(self, ids: Sequence[Hashable], documents: Sequence[Document], rows: Vectors) -> None:
        """Cut what nobody wrote before, then enter all at once."""
        last = sorted({key: at for at, key in enumerate(ids)}.values())
        codes = [code_of(document) for document in documents]
        with self._lock:
            wanted = self._unknown(last, codes, set(ids))
        pieces = Pieces.of([documents[at] for at in wanted])
        with self._lock:
            for at in last:
                self._drop(ids[at])
            fresh = self._unknown(last, codes)
            if fresh != wanted:  # copies came or went meanwhile
                pieces = Pieces.of([documents[at] for at in fresh])
            if self._texts is None:
                self._texts = Texts(Corpus(), rows.shape[1])
            if fresh:
                self._texts.extend(self._texts.corpus.add_pieces(pieces), rows[fresh])
            new = set(fresh)
            for at in last:
                if at in new:
                    self._copies.begin(ids[at], codes[at])
                else:
                    self._copies.join(ids[at], cast("int", self._copies.text(codes[at])))
            self._tidy()

    def _unknown(
        self, places: Sequence[int], codes: Sequence[bytes], leaving: Collection[Hashable] = ()
    ) -> list[int]:
        """Return the first place of each text that only documents in ``leaving`` have, if any."""
        seen: set[bytes] = set()
        found = []
        for at in places:
            text = self._copies.text(codes[at])
            known = text is not None and any(key not in leaving for key in self._copies.keys(text))
            if not known and codes[at] not in seen:
                found.append(at)
            if codes[at]:
                seen.add(codes[at])
        return found

    def _drop(self, key: Hashable) -> None:
        text = self._copies.leave(key)
        if text is not None and self._texts is not None:
            self._texts.remove(text)

    def _tidy(self) -> None:
        """Leave out what was removed, once it is most."""
        texts = self._texts
        if texts is not None and len(texts) - texts.living > max(IDLE, texts.living):
            self._texts, kept = texts.rebuilt()
            self._copies.renumber(kept)
