"""The lines of a draft, and what each of them begins."""

import re
from dataclasses import dataclass, replace

from consult.text.marker import Mark, Marker
from consult.text.markers import read_marker

MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.*?)[\s#]*")
BOLD_BEGINNING = re.compile(r"(\*\*|__)(.+?)\1(.*)")
LEADERS = re.compile(r"[\s.…·•\d]+$")
CONTENTS = re.compile(r"目\s*[录次]|(?i:(table of )?contents)")
SECTION_RANK = 40
LONGEST_STEP = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``heading`` is its level as a Markdown heading, 0 if it is none."""

    text: str
    heading: int = 0
    marker: Marker | None = None
    after_blank: bool = False
    in_contents: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading, of Markdown or of a law."""
        if self.marker:
            return self.marker.mark is Mark.HEADING
        return self.heading > 0


def read_lines(text: str) -> list[Line]:
    """Cut ``text`` into lines that are not blank, each with what it begins."""
    lines: list[Line] = []
    blank = False
    for raw in text.splitlines():
        stripped = raw.strip("\ufeff\u200b \t\u3000\xa0").strip()
        if stripped:
            lines.append(_read(stripped, after_blank=blank))
        blank = not stripped
    return _contents_marked(_sections_above_articles(_numbers_above_articles(lines)))


def _read(text: str, *, after_blank: bool) -> Line:
    if (found := MARKDOWN_HEADING.fullmatch(text)) and found[2]:
        return Line(found[2], len(found[1]), read_marker(found[2]), after_blank)
    if found := BOLD_BEGINNING.fullmatch(text):
        plain = f"{found[2]} {found[3].strip()}".strip()
        if marker := read_marker(plain):
            return Line(plain, 0, marker, after_blank)
    return Line(text, 0, read_marker(text), after_blank)


def _numbers_above_articles(lines: list[Line]) -> list[Line]:
    """Make 一、案件受理 a heading where an article follows at once, as courts write."""
    changed = []
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        if _is_short_step(line) and following and _mark(following) is Mark.ARTICLE:
            changed.append(_as_heading(line, SECTION_RANK - 10))
        else:
            changed.append(line)
    return changed


def _is_short_step(line: Line) -> bool:
    marker = line.marker
    return (
        marker is not None
        and marker.mark is Mark.PARAGRAPH
        and marker.sure
        and 0 < len(marker.rest) <= LONGEST_STEP
        and marker.rest[-1] not in "。；：，、.;:"
    )


def _mark(line: Line) -> Mark | None:
    return line.marker.mark if line.marker else None


def _as_heading(line: Line, rank: int) -> Line:
    marker = line.marker and replace(line.marker, mark=Mark.HEADING, rank=rank)
    return replace(line, marker=marker)


def _sections_above_articles(lines: list[Line]) -> list[Line]:
    """Make sections headings where articles lie below them, as in treaties."""
    stems = {line.marker.stem for line in lines if line.marker and line.marker.mark is Mark.ARTICLE}
    if stems != {"art", "sec"}:
        return lines
    return [
        _as_heading(line, SECTION_RANK) if line.marker and line.marker.stem == "sec" else line
        for line in lines
    ]


def _contents_marked(lines: list[Line]) -> list[Line]:
    """Mark a table of contents: headings, before any article, that come once more later."""
    last = {_bare(line): position for position, line in enumerate(lines) if line.is_heading}
    marked, begun = [], False
    for position, line in enumerate(lines):
        begun = begun or bool(line.marker and line.marker.mark is Mark.ARTICLE)
        again = line.is_heading and last[_bare(line)] > position
        contents = not begun and (again or bool(CONTENTS.fullmatch(line.text)))
        marked.append(replace(line, in_contents=contents))
    return marked


def _bare(line: Line) -> str:
    """Give the words of a heading without blanks, dots and page number."""
    return "".join(LEADERS.sub("", line.text).split()) or line.text
