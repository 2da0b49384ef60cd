"""Named places as arrays, so that many are compared at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.tokens.places import Spot, bare
from consult.clustering.vectors import Integers

#: Signs of a name, and of its part; longer ones are looked at one by one.
WIDTH, PART_WIDTH = 16, 6
#: Signs are marked in a word of so many bits; two may share one, which costs a closer look.
BITS = 64


@dataclass(frozen=True)
class Told:
    """The spots of some places end to end; those of place *n* begin at ``starts[n]``.

    ``sought`` is what is looked for in another name, ``signs`` are the characters of the name,
    ``telling`` marks those without the ending, ``every`` all; ``odd`` are too long for arrays.
    """

    spots: Sequence[Spot]
    starts: Integers
    kinds: Integers
    names: np.ndarray
    sought: np.ndarray
    parts: np.ndarray
    signs: Integers
    sizes: Integers
    telling: Integers
    every: Integers
    odd: np.ndarray

    @classmethod
    def of(cls, places: Sequence[tuple[Spot, ...]]) -> "Told":
        """Take the spots of some places."""
        spots = [spot for named in places for spot in named]
        listed = [spot.name for spot in spots]
        heads = list(map(bare, listed))
        names = np.array(listed, f"U{WIDTH}")
        signs = _signs(names)
        without = _signs(
            np.array([a or b for a, b in zip(heads, listed, strict=True)], names.dtype)
        )
        sought = [a if len(a) > 1 else b for a, b in zip(heads, listed, strict=True)]
        return cls(
            spots=spots,
            starts=np.append(0, np.cumsum([len(named) for named in places])).astype(np.int64),
            kinds=np.array([spot.kind for spot in spots], np.int64),
            names=names,
            sought=np.array(sought, names.dtype),
            parts=np.array([spot.part for spot in spots], f"U{PART_WIDTH}"),
            signs=signs,
            sizes=np.array(list(map(len, listed)), np.int64),
            telling=_marked(without),
            every=_marked(signs),
            odd=np.array([_is_odd(spot) for spot in spots], bool),
        )

    def __len__(self) -> int:
        return len(self.starts) - 1


def _is_odd(spot: Spot) -> bool:
    return len(spot.name) > WIDTH or len(spot.part) > PART_WIDTH or "\0" in spot.name + spot.part


def _signs(names: np.ndarray) -> Integers:
    """Return the characters of names as numbers, a row each; 0 where a name is over."""
    return names.view(np.uint32).reshape(len(names), WIDTH)


def _marked(signs: Integers) -> Integers:
    """Return for each name the marks of its signs."""
    bits = np.uint64(1) << ((signs.astype(np.uint64) * np.uint64(40503) >> np.uint64(5)) % BITS)
    return np.asarray(np.bitwise_or.reduce(np.where(signs > 0, bits, np.uint64(0)), axis=1))
