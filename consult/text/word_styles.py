"""What the style of a Word paragraph says: a heading, an item of a numbered list."""

import re
from dataclasses import dataclass

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from consult.text.word_numbering import child_value, value

HEADING = re.compile(r"(?:heading|标题)\s*([1-6])", re.IGNORECASE)
TITLES = {"title", "标题"}
BODY_LEVEL = 9
DEEPEST = 6
#: Styles that follow each other in a circle would otherwise never end.
LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """``heading`` is 1 to 6 or 0; ``item`` is the list and the depth of a numbered paragraph."""

    heading: int = 0
    item: tuple[str, int] | None = None


class Styles:
    """The paragraph styles of a document, with what they take over from one another."""

    def __init__(self, root: Element) -> None:
        self._styles = {value(style, "styleId"): style for style in root.findall(qn("w:style"))}
        defaults = [
            style_id
            for style_id, style in self._styles.items()
            if value(style, "type") == "paragraph" and value(style, "default") in {"1", "true"}
        ]
        self._default = defaults[0] if defaults else None

    def shape(self, paragraph: Element) -> Shape:
        """Say what a paragraph is, by itself or by its style."""
        properties = paragraph.find(qn("w:pPr"))
        named = child_value(properties, "pStyle") if properties is not None else None
        chain = self._chain(named or self._default)
        sources = [properties, *(style.find(qn("w:pPr")) for style in chain)]
        found = [source for source in sources if source is not None]
        return Shape(self._heading(chain, found), _item(found))

    def _chain(self, style_id: str | None) -> list[Element]:
        chain: list[Element] = []
        while style_id in self._styles and len(chain) < LONGEST_CHAIN:
            chain.append(self._styles[style_id])
            style_id = child_value(chain[-1], "basedOn")
        return chain

    def _heading(self, chain: list[Element], sources: list[Element]) -> int:
        for source in sources:
            level = child_value(source, "outlineLvl")
            if level and level.isdecimal():
                return min(int(level) + 1, DEEPEST) if int(level) < BODY_LEVEL else 0
        for name in (child_value(style, "name") or "" for style in chain):
            if found := HEADING.fullmatch(name):
                return int(found[1])
            if name.lower() in TITLES:
                return 1
        return 0


def _item(sources: list[Element]) -> tuple[str, int] | None:
    """Find the list and the depth; list 0 means "not numbered" even where the style is."""
    list_id: str | None = None
    depth: str | None = None
    for source in sources:
        numbered = source.find(qn("w:numPr"))
        if numbered is not None:
            list_id = list_id or child_value(numbered, "numId")
            depth = depth or child_value(numbered, "ilvl")
    if not list_id or list_id == "0":
        return None
    return list_id, int(depth) if depth and depth.isdecimal() else 0
