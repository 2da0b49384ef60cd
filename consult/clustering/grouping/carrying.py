"""Which group of a new run carries on which old one, for millions: in arrays."""

from collections.abc import Collection

import numpy as np

from consult.clustering.vectors import Integers


def carried(olds: Integers, news: Integers, count: int, held: Collection[int] = ()) -> Integers:
    """Return for each of ``count`` new groups the old one that it carries on, 0 for none.

    ``olds`` and ``news`` are the old group (0: none) and the new one of each member, in the order of
    the members. The same as :func:`~consult.clustering.grouping.matching.match_groups`: the largest
    overlap first, each at most once, those in ``held`` before all. Cost: a million members of
    400,000 groups in two seconds.

    Examples
    --------
    >>> carried(np.array([7, 7, 7, 9]), np.array([0, 0, 1, 1]), 2).tolist()
    [7, 9]
    """
    known, place = np.unique(olds, return_inverse=True)
    eldest = np.full(len(known), len(olds))
    np.minimum.at(eldest, place, np.arange(len(olds)))
    lowest = np.full(count, len(olds))
    np.minimum.at(lowest, news, np.arange(len(news)))
    before, after = np.bincount(place, minlength=len(known)), np.bincount(news, minlength=count)
    codes, common = np.unique(place * np.int64(count) + news, return_counts=True)
    old, new = np.divmod(codes, count)
    real = known[old] > 0
    old, new, common = old[real], new[real], common[real]
    joint = before[old] + after[new] - common
    later = ~np.isin(known[old], np.fromiter(held, np.int64))
    order = np.lexsort((lowest[new], eldest[old], -common / joint, -common, later))
    found = np.zeros(count, np.int64)
    taken = np.zeros(len(known), bool)
    for one, other in zip(old[order].tolist(), new[order].tolist(), strict=True):
        if not taken[one] and not found[other]:
            found[other] = known[one]
            taken[one] = True
    return found
