"""In how many texts of a topic each token is, without the texts."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from consult.clustering.documents import Document
from consult.clustering.errors import WrongVectors
from consult.clustering.index.copies import code_of
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.grams import gram_code
from consult.clustering.tokens.pieces import Pieces
from consult.clustering.tokens.vocabulary import Vocabulary
from consult.clustering.vectors import Floats, Integers, Vectors, centre_of, checked

#: Spreads the numbers of grams over 32 bits (the golden ratio, as Knuth has it).
SPREAD = np.uint64(0x9E3779B97F4A7C15)
#: Signs of a gram at most.
GRAM = 3
#: The first owner of tokens that is not the first document.
OTHERS = 2
#: So many tokens may wait before they are added up.
WAITING = 4_000_000


@dataclass(frozen=True)
class Tally:
    """Tokens by a code of 32 bits, ascending, and in how many texts each is.

    Two tokens in ten thousand share a code in a topic of a million, which then counts for both.
    """

    codes: np.ndarray
    found: Floats

    def look(self, codes: np.ndarray, otherwise: float) -> Floats:
        """Return in how many texts tokens are; ``otherwise`` for those that are not listed."""
        if not len(self.codes):
            return np.full(len(codes), otherwise, np.float32)
        at = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[at] == codes, self.found[at], np.float32(otherwise))


def word_codes(words: Sequence[str]) -> np.ndarray:
    """Name words by 32 bits, everywhere the same."""
    return np.fromiter((zlib.crc32(word.encode()) for word in words), np.uint32, len(words))


def gram_names(grams: Integers) -> np.ndarray:
    """Name grams by 32 bits."""
    return ((grams.astype(np.uint64) * SPREAD) >> np.uint64(32)).astype(np.uint32)


@dataclass(frozen=True)
class TokenCounts:
    """What :class:`Index` knows of a topic as a whole: how common tokens are, and the centre.

    Eight bytes a token: some 8 MB for a million texts, against gigabytes for an index of them.

    Parameters
    ----------
    documents
        Different texts.
    words, grams
        In how many of them each token is.
    centre
        What their vectors have in common.
    unlisted
        In how many texts a token is taken to be that stands in a text and is not listed.
    """

    documents: int
    words: Tally
    grams: Tally
    centre: Floats
    unlisted: float = 1.0

    def corpus(self, pieces: Pieces) -> Corpus:
        """Return a corpus that knows the tokens of ``pieces``, as rare as they are in the topic.

        The first document is the one that is asked about: what only it has is in no other text.
        """
        corpus = Corpus()
        corpus.words.show(pieces.shown)
        known = int(np.searchsorted(pieces.word_owners, OTHERS))
        others = corpus.words.learn(pieces.words[known:])
        corpus.words.learn(pieces.words[:known])
        self._tell(corpus.words, word_codes(corpus.words.known), self.words, others)
        known = int(np.searchsorted(pieces.gram_owners, OTHERS))
        others = corpus.grams.learn(np.unique(pieces.grams[known:]).tolist())
        corpus.grams.learn(np.unique(pieces.grams[:known]).tolist())
        self._tell(corpus.grams, gram_names(np.array(corpus.grams.known)), self.grams, others)
        return corpus

    def _tell(
        self,
        vocabulary: Vocabulary[str] | Vocabulary[int],
        codes: np.ndarray,
        tally: Tally,
        others: Integers,
    ) -> None:
        found = tally.look(codes, 0)
        shared = int(others.max(initial=-1)) + 1  # those of the others were numbered first
        found[:shared] = np.maximum(found[:shared], self.unlisted)
        vocabulary.add(np.arange(len(codes)), found)
        vocabulary.documents = self.documents

    def found(self, tokens: Sequence[str]) -> Floats:
        """Return in how many texts there are words, or pairs of neighbouring signs; 0 if unknown."""
        grams = np.array([gram_code(token[:GRAM]) for token in tokens], np.int64)
        as_words = self.words.look(word_codes(tokens), 0)
        return np.maximum(as_words, self.grams.look(gram_names(grams), 0))

    def to_bytes(self) -> bytes:
        """Pack it, for a file or a database."""
        out = io.BytesIO()
        np.savez_compressed(
            out,
            about=np.array([self.documents, self.unlisted]),
            words=self.words.codes,
            word_counts=self.words.found,
            grams=self.grams.codes,
            gram_counts=self.grams.found,
            centre=self.centre,
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, packed: bytes) -> TokenCounts:
        """Unpack it."""
        with np.load(io.BytesIO(packed), allow_pickle=False) as kept:
            documents, unlisted = kept["about"].tolist()
            return cls(
                int(documents),
                Tally(kept["words"], kept["word_counts"]),
                Tally(kept["grams"], kept["gram_counts"]),
                kept["centre"],
                unlisted,
            )

    @classmethod
    def none(cls, width: int) -> TokenCounts:
        """Return the counts of no text: words are as rare as in ordinary messages."""
        nothing = Tally(np.zeros(0, np.uint32), np.zeros(0, np.float32))
        return cls(0, nothing, nothing, np.zeros(width, np.float32), 0.0)


@dataclass
class Counting:
    """Counts texts that come in lots; copies are counted once, as :class:`Index` does.

    Memory: sixteen bytes a different token and some hundred a text; cost: that of cutting them.

    Examples
    --------
    >>> from consult.clustering import Document, HashingEncoder, encode_documents
    >>> texts, counting = [Document("修路灯"), Document("修路灯!")], Counting()
    >>> counting.add(texts, encode_documents(HashingEncoder(), texts))
    >>> counting.result().documents
    1
    """

    _seen: set[bytes] = field(default_factory=set)
    _words: list[np.ndarray] = field(default_factory=list)
    _grams: list[np.ndarray] = field(default_factory=list)
    _sums: dict[str, Tally] = field(default_factory=dict)
    _total: np.ndarray | None = None

    @property
    def documents(self) -> int:
        """Return how many different texts were counted."""
        return len(self._seen)

    def add(self, documents: Sequence[Document], vectors: Vectors) -> None:
        """Count documents and their vectors.

        :raises WrongVectors: if these do not fit, and then nothing is counted.
        """
        rows = checked(vectors, len(documents))
        if self._total is not None and len(rows) and rows.shape[1] != len(self._total):
            raise WrongVectors(
                f"the vectors before had {len(self._total)} numbers, not {rows.shape[1]}"
            )
        fresh = [at for at, text in enumerate(documents) if self._is_new(code_of(text))]
        if not fresh:
            return
        total = rows[fresh].astype(np.float16).sum(axis=0, dtype=np.float64)
        self._total = total if self._total is None else self._total + total
        pieces = Pieces.of([documents[at] for at in fresh])
        self._words.append(_once(word_codes(pieces.words), pieces.word_owners))
        self._grams.append(_once(gram_names(pieces.grams), pieces.gram_owners))
        if sum(map(len, self._grams)) > WAITING:
            self._add_up()

    def result(self, *, share: float = 1.0) -> TokenCounts:
        """Return the counts; ``share`` says which part of all texts was counted."""
        self._add_up()
        nothing = Tally(np.zeros(0, np.uint32), np.zeros(0, np.float32))
        words, grams = (
            _scaled(self._sums.get(kind, nothing), share) for kind in ("words", "grams")
        )
        count = round(self.documents / share)
        total = np.zeros(0) if self._total is None else self._total
        centre = centre_of(total / share, count)
        return TokenCounts(count, words, grams, centre, max(1.0, 0.5 / share))

    def _is_new(self, code: bytes) -> bool:
        if not code or code in self._seen:
            return False
        self._seen.add(code)
        return True

    def _add_up(self) -> None:
        for kind, waiting in (("words", self._words), ("grams", self._grams)):
            if not waiting:
                continue
            codes, found = np.unique(np.concatenate(waiting), return_counts=True)
            waiting.clear()
            if known := self._sums.get(kind):
                both = np.concatenate([known.codes, codes])
                sums = np.concatenate([known.found, found.astype(np.float32)])
                codes, place = np.unique(both, return_inverse=True)
                found = np.bincount(place, sums)
            self._sums[kind] = Tally(codes, found.astype(np.float32))


def _once(codes: np.ndarray, owners: Integers) -> np.ndarray:
    """Return each token once for each document; an owner is twice the document, one more for a body."""
    keys = np.unique((owners.astype(np.uint64) >> np.uint64(1)) << np.uint64(32) | codes)
    return (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _scaled(tally: Tally, share: float) -> Tally:
    return Tally(tally.codes, (tally.found / share).astype(np.float32))
