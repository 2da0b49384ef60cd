"""Points parted into as many themes as they themselves show, within bounds."""

import numpy as np

from consult.clustering.themes.subjects import spread
from consult.clustering.vectors import Floats, Integers, unit

#: Fewer groups than this are looked through as they are.
FEWEST = 8
#: The number of themes to expect is SCALE times the number of groups to the POWER: 7 for 80
#: groups, 12 for 250, 290 for 300,000.
SCALE, POWER = 0.95, 0.45
#: It is looked for between these shares of that.
LEAST, MOST = 0.5, 1.6
#: A number so far from what is expected, as a logarithm, needs a leap 1.6 times as clear.
TOLERANCE = 0.35
#: More points than this are first gathered into so many small cells.
CELLS = 2048
#: Cells and centres are learnt from so many points.
SAMPLE = 50_000
#: Times that cells, and themes, are moved to the middle of their points.
CELL_ROUNDS, ROUNDS = 2, 12
BLOCK = 4096
#: A point this much less like its theme than the usual one fits nowhere.
STRANGE = 0.4


def parted(points: Floats) -> Integers:
    """Return the theme of each unit row, -1 where none fits.

    Ward's method on the points (on small cells of many points) is cut at the widest gap
    near the expected number; then every point goes to the nearest middle, in rounds. The
    points must come in an order that does not depend on how they were given.
    """
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - only who groups pays for it

    if len(points) < FEWEST:
        return np.zeros(len(points), np.int64)
    small = points if len(points) <= CELLS else _cells(points)
    tree = linkage(np.asarray(small, np.float64), "ward")
    labels = fcluster(tree, _count(tree[:, 2], len(points), len(small)), "maxclust")
    centres = _middles(small, labels - 1)
    sample = points[spread(len(points), SAMPLE)]
    for _ in range(ROUNDS):
        centres = _middles(sample, nearest(sample, centres)[0])
    found, likeness = nearest(points, centres)
    return _with_others(points, centres, found, likeness)


def nearest(points: Floats, centres: Floats) -> tuple[Integers, Floats]:
    """Return the nearest centre of each point, and the cosine to it."""
    found = np.zeros(len(points), np.int64)
    likeness = np.zeros(len(points), np.float32)
    for start in range(0, len(points), BLOCK):
        scores = points[start : start + BLOCK] @ centres.T
        found[start : start + BLOCK] = scores.argmax(axis=1)
        likeness[start : start + BLOCK] = scores.max(axis=1)
    return found, likeness


def _count(heights: Floats, points: int, leaves: int) -> int:
    """Return where the heights of the merges leap most, the expected number preferred."""
    expected = SCALE * points**POWER
    least = max(2, round(LEAST * expected))
    most = min(max(least, round(MOST * expected)), leaves - 1)
    counts = np.arange(least, most + 1)
    above, below = heights[leaves - counts], heights[leaves - counts - 1]
    # Heights of a set without themes fall about as a power of their number: against that,
    # not in itself, a leap is clear.
    leap = counts * (above - below) / np.maximum(below, 1e-9)
    distance = np.log(counts / expected)
    scores = leap * np.exp(-(distance**2) / (2 * TOLERANCE**2))
    return int(counts[int(np.argmax(scores))])


def _cells(points: Floats) -> Floats:
    sample = points[spread(len(points), SAMPLE)]
    centres = sample[spread(len(sample), CELLS)]
    for _ in range(CELL_ROUNDS):
        centres = _middles(sample, nearest(sample, centres)[0])
    return centres


def _middles(points: Floats, labels: Integers) -> Floats:
    """Return the unit middle of each label that has points."""
    order = np.argsort(labels, kind="stable")
    _present, starts = np.unique(labels[order], return_index=True)
    return unit(np.add.reduceat(points[order], starts, axis=0))


def _with_others(points: Floats, centres: Floats, found: Integers, likeness: Floats) -> Integers:
    """Dissolve themes of a single point, and put what is unlike its theme into none."""
    sizes = np.bincount(found, minlength=len(centres))
    kept = np.flatnonzero(sizes > 1)
    if len(kept) < len(centres) and len(kept):
        place, likeness = nearest(points, centres[kept])
        found = place
    usual = float(np.median(likeness))
    return np.where(likeness < STRANGE * usual, -1, found)
