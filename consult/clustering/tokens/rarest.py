"""What is rarest in one title and is not in the other text: who or where, if no list knows the name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from consult.clustering.vectors import Floats, Integers

if TYPE_CHECKING:
    from consult.clustering.tokens.tables import Shared, Table

#: So many of the rarest tokens of a title are looked at.
MOST = 4
#: What is no longer the rarest.
TAKEN = np.float32(-np.inf)
#: For each set of those that are shared, as bits: the first that is not.
_FIRST = np.array(
    [next((at for at in range(MOST) if not bits >> at & 1), MOST) for bits in range(1 << MOST)]
)


@dataclass(frozen=True)
class Rarest:
    """The rarest tokens of each title.

    ``bits`` has for each token of a table 1, 2, 4 … for the rarest, the next …, 0 for all others;
    ``rarities`` of shape (documents, MOST + 1) says how rare they are, 0 where there is none.
    """

    bits: Floats
    rarities: Floats

    @classmethod
    def of(cls, table: Table) -> Rarest:
        """Find them; equally rare ones go by their numbers."""
        bits = np.zeros(len(table.numbers), np.float32)
        rarities = np.zeros((len(table), MOST + 1), np.float32)
        titled = np.flatnonzero(table.titled > 0)
        owners, left = table.owners[titled], table.rarity[titled]
        begins = np.flatnonzero(np.diff(owners, prepend=-1))
        sizes = np.diff(begins, append=len(titled))
        for rank in range(MOST if len(titled) else 0):
            rarest = np.repeat(np.maximum.reduceat(left, begins), sizes)
            found = np.flatnonzero((left == rarest) & (left > TAKEN))
            found = found[np.diff(owners[found], prepend=-1) > 0]
            bits[titled[found]] = 1 << rank
            rarities[owners[found], rank] = left[found]
            left[found] = TAKEN
        return cls(bits, rarities)

    def unshared(self, tokens: Integers, documents: Integers, both: Shared) -> Floats:
        """Return how rare the rarest token of each pair's title is that is not among ``tokens``."""
        shared = both.sums(self.bits[tokens]).astype(np.int64)
        return np.asarray(self.rarities[documents, _FIRST[shared]], np.float32)


def estrangement(one: Table, other: Table, pairs: Integers, both: Shared) -> Floats:
    """Return by how much, in log shares, what is rarest in each title only is rarer than what both have.

    Not above 0 where one title says nothing rare that the other text does not, or where both
    have something as rare: the name of one place.
    """
    alone = np.minimum(
        one.rarest.unshared(both.first, pairs[:, 0], both),
        other.rarest.unshared(both.second, pairs[:, 1], both),
    )
    titled = (one.titled[both.first] > 0) | (other.titled[both.second] > 0)
    return np.asarray(alone - both.most(one.rarity[both.first] * titled), np.float32)
