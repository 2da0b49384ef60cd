"""Arrays of vectors: their type, their lengths, and what makes them fit."""

import warnings

import numpy as np
import numpy.typing as npt

from consult.clustering.errors import WrongVectors

Vectors = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.integer]
#: Vectors kept in half precision, perhaps in a file.
Stored = npt.NDArray[np.floating]

#: Below this a vector counts as nothing, and becomes nothing.
TINY = 1e-12
#: With so many vectors, half of what they have in common is taken out.
FEW = 20
#: Dimensions of an array with one vector in each row.
TABLE = 2


def unit(rows: npt.NDArray[np.floating]) -> Vectors:
    """Scale rows to length one; a row of zeros, or of next to nothing, becomes zeros."""
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(lengths).all():  # their squares have no room in a float32
        rows = rows / np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    lengths[lengths < TINY] = np.inf
    return np.asarray(rows / lengths, np.float32)


def centre_of(total: npt.NDArray[np.floating], count: int) -> Floats:
    """Return what all vectors of a topic have in common, from their sum; of few, little.

    In one topic everybody speaks of the same thing: what tells requests apart is what is left.
    """
    return np.asarray(total / (count + FEW), np.float32)


def centred(rows: Vectors, centre: Floats) -> Vectors:
    """Take out what is common; a row of zeros stays zero."""
    said = np.abs(rows).max(axis=1, keepdims=True, initial=0) > 0
    return unit((rows - centre) * said)


def halved(rows: Vectors) -> Vectors:
    """Round to half precision, so that vectors kept in a file give the same likeness."""
    return rows.astype(np.float16).astype(np.float32)


def checked(
    vectors: npt.ArrayLike,
    count: int,
    dimension: int | None = None,
) -> Vectors:
    """Return vectors as unit rows of float32.

    :raises WrongVectors: if they are no table of numbers, if their number or dimension is
        another, or if one is NaN or infinite.
    """
    rows = _table(vectors)
    if rows.ndim != TABLE or len(rows) != count:
        raise WrongVectors(
            f"expected {count} vectors in rows, got an array of shape {rows.shape}; "
            "give one vector for each text, in the same order"
        )
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


def made_by(fingerprint: str | None, vectors: str) -> None:
    """Refuse stored vectors of another model than the one in use; both by their fingerprints.

    :raises WrongVectors: if they differ.
    """
    if fingerprint != vectors:
        raise WrongVectors(
            f"the vectors were made by the model {vectors}, not by {fingerprint}; "
            "encode the texts again, or load the model that made them"
        )


def _table(vectors: npt.ArrayLike) -> Vectors:
    try:
        with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore"):
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            return np.asarray(vectors, np.float32)
    except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
        raise WrongVectors(
            f"the vectors are no table of real numbers ({error}); give an array of shape "
            "(texts, numbers), as encode_documents returns"
        ) from error
