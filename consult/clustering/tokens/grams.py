"""Overlapping pairs of characters as numbers, for many texts at a time."""

import re
from collections.abc import Sequence

import numpy as np

from consult.clustering.vectors import Integers

_NOT_A_LETTER = re.compile(r"[\W_]+")
#: A character of Unicode fits into so many bits; three fit into a number.
BITS = 21
BLANK, END, FIRST, LAST = ord(" "), ord("\n"), ord("a"), ord("z")


def gram_code(gram: str) -> int:
    """Return the number of a gram of up to three characters.

    >>> gram_code("ab") == ord("a") + ord("b") * 2**21
    True
    """
    return sum(ord(sign) << BITS * place for place, sign in enumerate(gram))


def gram_codes(texts: Sequence[str]) -> tuple[Integers, Integers]:
    """Return the grams of cleaned texts as numbers, and the text that each is of.

    They are those of :func:`~consult.clustering.tokens.words.grams`: pairs, and triples of Latin letters.
    """
    whole = "\n".join(_NOT_A_LETTER.sub(" ", text) for text in texts) + "\n\n\n"
    signs = np.frombuffer(whole.encode("utf-32-le"), np.uint32).astype(np.int64)
    latin = (signs >= FIRST) & (signs <= LAST)
    other = ~latin & (signs != BLANK) & (signs != END)
    first, second, third = signs[:-2], signs[1:-1] << BITS, signs[2:] << 2 * BITS
    width = _widths(latin, 3) + _widths(other, 2)
    codes = first + second * (width > 1) + third * (width > 2)  # noqa: PLR2004 - characters
    owners = np.cumsum(signs == END)[:-2]
    found = width > 0
    return codes[found], owners[found]


def _widths(kind: np.ndarray, most: int) -> Integers:
    """Return how long the gram is that begins at each sign, 0 where none does.

    A run that is shorter than a gram is one gram.
    """
    one, two, three = kind[:-2], kind[1:-1], kind[2:]
    begins = one & ~np.append(False, kind[:-3])
    length = np.where(two, np.where(three, 3, 2), 1)
    return np.where(one & ((length >= most) | begins), np.minimum(length, most), 0)
