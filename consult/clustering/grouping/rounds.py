"""Merging of parts with very many documents, many pairs of groups at a time."""

from dataclasses import dataclass, replace

import numpy as np

from consult.clustering.grouping.linkage import OPPOSED, UNSEEN, VETO
from consult.clustering.vectors import Floats, Integers

#: Values are put together again when so many times more lie there than are needed.
WASTE = 2
#: There are many links, and fewer than two thousand million.
SMALL = np.int32
NONE = np.zeros((0, 2), np.int64)


@dataclass(frozen=True)
class Ties:
    """Pairs of groups (``one`` < ``other``) that are linked, and how strongly.

    The links of pair *k* are ``odds[starts[k] : starts[k] + sizes[k]]``, the strongest first.
    """

    one: Integers
    other: Integers
    strength: Floats
    starts: Integers
    sizes: Integers
    odds: Floats

    def take(self, kept: np.ndarray) -> "Ties":
        """Return some pairs; their links stay where they are."""
        found = self.one[kept], self.other[kept], self.strength[kept]
        return Ties(*found, self.starts[kept], self.sizes[kept], self.odds)

    def links(self) -> Floats:
        """Return the links of all pairs end to end."""
        ends = np.cumsum(self.sizes, dtype=SMALL)
        first = np.repeat(self.starts - ends + self.sizes, self.sizes)
        first += np.arange(len(first), dtype=SMALL)
        return self.odds[first]

    def packed(self) -> "Ties":
        """Leave out links that belong to no pair, if they are many."""
        needed = int(self.sizes.sum())
        if len(self.odds) <= WASTE * needed + 1:
            return self
        return replace(
            self, odds=self.links(), starts=np.cumsum(self.sizes, dtype=SMALL) - self.sizes
        )

    def joined(self, more: "Ties") -> "Ties":
        """Add pairs."""
        return Ties(
            np.concatenate([self.one, more.one]),
            np.concatenate([self.other, more.other]),
            np.concatenate([self.strength, more.strength]),
            np.concatenate([self.starts, more.starts + SMALL(len(self.odds))]),
            np.concatenate([self.sizes, more.sizes]),
            np.concatenate([self.odds, more.odds]),
        )


def merge_in_rounds(
    count: int,
    pairs: Integers,
    odds: Floats,
    limit: float,
    reach: float,
    together: Integers = NONE,
    apart: Integers = NONE,
) -> Integers:
    """Merge documents as :class:`Linkage` does, but in rounds; return the first of each one's group.

    In a round every two groups are merged that are each the other's most strongly linked one, until
    no link reaches ``limit``. :class:`Linkage` takes the strongest of all links first: the groups
    differ where two rounds of it would lift a link above one that was taken here. Equal links go by
    the first documents. Time grows with the links (a million: three seconds). Pairs in ``together``
    are merged before all, those in ``apart`` never.
    """
    ends = np.sort(pairs, axis=1).astype(SMALL)
    size, into = np.ones(count, np.int64), np.arange(count, dtype=SMALL)
    ties = Ties(
        ends[:, 0],
        ends[:, 1],
        np.asarray(odds, np.float32),
        np.arange(len(ends), dtype=SMALL),
        np.ones(len(ends), SMALL),
        np.asarray(odds, np.float32),
    )
    if len(together):
        ties = _settled(ties, together, into, size, reach)
    while len(chosen := _mutual(ties, _free(ties, into, apart, limit), count)):
        one, other = ties.one[chosen], ties.other[chosen]
        size[one] += size[other]
        into[other] = one
        changed = np.zeros(count, bool)
        changed[one] = changed[other] = True
        moved = changed[ties.one] | changed[ties.other]
        fresh = _tied(ties.take(np.flatnonzero(moved)), into, size, reach)
        ties = ties.take(np.flatnonzero(~moved)).joined(fresh).packed()
        _follow(into)
    return into


def _follow(into: Integers) -> None:
    """Let each document point to the first of its group."""
    while not np.array_equal(into, further := into[into]):
        into[:] = further


