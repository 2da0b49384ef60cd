"""Split a draft into passages that can be linked to and spoken to one by one."""

from dataclasses import dataclass, field

from consult.text.lines import Line, read_lines
from consult.text.marker import Mark, Marker
from consult.text.numbering import Numbering, open_quotations
from consult.text.outline import Outline, Place
from consult.text.passage import Passage, PassageKind

LONGEST_TITLE = 60
KINDS = {
    Mark.HEADING: PassageKind.HEADING,
    Mark.ARTICLE: PassageKind.ARTICLE,
    Mark.PARAGRAPH: PassageKind.PARAGRAPH,
    Mark.ANNEX: PassageKind.ANNEX,
}
PREFACES = {PassageKind.TITLE, PassageKind.PREAMBLE, PassageKind.CONTENTS}


def split_into_clauses(text: str) -> list[Passage]:
    """Split a draft in Chinese or English, as plain text or Markdown.

    Where there are articles (第十二条, Article 12, Section 12.), they are the
    passages, and the items （一）（二） inside of them stay with them. Otherwise
    numbered paragraphs are (一、 （一） 1. 1.1), and otherwise paragraphs.
    Nothing is lost: labels and texts together hold all characters but blanks and
    Markdown's signs for headings and bold labels.
    """
    lines = read_lines(text)
    splitter = _Splitter(lines)
    for line in lines:
        splitter.take(line)
    return [draft.passage() for draft in splitter.drafts]


@dataclass
class _Draft:
    """A passage that still grows."""

    kind: PassageKind
    place: Place
    label: str
    lines: list[str] = field(default_factory=list)

    def passage(self) -> Passage:
        text = "\n".join(line for line in self.lines if line)
        place = self.place
        return Passage(place.anchor, self.label, place.heading, text, place.level, self.kind)


class _Splitter:
    """Goes through the lines once."""

    def __init__(self, lines: list[Line]) -> None:
        self.has_marks = any(line.marker or line.heading for line in lines[1:])
        self.has_blanks = any(line.after_blank for line in lines[1:])
        self.title = next((line for line in lines[:-1][:1] if _is_title(line)), None)
        self.numbering = Numbering(has_articles=_has_articles(lines))
        self.outline = Outline()
        self.drafts: list[_Draft] = []

    def take(self, line: Line) -> None:
        """Begin a passage with ``line`` or add it to the one before."""
        if line is self.title:
            self._begin(PassageKind.TITLE, Place("title", "", 0), "", line.text)
        elif line.in_contents:
            self._gather(PassageKind.CONTENTS, line.text)
        elif line.marker and (line.heading or self.numbering.accepts(line.marker)):
            self._take_marked(line.marker, line)
        elif line.heading:
            place = self.outline.open_nameless(line.text, line.heading)
            self._begin(PassageKind.HEADING, place, "", line.text)
        else:
            self._take_text(line)
        self.numbering.read(line.text)

    def _take_marked(self, marker: Marker, line: Line) -> None:
        title = f"{marker.label} {marker.rest}".strip().replace("、 ", "、").replace("） ", "）")
        if marker.mark is Mark.ARTICLE:
            place = self.outline.article(marker)
        elif marker.mark is Mark.PARAGRAPH:
            place = self.outline.open_paragraph(marker, title)
        else:
            place = self.outline.open_heading(marker, title, line.heading)
        self._begin(KINDS[marker.mark], place, marker.label, marker.rest)

    def _take_text(self, line: Line) -> None:
        last = self.drafts[-1] if self.drafts else None
        if self.has_marks and (last is None or last.kind in PREFACES):
            self._gather(PassageKind.PREAMBLE, line.text)
        elif last and self._goes_on(last, line):
            last.lines.append(line.text)
        else:
            self._begin(PassageKind.PARAGRAPH, self.outline.text(), "", line.text)

    def _goes_on(self, last: _Draft, line: Line) -> bool:
        """Say whether ``line`` belongs to the passage before."""
        if last.kind is not PassageKind.PARAGRAPH or last.label:
            return last.kind.is_clause
        if self.has_blanks:
            return not line.after_blank
        return line.text.startswith("|") and last.lines[-1].startswith("|")

    def _gather(self, kind: PassageKind, text: str) -> None:
        if self.drafts and self.drafts[-1].kind is kind:
            self.drafts[-1].lines.append(text)
        else:
            self._begin(kind, self.outline.named(kind), "", text)

    def _begin(self, kind: PassageKind, place: Place, label: str, text: str) -> None:
        self.drafts.append(_Draft(kind, place, label, [text]))


def _is_title(line: Line) -> bool:
    if line.marker or line.in_contents:
        return False
    sentence = line.text.endswith(tuple("。；;：:，,.！!？?|"))
    return line.heading == 1 or (len(line.text) <= LONGEST_TITLE and not sentence)


def _has_articles(lines: list[Line]) -> bool:
    """Look for an article outside of quotations: an amendment quotes those it changes."""
    depth = 0
    for line in lines:
        if line.marker and line.marker.mark is Mark.ARTICLE and line.marker.sure and not depth:
            return True
        depth = open_quotations(line.text, 0 if line.marker else depth)
    return False
