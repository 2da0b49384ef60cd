"""The tokens of many documents end to end, and what two documents share."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from consult.clustering.tokens.columns import Column, Places
from consult.clustering.tokens.corpus import Bag, Row, Rows, dampened
from consult.clustering.tokens.rarest import Rarest
from consult.clustering.vectors import Floats, Integers, Vectors

if TYPE_CHECKING:
    from scipy import sparse

TITLE, BODY, EVERY = range(3)
#: Tokens whose numbers leave another rest are told apart at once.
SIEVE = 2**16


class Rarities(Protocol):
    """How rare each token is, by its number; a :class:`Vocabulary` is one."""

    def __len__(self) -> int:
        """Return how many tokens there are."""

    def rarity(self, numbers: Integers) -> Floats:
        """Return the inverse document frequency of tokens."""

    @property
    def documents(self) -> int:
        """Return how many documents were counted."""


class Counted(Protocol):
    """Words and grams that were counted; a :class:`Corpus` is one."""

    @property
    def words(self) -> Rarities:
        """Return how rare words are."""

    @property
    def grams(self) -> Rarities:
        """Return how rare pairs of characters are."""


class Table:
    """One kind of token of some documents, weighted by rarity.

    ``weights`` has a row for title, body and all; ``titled`` is the squared rarity of what is
    in a title; ``among`` how many documents were counted to tell how rare tokens are.
    """

    def __init__(
        self, starts: Integers, numbers: Integers, counts: Sequence[Floats], rarities: Rarities
    ) -> None:
        self.starts = starts
        self.numbers = numbers.astype(np.int32, copy=False)
        self.rarity = rarities.rarity(self.numbers)
        self.titled = np.where(counts[TITLE] > 0, self.rarity**2, 0)
        together = np.empty((len(self.numbers), len(counts)), np.float32)  # as they are read
        for part, count in enumerate(counts):
            np.multiply(count, self.rarity, out=together[:, part])
        self.weights = together.T
        self.lengths = np.stack([np.sqrt(self._sums(row**2)) for row in self.weights])
        self.title_mass = self._sums(self.titled)
        self.among = rarities.documents
        self._width = len(rarities)

    @classmethod
    def of_bags(cls, bags: Sequence[Bag], rarities: Rarities) -> "Table":
        """Put the tokens of single documents end to end."""
        sizes = np.fromiter((len(bag.numbers) for bag in bags), np.int64, len(bags))
        counts = [
            _joined([bag.title for bag in bags]),
            _joined([bag.body for bag in bags]),
            _joined([bag.every for bag in bags]),
        ]
        starts = np.append(0, np.cumsum(sizes))
        return cls(starts, _joined([bag.numbers for bag in bags]), counts, rarities)

    @classmethod
    def of_column(cls, column: Column, whole: np.ndarray, rarities: Rarities) -> "Table":
        """Weigh the tokens of a column; ``whole`` says which documents have title and body."""
        wholes = np.repeat(whole, np.diff(column.starts))
        counts = dampened(column.titles, column.bodies, wholes)
        return cls(column.starts, column.numbers, counts, rarities)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def sizes(self) -> Integers:
        """Return how many different tokens each document has."""
        return np.diff(self.starts)

    @cached_property
    def owners(self) -> Integers:
        """Return the document of each token."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    def _sums(self, values: Floats) -> Floats:
        sums = np.zeros(len(self), np.float32)
        some = np.flatnonzero(np.diff(self.starts))
        if len(some):
            sums[some] = np.add.reduceat(values, self.starts[some], dtype=np.float64)
        return sums

    @cached_property
    def rarest(self) -> Rarest:
        """Return what is rarest in each title."""
        return Rarest.of(self)

    @cached_property
    def placed(self) -> "sparse.csr_matrix":
        """Return one more than the place of each token that is known, by document and number."""
        from scipy import sparse  # noqa: PLC0415 - who compares one text only does not pay for it

        known = np.flatnonzero(self.numbers >= 0)
        starts = np.searchsorted(known, self.starts).astype(np.int32)
        return sparse.csr_matrix(
            ((known + 1).astype(np.int32), self.numbers[known], starts),
            shape=(len(self), self._width),
        )

    def matrix(self, part: int) -> "sparse.csr_matrix":
        """Return the weights of a part as rows of length one, which may be changed."""
        from scipy import sparse  # noqa: PLC0415 - who compares one text only does not pay for it

        scale = np.repeat(1 / np.maximum(self.lengths[part], 1e-9), np.diff(self.starts))
        return sparse.csr_matrix(
            (self.weights[part] * scale, self.numbers.copy(), self.starts.astype(np.int32)),
            shape=(len(self), self._width),
        )


