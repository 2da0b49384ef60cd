"""Nearest vectors by neighbouring cells of the space, which split as they fill."""

import numpy as np

from consult.clustering.index.growing import Growing
from consult.clustering.index.postings import top
from consult.clustering.vectors import Floats, Integers, Vectors, unit

#: A cell of so many vectors is split in two.
FULL = 512
#: So many vectors are read for one search, those of the nearest cells first.
READ = 8192
#: Cells that are ordered by nearness for one search; more than are ever read.
NEAREST = 128
#: Times that the two halves of a cell are moved to the middle of their vectors.
ROUNDS = 6
#: A half with less than this share is no half: then the cell is cut in the middle.
LEAST_HALF = 0.15
#: A vector of length one is kept as whole numbers up to this.
FINEST = 127


class _Cell:
    """Vectors that lie close, each as whole numbers with a scale; a scale of 0: removed."""

    def __init__(self, width: int) -> None:
        self.codes = Growing(np.int8, width)
        self.scales = Growing(np.float32)
        self.members = Growing(np.int32)

    def __len__(self) -> int:
        return len(self.members)

    def extend(self, members: Integers, codes: np.ndarray, scales: Floats) -> None:
        self.codes.extend(codes)
        self.scales.extend(scales)
        self.members.extend(members)

    def scores(self, vector: Floats) -> Floats:
        """Return the cosine of each vector with ``vector``."""
        products = self.codes.values.astype(np.float32) @ vector
        return np.asarray(products * self.scales.values, np.float32)


class Cells:
    """Unit vectors, found by their cosine without reading all of them.

    A vector joins the cell with the nearest centre; a full cell is split by its own
    vectors, so that additions cost the same however many there are, but for the choice of
    the cell. A search reads the nearest cells, :data:`READ` vectors in all. Cost: a byte a
    number and sixteen a vector.

    Not safe for use by several threads at once; its owner holds the lock.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._cells = [_Cell(width)]
        self._centres = Growing(np.float32, width)
        self._centres.lengthen(1)
        self._sizes = Growing(np.int32)
        self._sizes.lengthen(1)
        self._home = Growing(np.int32)

    def extend(self, members: Integers, rows: Vectors) -> None:
        """Enter unit vectors under numbers that ascend; a vector of zeros is never found."""
        said = np.flatnonzero(rows.any(axis=1))
        if not len(said):
            return
        members, rows = members[said], rows[said]
        peaks = np.abs(rows).max(axis=1)
        codes = np.rint(rows * (FINEST / peaks)[:, None]).astype(np.int8)
        scales = (peaks / FINEST).astype(np.float32)
        cells = np.argmax(rows @ self._centres.values.T, axis=1)
        self._home.lengthen(int(members[-1]) + 1)
        for cell in np.unique(cells).tolist():
            here = cells == cell
            self._join(cell, members[here], codes[here], scales[here])

    def remove(self, member: int) -> None:
        """Find a vector no more; one that was never entered is no matter."""
        if member < len(self._home):
            cell = self._cells[int(self._home.values[member])]
            cell.scales.values[cell.members.values == member] = 0

    def best(self, vector: Floats, most: int) -> Integers:
        """Return the numbers of up to ``most`` vectors whose cosine with ``vector`` is highest."""
        nearness = self._centres.values @ vector
        some = min(NEAREST, len(nearness))
        near = np.argpartition(-nearness, some - 1)[:some]
        near = near[np.lexsort((near, -nearness[near]))]
        read = np.cumsum(self._sizes.values[near])
        chosen = [self._cells[at] for at in near[: 1 + np.searchsorted(read, READ)].tolist()]
        scores = np.concatenate([cell.scores(vector) for cell in chosen])
        members = np.concatenate([cell.members.values for cell in chosen])
        return np.asarray(members[top(scores, most)], np.int64)

    def _join(self, at: int, members: Integers, codes: np.ndarray, scales: Floats) -> None:
        cell = self._cells[at]
        cell.extend(members, codes, scales)
        self._home.values[members] = at
        self._sizes.values[at] = len(cell)
        if len(cell) > FULL:
            self._split(at)

    def _split(self, at: int) -> None:
        """Give half of a cell to a new one, without what was removed."""
        old, self._cells[at] = self._cells[at], _Cell(self._width)
        kept = np.flatnonzero(old.scales.values)
        members, codes, scales = (
            part.values[kept] for part in (old.members, old.codes, old.scales)
        )
        rows = codes.astype(np.float32) * scales[:, None]
        if len(kept) <= FULL:
            self._centres.values[at] = _middle(rows)
            self._join(at, members, codes, scales)
            return
        far = _halved(rows)
        self._cells.append(_Cell(self._width))
        self._centres.lengthen(len(self._cells))
        self._sizes.lengthen(len(self._cells))
        for place, half in ((at, ~far), (len(self._cells) - 1, far)):
            self._centres.values[place] = _middle(rows[half])
            self._join(place, members[half], codes[half], scales[half])


def _middle(rows: Vectors) -> Floats:
    """Return the direction of the mean."""
    return np.asarray(unit(rows.mean(axis=0, keepdims=True))[0])


def _halved(rows: Vectors) -> np.ndarray:
    """Say which vectors go to the second of two halves: those nearer to its middle."""
    ends = np.stack([rows[np.argmin(rows @ rows.mean(axis=0))]] * 2)
    ends[1] = rows[np.argmin(rows @ ends[0])]
    for _ in range(ROUNDS):
        far = (rows @ (ends[1] - ends[0])) > 0
        if not far.any() or far.all():
            break
        ends = unit(np.stack([rows[~far].mean(axis=0), rows[far].mean(axis=0)]))
    if LEAST_HALF <= far.mean() <= 1 - LEAST_HALF:
        return np.asarray(far)
    order = np.argsort(rows @ (ends[1] - ends[0]), kind="stable")
    far = np.zeros(len(rows), bool)
    far[order[len(rows) // 2 :]] = True
    return far
