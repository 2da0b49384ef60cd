"""Which pairs are worth comparing: neighbours by meaning and by rare wording, never all pairs."""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from consult.clustering.grouping.cells import neighbours
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import EVERY, TITLE, Side, Table
from consult.clustering.vectors import Floats, Integers

#: Documents compared with all others at a time.
BLOCK = 256
#: A token in more documents than this share finds nobody, but in any case between these numbers.
COMMON_SHARE, COMMON_LEAST, COMMON_MOST = 0.05, 60, 150

Progress = Callable[[str, int, int], None]


def pairs(corpus: Corpus, side: Side, *, each: int, progress: Progress | None) -> Integers:
    """Return candidate pairs (first < second) as an array of shape (m, 2), sorted.

    Every document brings its ``each`` nearest by vectors and by each kind of wording.
    Cost: time and memory grow with the number (10,000: three seconds on one core).
    """
    count = len(side.vectors)
    if count <= 1:
        return np.zeros((0, 2), np.int64)

    def tick(done: int) -> None:
        if progress:
            progress("candidates", done, 2 * count)

    each = min(each, count - 1)
    found = [neighbours(side.vectors, each, tick)]
    words, grams = corpus.words.found(side.words.numbers), corpus.grams.found(side.grams.numbers)
    tables = [
        _rare(table, part, spread)
        for table, part, spread in (
            (side.words, EVERY, words),
            (side.grams, TITLE, grams),
            (side.grams, EVERY, grams),
            (side.words, TITLE, words),
        )
    ]
    turned = [table.T.tocsr() for table in tables]
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        for table, columns in zip(tables, turned, strict=True):
            found.append(_nearest(table[start:stop] @ columns, start, each))
        tick(count + stop)
    both = np.sort(np.concatenate(found), axis=1)
    codes = np.unique(both[:, 0] * count + both[:, 1])
    return np.stack([codes // count, codes % count], axis=1)


def _rare(table: Table, part: int, found: Floats) -> sparse.csr_matrix:
    """Return unit rows of one part, without what is common."""
    limit = min(max(COMMON_LEAST, COMMON_SHARE * len(table)), COMMON_MOST)
    rows = table.matrix(part)
    rows.data = np.where(found > limit, 0, rows.data)
    rows.eliminate_zeros()
    return rows


def _nearest(scores: sparse.csr_matrix, start: int, each: int) -> Integers:
    """Return (document, neighbour) for the best scores of each line, itself left out."""
    lines = np.repeat(np.arange(start, start + scores.shape[0]), np.diff(scores.indptr))
    scores.data[scores.indices == lines] = 0
    chosen = []
    for first, last in zip(scores.indptr[:-1].tolist(), scores.indptr[1:].tolist(), strict=True):
        if last - first <= each:
            chosen.append(np.arange(first, last))
        else:
            values = scores.data[first:last]
            chosen.append(first + np.argpartition(values, -each)[-each:])
    best = np.concatenate(chosen)
    best = best[scores.data[best] > 0]
    return np.stack([lines[best], scores.indices[best].astype(np.int64)], axis=1)
