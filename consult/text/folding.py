"""Digits and letters in their plain shape, with the way back to the original."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain shape; ``origins[i]`` is where its character ``i`` stood."""

    text: str
    origins: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the original of what lies here between ``start`` and ``end``."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """Write full-width and other digits as 0–9 and drop what cannot be seen between them.

    Numbers in circles (①) stay: they count items and are no part of the number that follows.
    """
    plain = text.translate(_PLAIN)
    if len(plain) == len(text):  # nothing was dropped, and nothing ever grows
        return Folded(plain, range(len(text)))
    kept = [i for i, character in enumerate(text) if _PLAIN[ord(character)]]
    return Folded(plain, kept)


class _Plain(dict[int, str]):
    """Characters in their plain shape, each worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


_PLAIN = _Plain()


def _plain(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cf":
        return ""
    if category == "Pd":
        return "-"
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and category != "No" else character
