"""Cells of neighbouring vectors, so that not all need be compared with all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.vectors import Floats, Integers, Stored, Vectors, unit

#: Vectors in a cell, on average, and at most.
CELL, FULL = 256, 512
#: So many vectors are all compared with each other.
FEW = 4096
#: A cell is compared with the nearest ones until they hold so many vectors.
REACHED = 4096
#: Cells that a larger one is divided into at a time, and how many vectors each is found from.
BRANCHES, TAUGHT = 64, 48
#: Times that the middles of cells are moved.
ROUNDS = 4
#: Vectors read at a time.
BLOCK = 8192
#: Columns of which only the best is looked at first.
FOLD = 8


@dataclass(frozen=True)
class Space:
    """Vectors in the order of their cells; near ones lie close together.

    Cell *k* holds ``starts[k]`` up to ``starts[k + 1]``; ``near[k]`` are the nearest cells, itself
    first. ``vectors`` are of half precision and may lie in a file.
    """

    vectors: Stored
    starts: Integers
    near: Sequence[Integers] | Mapping[int, Integers]

    def nearest(self, cell: int, each: int) -> tuple[Integers, Integers, Floats]:
        """Return (first, second, cosine) of the ``each`` nearest to the members of a cell."""
        first, last = int(self.starts[cell]), int(self.starts[cell + 1])
        others = np.concatenate(
            [np.arange(self.starts[at], self.starts[at + 1]) for at in self.near[cell]]
        )
        mine = np.asarray(self.vectors[first:last], np.float32)
        yours = np.asarray(self.vectors[others], np.float32)
        lines, columns, scores = joined(mine, yours, each)
        return first + lines, others[columns], scores


def partition(vectors: Stored, few: int = FEW) -> list[Integers]:
    """Divide vectors into cells of near ones; return the members of each, ascending.

    Cells that follow each other are near; up to ``few`` vectors are one cell. Cost: two
    microseconds a vector.
    """
    everyone = np.arange(len(vectors))
    return list(_divided(vectors, everyone)) if len(vectors) > few else [everyone]


def divide(vectors: Stored, members: Integers) -> list[Integers]:
    """Divide some vectors into a few parts of near ones."""
    branches = min(BRANCHES, max(2, round(len(members) / CELL)))
    step = max(1, len(members) // (branches * TAUGHT))
    sample = np.asarray(vectors[members[::step]], np.float32)
    centres = np.array(sample[:: max(1, len(sample) // branches)][:branches])
    for _ in range(ROUNDS):
        nearest = np.argmax(sample @ centres.T, axis=1)
        order = np.argsort(nearest, kind="stable")
        begins = np.unique(nearest[order], return_index=True)[1]
        centres = unit(np.add.reduceat(sample[order], begins, axis=0))
    centres = centres[_in_line(centres)]
    cells = np.concatenate(
        [
            np.argmax(np.asarray(vectors[members[at : at + BLOCK]], np.float32) @ centres.T, axis=1)
            for at in range(0, len(members), BLOCK)
        ]
    )
    order = np.argsort(cells, kind="stable")
    ends = np.searchsorted(cells[order], np.arange(1, len(centres)))
    return [part for part in np.split(members[order], ends) if len(part)]


def _divided(vectors: Stored, members: Integers) -> Iterator[Integers]:
    if len(members) <= FULL:
        yield members
        return
    parts = divide(vectors, members)
    if len(parts) == 1:  # they are all alike
        yield from (members[at : at + CELL] for at in range(0, len(members), CELL))
        return
    for part in parts:
        yield from _divided(vectors, part)


def _in_line(centres: Vectors) -> list[int]:
    """Return the places of centres so that each is followed by the nearest that is left."""
    alike = centres @ centres.T
    line, left = [0], set(range(1, len(centres)))
    while left:
        line.append(max(left, key=lambda at: (alike[line[-1], at], -at)))
        left.remove(line[-1])
    return line


def middles(vectors: Stored, starts: Integers) -> Vectors:
    """Return the middle of each cell of vectors in their order."""
    sums = [
        np.asarray(vectors[start:stop], np.float32).sum(axis=0)
        for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    ]
    return unit(np.stack(sums))


def near_cells(centres: Vectors, starts: Integers, cells: Integers) -> list[Integers]:
    """Return for some cells the nearest ones, itself first, until they hold enough vectors."""
    sizes = np.diff(starts)
    most = min(len(centres), max(2, 4 * REACHED // CELL))
    alike = centres[cells] @ centres.T
    alike[np.arange(len(cells)), cells] = np.inf
    chosen = np.argpartition(-alike, most - 1, axis=1)[:, :most]
    chosen.sort(axis=1)
    order = np.argsort(-np.take_along_axis(alike, chosen, axis=1), axis=1, kind="stable")
    chosen = np.take_along_axis(chosen, order, axis=1)
    before = np.cumsum(sizes[chosen], axis=1) - sizes[chosen]
    return [line[full < REACHED] for line, full in zip(chosen, before, strict=True)]


def joined(mine: Vectors, yours: Vectors, each: int) -> tuple[Integers, Integers, Floats]:
    """Return (line, column, cosine) for the best of each line; line *n* is column *n* itself."""
    found = []
    for start in range(0, len(mine), CELL):
        scores = mine[start : start + CELL] @ yours.T
        here = np.arange(len(scores))
        scores[here, start + here] = -1
        lines, columns, values = best(scores, each)
        found.append((start + lines, columns, values))
    every = zip(*found, strict=True)
    lines, columns, values = (np.concatenate(part) for part in every)
    return lines, columns, values


def best(scores: Vectors, each: int) -> tuple[Integers, Integers, Floats]:
    """Return (line, column, score) for the best positive scores of each line.

    In a wide table the best of every few columns are looked at first.
    """
    lines, width = scores.shape
    each = min(each, width)
    columns = np.broadcast_to(np.arange(width), scores.shape)
    if width >= 2 * FOLD * each:
        folds = -(-width // FOLD)
        padded = np.full((lines, folds * FOLD), -1, np.float32)
        padded[:, :width] = scores
        highest = padded.reshape(lines, FOLD, folds).max(axis=1)
        chosen = np.argpartition(-highest, each - 1, axis=1)[:, :each]
        columns = (chosen[:, None, :] + folds * np.arange(FOLD)[:, None]).reshape(lines, -1)
        scores = np.take_along_axis(padded, columns, axis=1)
    if scores.shape[1] > each:
        chosen = np.argpartition(-scores, each - 1, axis=1)[:, :each]
        columns = np.take_along_axis(columns, chosen, axis=1)
        scores = np.take_along_axis(scores, chosen, axis=1)
    kept = scores > 0
    return np.repeat(np.arange(lines), kept.sum(axis=1)), columns[kept], scores[kept]
