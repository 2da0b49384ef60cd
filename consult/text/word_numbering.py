"""The numbers that Word shows and does not store: 第三条, （二）, 1.2.

A Word document keeps only "this paragraph is item of list 4, level 2"; the
words around the number and the kind of numerals are in its numbering part.
Many Chinese drafts number their articles in this way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from consult.text.word_numerals import write_number

LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered.

    ``text`` is a pattern such as ``第%1条``. ``restart`` is the level (from 1)
    after which it begins anew; 0 is never, as for articles that run through all
    chapters, and ``None`` after every level above it.
    """

    start: int = 1
    numerals: str = "decimal"
    text: str = ""
    plain: bool = False
    restart: int | None = None


@dataclass
class NumberedList:
    """The levels of a list and how far each has counted; lists of one kind count together."""

    levels: dict[int, Level]
    counts: dict[int, int] = field(default_factory=dict)

    def next(self, depth: int) -> str:
        """Count one paragraph on and give its number as Word shows it."""
        for deeper in range(depth + 1, LEVELS):
            restart = self._level(deeper).restart
            if restart is None or depth < restart:
                self.counts.pop(deeper, None)
        for level in range(depth):
            self.counts.setdefault(level, self._level(level).start)
        first = self._level(depth).start
        self.counts[depth] = self.counts[depth] + 1 if depth in self.counts else first
        return self._shown(depth)

    def _shown(self, depth: int) -> str:
        shown = self._level(depth).text
        for level in range(depth + 1):
            plain = self._level(depth).plain and level < depth
            numerals = "decimal" if plain else self._level(level).numerals
            number = write_number(self.counts[level], numerals)
            shown = shown.replace(f"%{level + 1}", number)
        return shown if self._level(depth).numerals != "bullet" else "-"

    def _level(self, depth: int) -> Level:
        return self.levels.get(depth, Level())


class Numbering:
    """The lists of a document, by the number that paragraphs name them with."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, NumberedList] = {}
        if root is not None:
            self._read(root)

    def number(self, list_id: str, depth: int) -> str:
        """Give the number of the next paragraph in this list; "" if there is no such list."""
        numbered = self._lists.get(list_id)
        return numbered.next(min(depth, LEVELS - 1)) if numbered else ""

    def _read(self, root: Element) -> None:
        kinds = {
            value(kind, "abstractNumId"): _levels(kind)
            for kind in root.findall(qn("w:abstractNum"))
        }
        shared = {kind: NumberedList(levels) for kind, levels in kinds.items()}
        for entry in root.findall(qn("w:num")):
            kind = child_value(entry, "abstractNumId") or ""
            changed = dict(_overrides(entry))
            if changed and kind in kinds:
                numbered = NumberedList(_changed(kinds[kind], changed))
            else:
                numbered = shared.get(kind, NumberedList({}))
            self._lists[value(entry, "numId") or ""] = numbered


def _levels(kind: Element) -> dict[int, Level]:
    return {_number(value(entry, "ilvl"), 0): _level(entry) for entry in kind.findall(qn("w:lvl"))}


def _level(entry: Element) -> Level:
    restart = child_value(entry, "lvlRestart")
    return Level(
        start=_number(child_value(entry, "start"), 1),
        numerals=child_value(entry, "numFmt") or "decimal",
        text=child_value(entry, "lvlText") or "",
        plain=entry.find(qn("w:isLgl")) is not None,
        restart=int(restart) if restart and restart.isdecimal() else None,
    )


def _overrides(entry: Element) -> Iterator[tuple[int, Level | int]]:
    for override in entry.findall(qn("w:lvlOverride")):
        depth = _number(value(override, "ilvl"), 0)
        level = override.find(qn("w:lvl"))
        start = child_value(override, "startOverride")
        if level is not None:
            yield depth, _level(level)
        elif start is not None:
            yield depth, _number(start, 1)


def _changed(levels: dict[int, Level], overrides: dict[int, Level | int]) -> dict[int, Level]:
    changed = dict(levels)
    for depth, override in overrides.items():
        if isinstance(override, Level):
            changed[depth] = override
        else:
            old = levels.get(depth, Level())
            changed[depth] = replace(old, start=override)
    return changed


def value(element: Element, name: str) -> str | None:
    """Give an attribute of the main namespace."""
    found = element.get(qn(f"w:{name}"))
    return str(found) if found is not None else None


def child_value(element: Element, name: str) -> str | None:
    """Give the ``val`` of a child."""
    child = element.find(qn(f"w:{name}"))
    return value(child, "val") if child is not None else None


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdecimal() else default
