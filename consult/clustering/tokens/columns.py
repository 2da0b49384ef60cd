"""Tokens of many documents end to end: no object for each document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from consult.clustering.tokens.places import Spot
from consult.clustering.tokens.told import Told
from consult.clustering.vectors import Integers

#: A token is counted so often in one text, no more.
MOST = 255


@dataclass(frozen=True, slots=True)
class Column:
    """One kind of token of many documents.

    Those of document *n* run from ``starts[n]`` to ``starts[n + 1]``: their numbers, ascending, and
    how often each is in the title and in the body. Six bytes a token; arrays may lie in files.
    """

    starts: Integers
    numbers: Integers
    titles: Integers
    bodies: Integers

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, numbers: Integers, owners: Integers, documents: int) -> "Column":
        """Gather tokens; an owner is twice the document, one more for a body."""
        lowest = int(numbers.min(initial=0))
        span = int(numbers.max(initial=0)) - lowest + 1
        keys = ((owners >> 1) * span + (numbers - lowest)) * 2 + (owners & 1)
        keys.sort()
        keys, counts = runs(keys)
        tokens, sizes = runs(keys >> 1)
        place = np.repeat(np.arange(len(tokens)), sizes)
        halves = np.zeros((2, len(tokens)), np.uint8)
        halves[keys & 1, place] = np.minimum(counts, MOST)
        owner, numbers = np.divmod(tokens, span)
        numbers = (numbers + lowest).astype(np.int32)
        numbers[numbers < 0] = -1
        return cls(np.searchsorted(owner, np.arange(documents + 1)), numbers, halves[0], halves[1])

    @classmethod
    def joined(cls, columns: Sequence["Column"]) -> "Column":
        """Put the documents of several columns one after another."""
        sizes = [np.diff(column.starts) for column in columns]
        return cls(
            np.append(0, np.cumsum(np.concatenate([np.zeros(0, np.int64), *sizes]))),
            np.concatenate([np.zeros(0, np.int32), *(column.numbers for column in columns)]),
            np.concatenate([np.zeros(0, np.uint8), *(column.titles for column in columns)]),
            np.concatenate([np.zeros(0, np.uint8), *(column.bodies for column in columns)]),
        )

    def take(self, documents: Integers) -> "Column":
        """Return the tokens of some documents, in that order."""
        starts, places = self.places(documents)
        return Column(starts, self.numbers[places], self.titles[places], self.bodies[places])

    def places(self, documents: Integers) -> tuple[Integers, Integers]:
        """Return where the tokens of some documents begin when put end to end, and where they are."""
        first = self.starts[documents]
        sizes = self.starts[documents + 1] - first
        starts = np.append(0, np.cumsum(sizes))
        return starts, np.arange(starts[-1]) + np.repeat(first - starts[:-1], sizes)

    def owners(self) -> Integers:
        """Return the document of each token."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    def renumbered(self, fresh: Integers) -> "Column":
        """Give each token another number; within a document they ascend again."""
        numbers = np.asarray(fresh[self.numbers], np.int32)
        order = np.lexsort((numbers, self.owners()))
        return Column(self.starts, numbers[order], self.titles[order], self.bodies[order])


@dataclass(frozen=True)
class Places(Sequence[tuple[Spot, ...]]):
    """The spots that each document names; ``ids`` are places in ``known``, whose first is none."""

    ids: Integers
    known: Sequence[tuple[Spot, ...]]

    @classmethod
    def of(cls, places: Sequence[tuple[Spot, ...]]) -> "Places":
        """Number what is named."""
        numbers: dict[tuple[Spot, ...], int] = {(): 0}
        ids = [numbers.setdefault(named, len(numbers)) for named in places]
        return cls(np.array(ids, np.int32), list(numbers))

    @cached_property
    def told(self) -> Told:
        """Return the different places of these documents, ready to be compared."""
        return Told.of([self.known[number] for number in np.unique(self.ids).tolist()])

    @cached_property
    def lines(self) -> Integers:
        """Return which of ``told`` is of each document."""
        return np.unique(self.ids, return_inverse=True)[1]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, at: int) -> tuple[Spot, ...]:  # type: ignore[override]
        return self.known[int(self.ids[at])]

    def __iter__(self) -> Iterator[tuple[Spot, ...]]:
        return (self.known[number] for number in self.ids.tolist())


def runs(ordered: Integers) -> tuple[Integers, Integers]:
    """Return the different values of an ordered array, and how often each is there."""
    begins = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    return ordered[begins], np.diff(begins, append=len(ordered))
