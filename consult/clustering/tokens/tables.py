"""The tokens of many documents end to end, and what two documents share."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from consult.clustering.tokens.corpus import Bag, Corpus, Row
from consult.clustering.tokens.places import Spot
from consult.clustering.tokens.vocabulary import Vocabulary
from consult.clustering.vectors import Floats, Integers, Vectors

#: More than the tokens of any document; the square is a whole number in a float.
PLACES = 2.0**24
TITLE, BODY, EVERY = range(3)


class Table:
    """One kind of token of some documents, weighted by rarity.

    ``weights`` has a row for title, body and all; ``titled`` is the squared rarity of what is
    in a title.
    """

    def __init__(self, bags: Sequence[Bag], vocabulary: Vocabulary[str] | Vocabulary[int]) -> None:
        sizes = np.fromiter((len(bag.numbers) for bag in bags), np.int64, len(bags))
        self.starts = np.append(0, np.cumsum(sizes))
        self.numbers = _joined([bag.numbers for bag in bags]).astype(np.int32, copy=False)
        self.rarity = vocabulary.rarity(self.numbers)
        counts = [
            _joined([bag.title for bag in bags]),
            _joined([bag.body for bag in bags]),
            _joined([bag.every for bag in bags]),
        ]
        self.titled = np.where(counts[TITLE] > 0, self.rarity**2, 0)
        self.weights = np.stack([count * self.rarity for count in counts])
        self.lengths = np.stack([np.sqrt(self._sums(row**2)) for row in self.weights])
        self.title_mass = self._sums(self.titled)
        self._width = len(vocabulary)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def _sums(self, values: Floats) -> Floats:
        owners = np.repeat(np.arange(len(self)), np.diff(self.starts))
        return np.bincount(owners, values, minlength=len(self)).astype(np.float32)

    @cached_property
    def imaginary(self) -> sparse.csr_matrix:
        """Return 1 + ki at the k-th token of each document; see :func:`shared`."""
        known = self.numbers >= 0
        places = np.arange(len(self.numbers)) - np.repeat(self.starts[:-1], np.diff(self.starts))
        starts = np.append(0, np.cumsum(known))[self.starts].astype(np.int32)
        return sparse.csr_matrix(
            (1 + 1j * places[known], self.numbers[known], starts),
            shape=(len(self), self._width),
        )

    def matrix(self, part: int) -> sparse.csr_matrix:
        """Return the weights of a part as rows of length one, which may be changed."""
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

    def sums(self, values: Floats) -> Floats:
        """Add up for each pair."""
        return np.bincount(self.pair, values, minlength=self.pairs).astype(np.float32)


def shared(one: Table, other: Table, pairs: Integers) -> Shared:
    """Find what the first of each pair, in ``one``, shares with the second, in ``other``.

    Both places of a shared token come out of one product in the sparse arithmetic of scipy:
    the imaginary part of (1 + ai)(1 + bNi) is a + bN.
    """
    left, right = one.imaginary[pairs[:, 0]], other.imaginary[pairs[:, 1]]
    right.data.imag *= PLACES
    for table in (left, right):  # they are sorted and without repeats: not to be checked again
        table.has_canonical_format = True
    both = left.multiply(right).tocsr()
    pair = np.repeat(np.arange(len(pairs)), np.diff(both.indptr))
    second, first = np.divmod(both.data.imag, PLACES)
    return Shared(
        one.starts[pairs[pair, 0]] + first.astype(np.int64),
        other.starts[pairs[pair, 1]] + second.astype(np.int64),
        pair,
        len(pairs),
    )


@dataclass(frozen=True)
class Side:
    """Documents ready to be compared with others."""

    words: Table
    grams: Table
    vectors: Vectors
    whole: np.ndarray
    latin: np.ndarray
    named: np.ndarray
    places: Sequence[tuple[Spot, ...]]

    @classmethod
    def of(cls, corpus: Corpus, rows: Sequence[Row], vectors: Vectors) -> "Side":
        """Take rows of a corpus and their vectors."""
        return cls(
            Table([row.words for row in rows], corpus.words),
            Table([row.grams for row in rows], corpus.grams),
            vectors,
            np.array([row.whole for row in rows], bool),
            np.array([row.latin for row in rows], bool),
            np.array([row.named for row in rows], bool),
            [row.places for row in rows],
        )


def _joined(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.zeros(0, np.float32)
