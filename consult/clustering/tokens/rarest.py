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
        titled = np.flatnonzero(table.titled > 0)
        order = titled[np.lexsort((-table.rarity[titled], table.owners[titled]))]
        owners = table.owners[order]
        rank = np.arange(len(order)) - np.searchsorted(owners, owners)
        few = rank < MOST
        bits = np.zeros(len(table.numbers), np.float32)
        bits[order[few]] = 1 << rank[few]
        rarities = np.zeros((len(table), MOST + 1), np.float32)
        rarities[owners[few], rank[few]] = table.rarity[order[few]]
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
