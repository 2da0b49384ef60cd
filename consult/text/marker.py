"""The beginning of a line that begins something."""

from dataclasses import dataclass
from enum import StrEnum

Number = tuple[int, ...]


class Mark(StrEnum):
    """The kinds of beginnings."""

    HEADING = "heading"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Marker:
    """A recognised beginning.

    ``stem`` and ``number`` make the anchor. ``rank`` says how deep a heading or
    a numbered paragraph lies. ``sure`` is false where a sentence that was
    wrapped could begin a line in the same way: then the number must also follow
    the one before it.
    """

    mark: Mark
    stem: str
    number: Number
    label: str
    rest: str
    rank: int = 0
    sure: bool = True

    @property
    def key(self) -> str:
        """The part of an anchor that this beginning adds."""
        return "-".join([self.stem, *map(str, self.number)])
