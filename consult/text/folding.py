"""Digits and letters in their plain shape, with the way back to the original."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain shape; ``origins[i]`` is where its character ``i`` stood."""

    text: str
    origins: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the original of what lies here between ``start`` and ``end``."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> Folded:
    """Write full-width and other digits as 0–9 and drop what cannot be seen between them.

    Numbers in circles (①) stay: they count items and are no part of the number that follows.
    """
    kept = [(plain, i) for i, character in enumerate(text) if (plain := _plain(character))]
    return Folded("".join(plain for plain, _ in kept), tuple(i for _, i in kept))


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
