"""Numpy arrays that grow at their end."""

import numpy as np
import numpy.typing as npt

from consult.clustering.vectors import Integers

#: An array has room for so many at first, and for twice as many when it is full.
ROOM = 64


class Growing:
    """An array that grows: an addition costs the same however many there are, in the long run.

    Parameters
    ----------
    kind
        Type of its numbers.
    width
        For rows of so many numbers instead of single ones.

    Examples
    --------
    >>> numbers = Growing(np.int32)
    >>> numbers.extend([3, 1])
    >>> numbers.values
    array([3, 1], dtype=int32)
    """

    def __init__(self, kind: npt.DTypeLike, width: int | None = None) -> None:
        self._kept = np.zeros((ROOM,) if width is None else (ROOM, width), kind)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> np.ndarray:
        """Return what is there, to read and to change; good until the next addition."""
        return self._kept[: self._count]

    def extend(self, values: npt.ArrayLike) -> None:
        """Add values, or rows, at the end."""
        fresh = np.asarray(values)
        self.lengthen(self._count + len(fresh))
        self._kept[self._count - len(fresh) : self._count] = fresh

    def lengthen(self, wanted: int) -> None:
        """Add zeros at the end until there are so many; never shortens."""
        if wanted > len(self._kept):
            room = max(wanted, 2 * len(self._kept))
            grown = np.zeros((room, *self._kept.shape[1:]), self._kept.dtype)
            grown[: self._count] = self._kept[: self._count]
            self._kept = grown
        self._count = max(wanted, self._count)


def spans(starts: Integers, sizes: Integers) -> Integers:
    """Return the whole numbers from each start on, so many as its size, end to end.

    >>> spans(np.array([7, 20]), np.array([2, 3]))
    array([ 7,  8, 20, 21, 22])
    """
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(starts - (ends - sizes), sizes))
