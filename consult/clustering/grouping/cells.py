"""Nearest vectors without comparing all with all: only neighbouring cells of the space."""

from collections.abc import Callable, Iterator

import numpy as np

from consult.clustering.vectors import Integers, Vectors, unit

#: Vectors compared with others at a time: memory is this times the number of the others.
BLOCK = 256
#: So many vectors are all compared with each other.
FEW = 4096
#: Vectors in a cell, on average; a cell is compared with so many nearest cells, itself among them.
CELL, PROBED = 256, 16
#: Times that the cells are moved to the middle of their vectors.
ROUNDS = 2


def neighbours(vectors: Vectors, each: int, tick: Callable[[int], None]) -> Integers:
    """Return (place, neighbour) for the ``each`` nearest of every vector, itself left out.

    ``tick`` is told how many are done. Cost: time grows with the number, a little more for
    the cells; of the true neighbours about 19 in 20 are found.
    """
    done = 0
    found: list[Integers] = [np.zeros((0, 2), np.int64)]
    for members, others in _blocks(vectors):
        scores = vectors[members] @ vectors[others].T
        found.append(_nearest(scores, members, others, each))
        done += len(members)
        tick(done)
    return np.concatenate(found)


def _blocks(vectors: Vectors) -> Iterator[tuple[Integers, Integers]]:
    """Yield vectors and all others that they are compared with."""
    everyone = np.arange(len(vectors))
    if len(vectors) <= FEW:
        for start in range(0, len(vectors), BLOCK):
            yield everyone[start : start + BLOCK], everyone
        return
    centres = np.array(vectors[::CELL])
    for _ in range(ROUNDS):
        cells = _assigned(vectors, centres)
        sums = np.zeros_like(centres)
        np.add.at(sums, cells, vectors)
        centres = unit(sums)
    cells = _assigned(vectors, centres)
    members = [np.flatnonzero(cells == cell) for cell in range(len(centres))]
    near = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :PROBED]
    for cell, mine in enumerate(members):
        others = np.concatenate([members[other] for other in sorted({cell, *near[cell].tolist()})])
        for start in range(0, len(mine), BLOCK):
            yield mine[start : start + BLOCK], others


def _assigned(vectors: Vectors, centres: Vectors) -> Integers:
    """Return the nearest centre of each vector."""
    blocks = [vectors[start : start + BLOCK] for start in range(0, len(vectors), BLOCK)]
    return np.concatenate([np.argmax(block @ centres.T, axis=1) for block in blocks])


def _nearest(scores: Vectors, members: Integers, others: Integers, each: int) -> Integers:
    scores[members[:, None] == others] = -np.inf
    each = min(each, scores.shape[1])
    best = np.argpartition(-scores, each - 1, axis=1)[:, :each]
    kept = np.take_along_axis(scores, best, axis=1) > 0
    return np.stack([np.repeat(members, each)[kept.ravel()], others[best[kept]]], axis=1)