def _settled(ties: Ties, together: Integers, into: Integers, size: Integers, reach: float) -> Ties:
    """Merge what a person tied, and forget what speaks against it where something speaks for it."""
    for first, second in np.sort(together, axis=1).tolist():
        one, other = sorted((_root(into, first), _root(into, second)))
        into[other] = one
    _follow(into)
    size[:] = np.bincount(into, minlength=len(into))
    tied = size[into[ties.one]] + size[into[ties.other]] > 2  # noqa: PLR2004 - two documents alone
    fresh = _tied(ties.take(np.flatnonzero(tied)), into, size, reach, forgiving=True)
    return ties.take(np.flatnonzero(~tied)).joined(fresh).packed()


def _root(into: Integers, member: int) -> int:
    while into[member] != member:
        member = int(into[member])
    return member


def _free(ties: Ties, into: Integers, apart: Integers, limit: float) -> Integers:
    """Return the pairs that reach ``limit`` and that nobody keeps apart."""
    free = np.flatnonzero(ties.strength >= limit)
    if not len(apart):
        return free
    _follow(into)
    bars = np.sort(into[apart], axis=1).astype(np.int64)
    codes = ties.one[free].astype(np.int64) * len(into) + ties.other[free]
    return free[~np.isin(codes, bars[:, 0] * len(into) + bars[:, 1])]


def _mutual(ties: Ties, left: Integers, count: int) -> Integers:
    """Return those of some pairs that are the best of both of their groups."""
    one, other, strength = ties.one[left], ties.other[left], ties.strength[left]
    best = np.full(count, -np.inf, np.float32)
    np.maximum.at(best, one, strength)
    np.maximum.at(best, other, strength)
    left = left[(strength == best[one]) & (strength == best[other])]
    left = left[np.lexsort((ties.other[left], ties.one[left]))]
    place = np.arange(len(left))
    first = np.full(count, len(left))
    np.minimum.at(first, ties.one[left], place)
    np.minimum.at(first, ties.other[left], place)
    alone = (first[ties.one[left]] == place) & (first[ties.other[left]] == place)
    return np.asarray(left[alone])


def _tied(
    ties: Ties, into: Integers, size: Integers, reach: float, *, forgiving: bool = False
) -> Ties:
    """Return pairs of groups after merging, the links of those that became one pair together."""
    ends = np.sort(np.stack([into[ties.one], into[ties.other]]), axis=0)
    apart = ends[0] != ends[1]
    ties, ends = ties.take(apart), ends[:, apart]
    values = ties.links()
    keys = np.repeat(ends[0].astype(np.int64) * len(into) + ends[1], ties.sizes)
    order = np.lexsort((-values, keys))
    keys, values = keys[order], values[order]
    if forgiving:
        favoured = np.unique(keys[values > 0])
        kept = (values > OPPOSED) | ~np.isin(keys, favoured)
        keys, values = keys[kept], values[kept]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    sizes = np.diff(starts, append=len(keys))
    one, other = np.divmod(keys[starts], len(into))
    strength = _strength(values, starts, sizes, (size[one] * size[other]) ** reach)
    return Ties(
        one.astype(SMALL),
        other.astype(SMALL),
        strength,
        starts.astype(SMALL),
        sizes.astype(SMALL),
        values,
    )


def _strength(values: Floats, starts: Integers, sizes: Integers, counting: Floats) -> Floats:
    """Return what :meth:`Linkage.strength` gives for runs of links, the strongest of each first."""
    wanted = np.maximum(1, np.ceil(counting - 1e-9))
    run = np.repeat(np.arange(len(starts)), sizes)
    counted = np.arange(len(values)) - starts[run] < wanted[run]
    sums = np.bincount(run[counted], values[counted], minlength=len(starts))
    means = (sums + UNSEEN * np.maximum(wanted - sizes, 0)) / wanted
    against = np.bincount(run, values <= OPPOSED, minlength=len(starts))
    favour = np.bincount(run, values > 0, minlength=len(starts))
    barred = VETO * against / np.maximum(against + favour, 1)
    return np.asarray(means - barred, np.float32)
