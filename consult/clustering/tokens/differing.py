"""How surely the named places of many pairs of texts differ, all compared at once."""

import numpy as np

from consult.clustering.tokens.columns import Places
from consult.clustering.tokens.places import (
    ALIKE,
    BESIDE,
    CROSS,
    ENDING,
    LATIN,
    LINE,
    PART,
    apart,
    is_same,
)
from consult.clustering.tokens.told import Told
from consult.clustering.vectors import Floats, Integers

#: Two names of some kinds that are not the same: how surely they are of different places. NaN: that
#: cannot be said.
OF_KINDS = np.full((LATIN + 1, LATIN + 1), np.nan)
for (_one, _other), _surely in ALIKE.items():
    OF_KINDS[_one, _other] = OF_KINDS[_other, _one] = _surely
np.fill_diagonal(OF_KINDS, 1.0)


def differences(one: Places, other: Places, pairs: Integers) -> Floats:
    """Return :func:`~consult.clustering.tokens.places.differ` for each pair of texts.

    Cost: a microsecond a pair, and two for each different place of a side, once.
    """
    mine, yours = one.ids[pairs[:, 0]], other.ids[pairs[:, 1]]
    found = np.zeros(len(pairs), np.float32)
    placed = np.flatnonzero((mine > 0) & (yours > 0))
    if not len(placed):
        return found
    lines = one.lines[pairs[placed, 0]], other.lines[pairs[placed, 1]]
    if one is other:  # it is the same both ways
        lines = np.minimum(*lines), np.maximum(*lines)
    codes = lines[0].astype(np.int64) * len(other.told) + lines[1]
    codes, place = np.unique(codes, return_inverse=True)
    firsts, seconds = np.divmod(codes, len(other.told))
    found[placed] = _Grid(one.told, firsts, other.told, seconds).differ()[place]
    return found


class _Grid:
    """Every name of each first place beside every name of its second."""

    def __init__(self, mine: Told, firsts: Integers, yours: Told, seconds: Integers) -> None:
        begins, starts = mine.starts[firsts], yours.starts[seconds]
        self.heights = mine.starts[firsts + 1] - begins
        self.widths = yours.starts[seconds + 1] - starts
        sizes = self.heights * self.widths
        self.begins = np.cumsum(sizes) - sizes
        self.pair = np.repeat(np.arange(len(sizes)), sizes)
        inside = np.arange(len(self.pair)) - self.begins[self.pair]
        self.line, self.column = np.divmod(inside, self.widths[self.pair])
        self.first, self.second = begins[self.pair] + self.line, starts[self.pair] + self.column
        self.kinds = np.minimum(mine.kinds[self.first], yours.kinds[self.second])
        self.apart = _apart(mine, self.first, yours, self.second)

    def differ(self) -> Floats:
        """Return how surely the two places of each pair differ."""
        alone = (self.heights == 1) & (self.widths == 1)
        unsaid = np.isnan(self.apart)
        found = self._decided(np.where(unsaid & alone[self.pair], CROSS, self.apart))
        several = (found == 0) & (self.heights > 1) & (self.widths > 1)
        if several.any():
            found[several & (self._left_over() == 1)] = BESIDE
        return found.astype(np.float32)

    def _decided(self, values: Floats) -> Floats:
        """Return for each pair the least value of the most exact kind that both name."""
        ranked = np.where(np.isnan(values), np.inf, 2.0 * self.kinds + values)
        best = np.minimum.reduceat(ranked, self.begins)
        best[np.isinf(best)] = 0.0
        return np.asarray(best % 2.0)

    def _left_over(self) -> Floats:
        """Return the same of those names that agree with none."""
        agree = np.isin(self.apart, (0.0, PART))
        values = self.apart.copy()
        for size, at in ((self.heights, self.line), (self.widths, self.column)):
            name = (np.cumsum(size) - size)[self.pair] + at
            values[np.bincount(name, agree)[name] > 0] = np.nan
        return self._decided(values)


def _apart(mine: Told, first: Integers, yours: Told, second: Integers) -> Floats:
    """Return how surely each two names are of different places; NaN if that cannot be said."""
    kinds = mine.kinds[first], yours.kinds[second]
    values = OF_KINDS[kinds]
    values[(mine.signs[first, :2] == yours.signs[second, :2]).all(axis=1)] = 1.0
    same = _same(mine, first, yours, second)
    numbered = (kinds[0] == LINE) & (kinds[1] == LINE)
    same[numbered] = mine.names[first[numbered]] == yours.names[second[numbered]]
    at = np.flatnonzero(same)
    one, other = mine.parts[first[at]], yours.parts[second[at]]
    values[at] = np.where(one == other, 0.0, np.where((one != "") & (other != ""), 1.0, PART))
    for pair in np.flatnonzero(mine.odd[first] | yours.odd[second]).tolist():
        found = apart(mine.spots[int(first[pair])], yours.spots[int(second[pair])], alone=False)
        values[pair] = np.nan if found is None else found
    return values


def _same(mine: Told, first: Integers, yours: Told, second: Integers) -> np.ndarray:
    """Say which two names may be one, see :func:`~consult.clustering.tokens.places.is_same`."""
    known = np.zeros(len(first), bool)
    shared = (mine.telling[first] & yours.every[second]) | (
        yours.telling[second] & mine.every[first]
    )
    at = np.flatnonzero(shared)  # most names have no sign in common
    one, other = first[at], second[at]
    inside = np.strings.find(yours.names[other], mine.sought[one]) >= 0
    inside |= np.strings.find(mine.names[one], yours.sought[other]) >= 0
    known[at[inside]] = True
    level = ~inside & (mine.sizes[one] == yours.sizes[other])
    at, one, other = at[level], one[level], other[level]
    signs, others = mine.signs[one], yours.signs[other]
    known[at[(np.sort(signs, axis=1) == np.sort(others, axis=1)).all(axis=1)]] = True
    mistaken = signs != others
    once = (mistaken.sum(axis=1) == 1) & (mistaken.argmax(axis=1) < mine.sizes[one] - ENDING)
    for place in np.flatnonzero(once).tolist():
        names = str(mine.names[one[place]]), str(yours.names[other[place]])
        known[at[place]] = is_same(*names)
    return known
