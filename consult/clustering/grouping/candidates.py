"""Which pairs are worth comparing: neighbours by meaning and by rare wording, never all pairs."""

from collections.abc import Callable, Iterator

import numpy as np

from consult.clustering.grouping.cells import Space, middles, near_cells, partition
from consult.clustering.grouping.wording import Postings, combined, crowds, met, names
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import Floats, Integers

#: Documents whose wording is compared with all others at a time.
BLOCK = 256

Progress = Callable[[str, int, int], None]
Found = tuple[Integers, Integers, Floats]


def pairs(corpus: Corpus, side: Side, *, each: int, progress: Progress | None) -> Integers:
    """Return candidate pairs (first < second) as an array of shape (m, 2), sorted.

    Every document brings its ``each`` nearest by vectors and by rare wording, and a few among
    those that share a name. Cost: time and memory grow with the number (10,000: a second).
    """
    count = len(side.vectors)
    if count <= 1:
        return np.zeros((0, 2), np.int64)
    cells = partition(side.vectors)
    order = np.concatenate(cells)
    sizes = [len(cell) for cell in cells]
    starts = np.append(0, np.cumsum(sizes))
    done = 0
    codes = []
    for found, more in _searched(corpus, side, order, starts, min(each, count - 1)):
        ends = np.sort(order[np.stack(found[:2])], axis=0)
        codes.append(ends[0] * count + ends[1])
        done += more
        if progress and more:
            progress("candidates", done, 2 * count)
    every = sorted_once(np.concatenate(codes))
    return np.stack([every // count, every % count], axis=1)


def sorted_once(codes: Integers) -> Integers:
    """Sort whole numbers, and keep each once; faster than numpy's own way for many."""
    codes.sort()
    return np.asarray(codes[np.append(True, codes[1:] != codes[:-1])[: len(codes)]])


def _searched(
    corpus: Corpus, side: Side, order: Integers, starts: Integers, each: int
) -> Iterator[tuple[Found, int]]:
    """Yield pairs of places in ``order``, and for how many documents one more way is done."""
    count = len(order)
    vectors = np.asarray(side.vectors[order], np.float16)
    centres = middles(vectors, starts)
    space = Space(vectors, starts, near_cells(centres, starts, np.arange(len(centres))))
    for cell in range(len(centres)):
        yield space.nearest(cell, each), int(starts[cell + 1] - starts[cell])
    found = corpus.words.found, corpus.grams.found
    postings = Postings.of(combined(side.words, side.grams, *found)[order])
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        yield postings.nearest(start, stop, each), stop - start
    place = np.argsort(order)
    for table, counts in zip((side.words, side.grams), found, strict=True):
        tokens, documents = names(
            table.numbers, counts(table.numbers), table.owners, table.titled > 0, count
        )
        for members in crowds(tokens, place[documents]):
            yield met(vectors, members), 0
