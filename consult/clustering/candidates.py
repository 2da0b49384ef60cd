"""Which pairs are worth comparing: neighbours by meaning and by rare wording, never all pairs."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse

from consult.clustering.corpus import PARTS, Corpus, Row, gather
from consult.clustering.vectors import Integers, Vectors

#: Documents compared with all others at a time: memory is this times their number.
BLOCK = 256
#: A token in more documents than this share (or this many) finds nobody.
COMMON_SHARE, COMMON_COUNT = 0.05, 60

#: The parts by whose tokens neighbours are found.
FINDERS = tuple(
    PARTS.index(name) for name in ("all_words", "title_grams", "all_grams", "title_words")
)

Progress = Callable[[str, int, int], None]


def pairs(
    corpus: Corpus, rows: Sequence[Row], vectors: Vectors, *, each: int, progress: Progress | None
) -> Integers:
    """Return candidate pairs (first < second) as an array of shape (m, 2), sorted.

    Every document brings its ``each`` nearest by vectors and by each kind of wording.
    Cost: time grows with the square of the number, by matrix products (10,000: a few
    seconds on one core); memory with the number.
    """
    count = len(rows)
    if count <= 1:
        return np.zeros((0, 2), np.int64)
    each = min(each, count - 1)
    tables = [_weighted(corpus, rows, part) for part in FINDERS]
    turned = [table.T.tocsr() for table in tables]
    found = []
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        found.append(_nearest(vectors[start:stop] @ vectors.T, start, each))
        for table, columns in zip(tables, turned, strict=True):
            found.append(_nearest_sparse(table[start:stop] @ columns, start, each))
        if progress:
            progress("candidates", stop, count)
    both = np.sort(np.concatenate(found), axis=1)
    both = both[both[:, 0] != both[:, 1]]
    codes = np.unique(both[:, 0] * count + both[:, 1])
    return np.stack([codes // count, codes % count], axis=1)


def _weighted(corpus: Corpus, rows: Sequence[Row], part: int) -> sparse.csr_matrix:
    """Return unit TF-IDF rows of one part, without what is common."""
    vocabulary = corpus.vocabulary(part)
    numbers, starts = gather([row.numbers[part] for row in rows])
    counts, _ = gather([row.counts[part] for row in rows])
    limit = max(COMMON_COUNT, COMMON_SHARE * len(rows))
    weights = counts * vocabulary.rarity(numbers)
    pointers = np.append(starts, len(numbers))
    table = sparse.csr_matrix((weights, numbers, pointers), shape=(len(rows), len(vocabulary)))
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table.data = np.where(vocabulary.spread(numbers) * len(rows) > limit, 0, table.data)
    table.eliminate_zeros()
    scaled = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ table
    return sparse.csr_matrix(scaled, dtype=np.float32)


def _nearest(scores: np.ndarray, start: int, each: int) -> Integers:
    """Return (document, neighbour) for the best scores of each line, itself left out."""
    lines = np.arange(len(scores))
    scores[lines, start + lines] = -np.inf
    best = np.argpartition(-scores, each - 1, axis=1)[:, :each]
    kept = np.take_along_axis(scores, best, axis=1) > 0
    return np.stack([np.repeat(start + lines, each)[kept.ravel()], best[kept]], axis=1)


def _nearest_sparse(scores: sparse.csr_matrix, start: int, each: int) -> Integers:
    """Do the same for sparse scores."""
    found = []
    for line in range(scores.shape[0]):
        here = slice(scores.indptr[line], scores.indptr[line + 1])
        neighbours, values = scores.indices[here], scores.data[here]
        values = np.where(neighbours == start + line, 0, values)
        if len(values) > each:
            top = np.argpartition(-values, each - 1)[:each]
            neighbours, values = neighbours[top], values[top]
        neighbours = neighbours[values > 0]
        found.append(np.stack([np.full(len(neighbours), start + line), neighbours], axis=1))
    return np.concatenate(found).astype(np.int64)
