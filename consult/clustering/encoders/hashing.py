"""An encoder that needs no model: words and character pairs, hashed."""

import zlib
from collections.abc import Sequence

import numpy as np

from consult.clustering.tokens.words import grams, words
from consult.clustering.vectors import Vectors, unit


class HashingEncoder:
    """Vectors from the words and character pairs of a text alone, at once and always the same.

    For tests, and where no model can be had: it knows no synonyms.

    Parameters
    ----------
    dimension
        How many numbers a vector has. Fewer than 256 make chance likenesses.

    Examples
    --------
    >>> from consult.clustering import HashingEncoder
    >>> a, b = HashingEncoder().encode(["wider cycle lanes", "cycle lanes, wider"])
    >>> round(float(a @ b), 2) > 0.9
    True
    """

    name = "hashing"
    version = "1"

    def __init__(self, dimension: int = 512) -> None:
        self.dimension = dimension
        self.fingerprint = f"hashing-1-{dimension}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text; a text without words gives zeros."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for token in words(text) + grams(text):
                code = zlib.crc32(token.encode())
                row[code % self.dimension] += 1.0 if code & 0x80000000 else -1.0
        return unit(np.sign(rows) * np.sqrt(np.abs(rows)))
