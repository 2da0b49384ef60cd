"""Arrays of vectors: their type, their lengths, and what makes them fit."""

import numpy as np
import numpy.typing as npt

from consult.clustering.errors import WrongVectors

Vectors = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]

#: Below this a vector counts as nothing, and stays nothing.
TINY = 1e-12
#: With so many vectors, half of what they have in common is taken out.
FEW = 20
#: Dimensions of an array with one vector in each row.
TABLE = 2


def unit(rows: npt.NDArray[np.floating]) -> Vectors:
    """Scale rows to length one; a row of zeros stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, TINY), np.float32)


def centre_of(total: npt.NDArray[np.floating], count: int) -> Floats:
    """Return what all vectors of a topic have in common, from their sum; of few, little.

    In one topic everybody speaks of the same thing: what tells requests apart is what is left.
    """
    return np.asarray(total / (count + FEW), np.float32)


def centred(rows: Vectors, centre: Floats) -> Vectors:
    """Take out what is common; a row of zeros stays zero."""
    said = np.abs(rows).max(axis=1, keepdims=True, initial=0) > 0
    return unit((rows - centre) * said)


def checked(vectors: npt.ArrayLike, count: int, dimension: int | None = None) -> Vectors:
    """Return vectors as unit rows.

    :raises WrongVectors: if their number or dimension is another, or one is NaN or infinite.
    """
    rows = np.asarray(vectors, np.float32)
    if rows.ndim != TABLE or len(rows) != count:
        raise WrongVectors(f"expected {count} vectors in rows, got an array of shape {rows.shape}")
    if dimension is not None and rows.shape[1] != dimension and count:
        raise WrongVectors(
            f"expected vectors of {dimension} numbers, got {rows.shape[1]}; encode the texts again"
        )
    if not np.isfinite(rows).all():
        bad = int(np.flatnonzero(~np.isfinite(rows).all(axis=1))[0])
        raise WrongVectors(
            f"vector {bad} holds a number that is not finite; encode that text again"
        )
    return unit(rows)
