"""An inverted index that grows: which documents have a token."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from consult.clustering.vectors import Floats, Integers

#: Documents entered one by one are read through until there are so many.
TAIL = 64
#: So many blocks of like size are made into one.
FAN = 8


@dataclass(frozen=True, slots=True)
class _Block:
    """Documents by token: those of ``tokens[k]`` run from ``starts[k]`` to ``starts[k + 1]``."""

    tokens: Integers
    starts: Integers
    documents: Integers
    weights: Floats

    @classmethod
    def of(cls, tokens: Integers, documents: Integers, weights: Floats) -> "_Block":
        """Sort entries by token; those of one token keep their order."""
        order = sparse.csr_matrix(
            (np.arange(len(tokens)), tokens, np.arange(len(tokens) + 1)),
        ).tocsc()
        found = np.flatnonzero(np.diff(order.indptr))
        starts = np.append(order.indptr[found], len(tokens))
        return cls(found, starts, documents[order.data], weights[order.data])


class Postings:
    """For each token the documents that have it; removed ones stay until they are asked for.

    Not safe for use by several threads at once; its owner holds the lock.
    """

    def __init__(self) -> None:
        self._levels: list[list[_Block]] = []
        self._tail: list[tuple[Integers, Integers, Floats]] = []

    def add(self, document: int, numbers: Integers, weights: Floats) -> None:
        """Enter a document under each of its tokens."""
        self._tail.append((numbers, np.full(len(numbers), document, np.int32), weights))
        if len(self._tail) >= TAIL:
            tokens, documents, values = map(np.concatenate, zip(*self._tail, strict=True))
            self._tail = []
            self._keep(0, _Block.of(tokens, documents, values))

    def _keep(self, level: int, block: _Block) -> None:
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(block)
        if len(self._levels[level]) == FAN:
            blocks, self._levels[level] = self._levels[level], []
            tokens = np.concatenate([np.repeat(b.tokens, np.diff(b.starts)) for b in blocks])
            documents = np.concatenate([b.documents for b in blocks])
            weights = np.concatenate([b.weights for b in blocks])
            self._keep(level + 1, _Block.of(tokens, documents, weights))

    def scores(self, numbers: Integers, weights: Floats, count: int) -> Floats:
        """Return for ``count`` documents the weighted sum of the tokens that they share."""
        order = np.argsort(numbers)
        numbers, weights = numbers[order], weights[order]
        sums = np.zeros(count)
        for block in (block for level in self._levels for block in level):
            at = np.minimum(np.searchsorted(block.tokens, numbers), len(block.tokens) - 1)
            here = np.flatnonzero(block.tokens[at] == numbers)
            for start, stop, weight in zip(
                block.starts[at[here]].tolist(),
                block.starts[at[here] + 1].tolist(),
                weights[here].tolist(),
                strict=True,
            ):
                sums[block.documents[start:stop]] += block.weights[start:stop] * weight
        self._add_tail(numbers, weights, sums)
        return sums.astype(np.float32)

    def _add_tail(self, numbers: Integers, weights: Floats, sums: np.ndarray) -> None:
        if not self._tail or not len(numbers):
            return
        tokens, documents, values = map(np.concatenate, zip(*self._tail, strict=True))
        at = np.minimum(np.searchsorted(numbers, tokens), len(numbers) - 1)
        here = numbers[at] == tokens
        np.add.at(sums, documents[here], values[here] * weights[at[here]])
