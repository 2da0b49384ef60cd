"""The distinctive words of groups, for their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from consult.clustering.tokens.columns import Column
from consult.clustering.tokens.keywords import is_telling
from consult.clustering.tokens.tables import Rarities
from consult.clustering.vectors import Integers

#: A word of the title names the matter; one of the body may be told in passing.
TITLE_COUNTS = 2.0
#: A word that names a group is in at least this share of its members, and in two of them.
SHARED_BY = 0.34
#: Groups named at a time.
BLOCK = 10_000


@dataclass(frozen=True)
class Naming:
    """Finds words that many members of a group have and few others do.

    ``tokens`` are words by their numbers, ``rarities`` tells how rare they are.
    """

    tokens: Sequence[object]
    rarities: Rarities

    def groups(
        self, words: Column, texts: Integers, starts: Integers, most: int = 5
    ) -> Iterator[tuple[str, ...]]:
        """Yield up to ``most`` words for each group; those of group *k* begin at ``starts[k]``."""
        for first in range(0, len(starts) - 1, BLOCK):
            ends = starts[first : first + BLOCK + 1]
            column = words.take(texts[ends[0] : ends[-1]])
            yield from self._block(column, ends - ends[0], most)

    def _block(self, column: Column, starts: Integers, most: int) -> Iterator[tuple[str, ...]]:
        sizes = np.diff(starts)
        group, numbers, support, titles = _support(column, starts)
        scores = (support + TITLE_COUNTS * titles) * self.rarities.rarity(numbers) ** 1.5
        wanted = np.maximum(np.where(sizes == 1, 1.0, 2.0), SHARED_BY * sizes)
        kept = np.flatnonzero((support >= wanted[group]) & (scores > 0))
        kept = kept[np.lexsort((numbers[kept], -scores[kept], group[kept]))]
        ends = np.searchsorted(group[kept], np.arange(len(sizes) + 1))
        listed = numbers[kept].tolist()
        for first, last in pairwise(ends.tolist()):
            yield self._telling(listed[first:last], most)

    def _telling(self, numbers: Sequence[int], most: int) -> tuple[str, ...]:
        best: list[str] = []
        for number in numbers:
            word = str(self.tokens[number])
            if is_telling(word) and not any(word in other or other in word for other in best):
                best.append(word)
                if len(best) == most:
                    break
        return tuple(best)


def _support(column: Column, starts: Integers) -> tuple[Integers, ...]:
    """Return each word of each group: the group, its number, in how many members and titles."""
    group = np.repeat(np.arange(len(starts) - 1), np.diff(column.starts[starts]))
    order = np.lexsort((column.numbers, group))
    group, numbers = group[order], column.numbers[order]
    new = np.append(True, (np.diff(group) != 0) | (np.diff(numbers) != 0))[: len(group)]
    place = np.cumsum(new) - 1
    titles = np.bincount(place, column.titles[order] > 0, minlength=int(new.sum()))
    return group[new], numbers[new], np.bincount(place), titles