@dataclass(frozen=True)
class Shared:
    """The tokens that pairs of documents share: where in each table, and in which pair."""

    first: Integers
    second: Integers
    pair: Integers
    pairs: int

    @cached_property
    def begins(self) -> tuple[Integers, Integers]:
        """Return the pairs that share something, and where that begins; pairs are in order."""
        begins = np.flatnonzero(np.diff(self.pair, prepend=-1))
        return self.pair[begins], begins

    def sums(self, values: Floats) -> Floats:
        """Add up for each pair."""
        some, begins = self.begins
        sums = np.zeros(self.pairs, np.float32)
        if len(some):
            sums[some] = np.add.reduceat(values, begins, dtype=np.float64)
        return sums

    def most(self, values: Floats) -> Floats:
        """Return the largest for each pair, 0 where nothing is shared."""
        some, begins = self.begins
        largest = np.zeros(self.pairs, np.float32)
        if len(some):
            largest[some] = np.maximum.reduceat(values, begins)
        return largest


def shared(one: Table, other: Table, pairs: Integers) -> Shared:
    """Find what the first of each pair, in ``one``, shares with the second, in ``other``.

    The sparse arithmetic of scipy multiplies only what both have: places by ones give the places.
    """
    if len(pairs) and (pairs[:, 0] == pairs[0, 0]).all():
        return _shared_with_one(one, other, pairs)
    left, right = one.placed[pairs[:, 0]], other.placed[pairs[:, 1]]
    first, second = _times(left, _ones(right)), _times(_ones(left), right)
    pair = np.repeat(np.arange(len(pairs)), np.diff(first.indptr))
    return Shared(first.data - 1, second.data - 1, pair, len(pairs))


def _ones(rows: "sparse.csr_matrix") -> "sparse.csr_matrix":
    ones = np.ones(len(rows.data), rows.data.dtype)
    return type(rows)((ones, rows.indices, rows.indptr), shape=rows.shape)


def _times(left: "sparse.csr_matrix", right: "sparse.csr_matrix") -> "sparse.csr_matrix":
    for rows in (left, right):  # they are sorted and without repeats: not to be checked again
        rows.has_canonical_format = True
    return left.multiply(right).tocsr()


def _shared_with_one(one: Table, other: Table, pairs: Integers) -> Shared:
    """Find the same where the first is always one document: its tokens are looked for in the others'."""
    start, end = one.starts[pairs[0, 0]], one.starts[pairs[0, 0] + 1]
    wanted = one.numbers[start:end]
    begins = other.starts[pairs[:, 1]]
    sizes = other.starts[pairs[:, 1] + 1] - begins
    ends = np.cumsum(sizes)
    second = np.arange(sizes.sum()) + np.repeat(begins - (ends - sizes), sizes)
    numbers = other.numbers[second]
    likely = np.zeros(SIEVE, bool)
    likely[wanted % SIEVE] = True
    chosen = np.flatnonzero(likely[numbers % SIEVE])
    first = np.minimum(np.searchsorted(wanted, numbers[chosen]), len(wanted) - 1)
    same = (wanted[first] == numbers[chosen]) & (numbers[chosen] >= 0)
    chosen, first = chosen[same], first[same]
    pair = np.searchsorted(ends, chosen, side="right")
    return Shared(first + start, second[chosen], pair, len(pairs))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of documents beside their tokens; ``sizes`` is how many different words each has."""

    vectors: Vectors
    sizes: Integers
    whole: np.ndarray
    latin: np.ndarray
    named: np.ndarray
    wishes: np.ndarray
    places: Places


@dataclass(frozen=True, kw_only=True)
class Side(Facts):
    """Documents ready to be compared with others."""

    words: Table
    grams: Table

    @classmethod
    def of(cls, corpus: Counted, rows: Sequence[Row], vectors: Vectors) -> "Side":
        """Take rows of a corpus and their vectors."""
        if isinstance(rows, Rows):
            return cls(
                vectors=vectors,
                sizes=np.diff(rows.words.starts),
                whole=rows.whole,
                latin=rows.latin,
                named=rows.named,
                wishes=rows.wishes,
                places=rows.places,
                words=Table.of_column(rows.words, rows.whole, corpus.words),
                grams=Table.of_column(rows.grams, rows.whole, corpus.grams),
            )
        words = Table.of_bags([row.words for row in rows], corpus.words)
        return cls(
            vectors=vectors,
            sizes=words.sizes,
            whole=np.array([row.whole for row in rows], bool),
            latin=np.array([row.latin for row in rows], bool),
            named=np.array([row.named for row in rows], bool),
            wishes=np.array([row.wish for row in rows], np.int8),
            places=Places.of([row.places for row in rows]),
            words=words,
            grams=Table.of_bags([row.grams for row in rows], corpus.grams),
        )


def _joined(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.float32)
