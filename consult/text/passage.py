"""A piece of a draft with an address of its own."""

from dataclasses import dataclass
from enum import StrEnum


class PassageKind(StrEnum):
    """What a passage is; people may speak to an article, a paragraph or an annex."""

    TITLE = "title"
    PREAMBLE = "preamble"
    CONTENTS = "contents"
    HEADING = "heading"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    ANNEX = "annex"

    @property
    def is_clause(self) -> bool:
        """Whether it says something of its own that may be changed."""
        return self in {PassageKind.ARTICLE, PassageKind.PARAGRAPH, PassageKind.ANNEX}


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage, in the order of the draft.

    ``anchor`` comes from the passage's own number, so that it stays when others
    are added ("art-12-1" is 第十二条之一). ``label`` is the number as written
    and is not repeated in ``text``; ``heading`` is the way to it, "第二章 … › 第一节 …";
    ``level`` is 0 for the title and grows with the depth.
    """

    anchor: str
    label: str
    heading: str
    text: str
    level: int
    kind: PassageKind
