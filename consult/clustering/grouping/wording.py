"""Neighbours by wording: by rare tokens alone, by less rare ones where meaning is near, too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from consult.clustering.grouping.cells import joined
from consult.clustering.tokens.tables import EVERY, TITLE, Table
from consult.clustering.vectors import Floats, Integers, Stored

#: A token in more documents than this share finds nobody alone, but in any case between these numbers.
COMMON_SHARE, COMMON_LEAST, COMMON_MOST = 0.05, 60, 200
#: One in more documents than that, up to this share, finds those whose meaning is near.
USUAL_SHARE = 0.02
#: So many of the rarest such words of a title, and as many pairs of characters, are tried.
NAMES = 3
#: Documents with one such token that are compared with each other at a time.
CROWD = 2048
#: So many are found for each document and token.
EACH = 5


@dataclass(frozen=True)
class Postings:
    """Weights of rare tokens by document, and the same turned: for each token its documents."""

    rows: sparse.csr_matrix
    turned: sparse.csr_matrix

    @classmethod
    def of(cls, rows: sparse.csr_matrix) -> "Postings":
        """Turn rows."""
        return cls(rows, rows.T.tocsr())

    def nearest(self, start: int, stop: int, each: int) -> tuple[Integers, Integers, Floats]:
        """Return (first, second, score) of the ``each`` best of each document in a range."""
        scores = self.rows[start:stop] @ self.turned
        lines = np.repeat(np.arange(start, stop), np.diff(scores.indptr))
        scores.data[scores.indices == lines] = 0
        chosen = []
        for first, last in pairwise(scores.indptr.tolist()):
            if last - first <= each:
                chosen.append(np.arange(first, last))
            else:
                values = scores.data[first:last]
                chosen.append(first + np.argpartition(values, -each)[-each:])
        best = np.concatenate(chosen)
        best = best[scores.data[best] > 0]
        return lines[best], scores.indices[best].astype(np.int64), scores.data[best]


def common(documents: int) -> float:
    """Return in how many documents a token may be to find others alone."""
    return min(max(COMMON_LEAST, COMMON_SHARE * documents), COMMON_MOST)


def combined(
    words: Table,
    grams: Table,
    words_found: Callable[[Integers], Floats],
    grams_found: Callable[[Integers], Floats],
    documents: int | None = None,
) -> sparse.csr_matrix:
    """Return rows of rare words and grams; one in the title counts there and in the whole.

    Their products are likenesses of titles, of whole texts, and of one's title with the other.
    ``words_found`` and ``grams_found`` tell in how many of the ``documents`` tokens are.
    """
    limit = common(documents or len(words))
    parts = []
    for table, found in ((words, words_found), (grams, grams_found)):
        rows = table.matrix(EVERY)
        rows.data = rows.data + table.matrix(TITLE).data
        rows.data[found(table.numbers) > limit] = 0
        rows.eliminate_zeros()
        parts.append(rows)
    return sparse.hstack(parts, format="csr", dtype=np.float32)


def names(
    numbers: Integers, counts: Floats, owners: Integers, titled: np.ndarray, documents: int
) -> tuple[Integers, Integers]:
    """Return (token, document) for the rarest tokens of titles that cannot find others alone.

    ``counts`` says of each token in how many of the ``documents`` it is, ``owners`` whose it is.
    """
    wanted = titled & (counts > common(documents)) & (counts <= USUAL_SHARE * documents)
    at = np.flatnonzero(wanted)
    at = at[np.lexsort((numbers[at], counts[at], owners[at]))]
    starts = np.flatnonzero(np.diff(owners[at], prepend=-1))
    rank = np.arange(len(at)) - np.repeat(starts, np.diff(starts, append=len(at)))
    at = at[rank < NAMES]
    return numbers[at], owners[at]


def crowds(tokens: Integers, places: Integers) -> Iterator[Integers]:
    """Yield the places that share each token; of a very common one, in parts of near ones."""
    order = np.lexsort((places, tokens))
    starts = np.flatnonzero(np.diff(tokens[order], prepend=-1))
    for members in np.split(places[order], starts[1:]):
        if len(members) > 1:
            yield from np.array_split(members, -(-len(members) // CROWD))


def met(vectors: Stored, members: Integers) -> tuple[Integers, Integers, Floats]:
    """Return (first, second, cosine) of the nearest among some places."""
    rows = np.asarray(vectors[members], np.float32)
    lines, columns, scores = joined(rows, rows, EACH)
    return members[lines], members[columns], scores
