"""How surely the named places of many pairs of texts differ, most of them without a look at the names."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from consult.clustering.tokens.columns import Places
from consult.clustering.tokens.places import Spot, differ, signs_of
from consult.clustering.vectors import Floats, Integers

#: The signs of a name are marked in so many bits. Two signs may share a bit: then the names are
#: looked at, which costs time and changes nothing.
BITS = 256
#: Names that no text has, for asking what follows from the kinds of places alone.
NOBODY = 0xE000

Named = tuple[Spot, ...]
Kinds = tuple[int, ...]


def differences(one: Places, other: Places, pairs: Integers) -> Floats:
    """Return :func:`~consult.clustering.tokens.places.differ` for each pair of texts.

    Where the names have no sign in common, only their kinds matter, and those are few.
    """
    mine, yours = one.ids[pairs[:, 0]], other.ids[pairs[:, 1]]
    found = np.zeros(len(pairs), np.float32)
    placed = np.flatnonzero((mine > 0) & (yours > 0))
    if not len(placed):
        return found
    codes = mine[placed].astype(np.int64) * len(other.known) + yours[placed]
    codes, place = np.unique(codes, return_inverse=True)
    firsts, seconds = np.divmod(codes, len(other.known))
    found[placed] = _each(one.known, firsts, other.known, seconds)[place]
    return found


def _each(
    mine: Sequence[Named], firsts: Integers, yours: Sequence[Named], seconds: Integers
) -> Floats:
    """Return how surely each of the firsts differs from its second."""
    values = np.zeros(len(firsts), np.float32)
    (signs, names, kinds), first = _marked(mine, firsts)
    (over, named, other), second = _marked(yours, seconds)
    strange = ~((signs[first] & named[second]) | (over[second] & names[first])).any(axis=1)
    for at in np.flatnonzero(~strange).tolist():
        values[at] = differ(mine[int(firsts[at])], yours[int(seconds[at])])
    values[strange] = _by_kinds(kinds, first[strange], other, second[strange])
    return values


def _by_kinds(
    mine: Sequence[Kinds], firsts: Integers, yours: Sequence[Kinds], seconds: Integers
) -> Floats:
    """Return the same for names that have no sign in common."""
    numbers = {kinds: at for at, kinds in enumerate({*mine, *yours})}
    listed, width = list(numbers), len(numbers)
    one, other = (np.array([numbers[kinds] for kinds in some]) for some in (mine, yours))
    codes, place = np.unique(one[firsts] * width + other[seconds], return_inverse=True)
    values = [of_kinds(listed[code // width], listed[code % width]) for code in codes.tolist()]
    return np.array(values, np.float32)[place]


def _marked(
    known: Sequence[Named], chosen: Integers
) -> tuple[tuple[np.ndarray, np.ndarray, list[Kinds]], Integers]:
    """Return marks and kinds of the different places among some, and which of them each is."""
    different, place = np.unique(chosen, return_inverse=True)
    marks = [_marks(known[at]) for at in different.tolist()]
    rows = np.frombuffer(b"".join(mark for mark, _ in marks), np.uint64)
    rows = rows.reshape(len(marks), 2, BITS // 64)
    return (rows[:, 0], rows[:, 1], [kinds for _, kinds in marks]), place


@lru_cache(maxsize=1 << 17)
def _marks(named: Named) -> tuple[bytes, Kinds]:
    """Return the bits of the telling signs and of all signs of some names, and their kinds."""
    telling = every = 0
    for spot in named:
        for sign in signs_of(spot.name):
            telling |= 1 << _bit(sign)
        for sign in spot.name:
            every |= 1 << _bit(sign)
    width = BITS // 8
    bits = telling.to_bytes(width, "little") + every.to_bytes(width, "little")
    return bits, tuple(spot.kind for spot in named)


def _bit(sign: str) -> int:
    return (ord(sign) * 40503 >> 5) % BITS


@lru_cache(maxsize=1 << 16)
def of_kinds(mine: Kinds, yours: Kinds) -> float:
    """Say how surely places of some kinds differ whose names have no sign in common."""
    one = [Spot(kind, chr(NOBODY + at), "") for at, kind in enumerate(mine)]
    other = [Spot(kind, chr(NOBODY + len(one) + at), "") for at, kind in enumerate(yours)]
    return differ(one, other)
