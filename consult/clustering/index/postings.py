"""An inverted index that grows: which documents have a token."""

import numpy as np

from consult.clustering.index.growing import Growing, spans
from consult.clustering.vectors import Floats, Integers

#: A token in more documents than this finds nobody: a search would read too long.
LONGEST = 8192
#: So many entries are read for one search, those of the rarest tokens first.
READ = 8192
#: Room for the first entries of a token.
FIRST = 4
#: How a count is dampened, as in a :class:`~consult.clustering.tokens.corpus.Bag`.
DAMPENED = np.log1p(np.arange(256, dtype=np.float32))


class Postings:
    """For each token the documents that have it, until they are too many to tell anything.

    All lists lie in one array; a list that is full moves to its end, where it has twice the
    room. What removed documents left is skipped by the caller. Cost: about twelve bytes an
    entry; a search reads at most :data:`READ` entries, whatever the number of documents.

    Not safe for use by several threads at once; its owner holds the lock.
    """

    def __init__(self) -> None:
        self._entries, self._often = Growing(np.int32), Growing(np.uint8)
        self._starts, self._sizes, self._rooms = (
            Growing(np.int64),
            Growing(np.int32),
            Growing(np.int32),
        )
        self._common = Growing(bool)
        self._moved = 0
        self._sums, self._owners = Growing(np.float32), Growing(np.int32)

    def extend(self, documents: Integers, numbers: Integers, often: Integers) -> None:
        """Enter documents, ascending and later than all before, each under a token.

        ``often`` says how often it has the token, up to 255.
        """
        if not len(numbers):
            return
        order = np.argsort(numbers, kind="stable")
        tokens, first, sizes = np.unique(numbers[order], return_index=True, return_counts=True)
        for column in (self._starts, self._sizes, self._rooms, self._common):
            column.lengthen(int(tokens[-1]) + 1)
        wanted = self._sizes.values[tokens] + sizes
        self._forget(tokens[wanted > LONGEST])
        kept = ~self._common.values[tokens]
        tokens, first, sizes, wanted = tokens[kept], first[kept], sizes[kept], wanted[kept]
        self._make_room(tokens, wanted)
        places = spans(self._starts.values[tokens] + self._sizes.values[tokens], sizes)
        chosen = order[spans(first, sizes)]
        self._entries.values[places] = documents[chosen]
        self._often.values[places] = often[chosen]
        self._sizes.values[tokens] = wanted

    def best(self, numbers: Integers, weights: Floats, norms: Floats, most: int) -> Integers:
        """Return the ``most`` documents that share most, by the sum of weights times their norm.

        ``norms`` has one number for each document, 0 for one that is not to be found.
        """
        known = numbers < len(self._sizes)
        numbers, weights = numbers[known], weights[known]
        sizes = self._sizes.values[numbers]
        order = np.argsort(-weights, kind="stable")
        order = order[np.cumsum(sizes[order]) <= READ]
        numbers, sizes = numbers[order], sizes[order]
        places = spans(self._starts.values[numbers], sizes)
        found = self._entries.values[places]
        for column in (self._sums, self._owners):
            column.lengthen(len(norms))
        sums, owners = self._sums.values, self._owners.values
        np.add.at(
            sums, found, np.repeat(weights[order], sizes) * DAMPENED[self._often.values[places]]
        )
        owners[found] = np.arange(len(found))
        once = found[owners[found] == np.arange(len(found))]
        scores = sums[once] * norms[once]
        sums[once] = 0
        return np.asarray(once[top(scores, most)], np.int64)

    def _forget(self, tokens: Integers) -> None:
        """Empty the lists of tokens that have become common."""
        self._moved += int(self._rooms.values[tokens].sum())
        self._common.values[tokens] = True
        self._sizes.values[tokens] = self._rooms.values[tokens] = 0

    def _make_room(self, tokens: Integers, wanted: Integers) -> None:
        """Move lists that are too short for what is to come."""
        full = wanted > self._rooms.values[tokens]
        tokens, wanted = tokens[full], wanted[full]
        if not len(tokens):
            return
        rooms = np.maximum(FIRST, 2 ** np.ceil(np.log2(wanted))).astype(np.int64)
        if self._moved > len(self._entries) // 2:
            self._close_ranks()
        self._moved += int(self._rooms.values[tokens].sum())
        self._move(tokens, rooms)

    def _move(self, tokens: Integers, rooms: Integers) -> None:
        sizes = self._sizes.values[tokens].astype(np.int64)
        old = spans(self._starts.values[tokens], sizes)
        starts = len(self._entries) + np.cumsum(rooms) - rooms
        new = spans(starts, sizes)
        for entries in (self._entries, self._often):
            entries.lengthen(len(entries) + int(rooms.sum()))
            entries.values[new] = entries.values[old]
        self._starts.values[tokens], self._rooms.values[tokens] = starts, rooms

    def _close_ranks(self) -> None:
        """Leave out what lists that moved away left behind."""
        tokens = np.flatnonzero(self._rooms.values)
        rooms = self._rooms.values[tokens].astype(np.int64)
        before = self._entries.values, self._often.values
        self._entries, self._often, self._moved = Growing(np.int32), Growing(np.uint8), 0
        starts = np.cumsum(rooms) - rooms
        sizes = self._sizes.values[tokens].astype(np.int64)
        old, new = spans(self._starts.values[tokens], sizes), spans(starts, sizes)
        for entries, kept in zip((self._entries, self._often), before, strict=True):
            entries.lengthen(int(rooms.sum()))
            entries.values[new] = kept[old]
        self._starts.values[tokens] = starts


def top(scores: Floats, most: int) -> Integers:
    """Return the places of the best positive scores."""
    if len(scores) > most:
        best = np.argpartition(-scores, most - 1)[:most]
    else:
        best = np.arange(len(scores))
    return np.asarray(best[scores[best] > 0], np.int64)
