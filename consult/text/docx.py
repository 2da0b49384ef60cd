"""The text of a Word document, with the numbers that Word shows."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from consult.text.errors import DocumentUnreadable
from consult.text.marks import N_
from consult.text.word_numbering import Numbering
from consult.text.word_styles import Styles

#: A law of a thousand articles unpacks to about 5 MB; pictures are counted too.
MAX_UNPACKED = 128 << 20

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")

#: Words that are marked as deleted or moved away, and the second copy of a drawing.
GONE = {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
BREAKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}

#: What python-docx lets through when the inside of a document is not as it should be.
DAMAGED = (
    *(PackageNotFoundError, zipfile.BadZipFile, zlib.error, SyntaxError),
    *(ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError),
    *(TypeError, ValueError),
)


def text_of_docx(stream: IO[bytes]) -> str:
    """Read a DOCX: headings as in Markdown, tables as ``| a | b |``, blank lines between.

    Numbers that Word makes itself (第三条, （二）) are written out. Insertions
    under review count as accepted.

    :raises DocumentUnreadable: if it is no DOCX, locked, damaged or too large.
    """
    _require_word(stream)
    try:
        document = Document(stream)
        return "\n\n".join(block for block in _Reader(document).blocks() if block)
    except DAMAGED as error:
        raise DocumentUnreadable(N_("The Word document is damaged and cannot be read.")) from error


def _require_word(stream: IO[bytes]) -> None:
    head = stream.read(len(OLE))
    if head == OLE:
        locked = LOCKED in stream.read()
        raise DocumentUnreadable(
            N_("The document is locked with a password. Save it without one and try again.")
            if locked
            else N_("This is an old .doc document. Save it as .docx and try again.")
        )
    stream.seek(0)
    try:
        entries = zipfile.ZipFile(stream).infolist()
    except DAMAGED as error:
        raise DocumentUnreadable(N_("This is not a Word document (.docx).")) from error
    if not any(entry.filename.startswith("word/") for entry in entries):
        raise DocumentUnreadable(N_("This is not a Word document (.docx)."))
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED:
        raise DocumentUnreadable(
            N_("The document is too large: unpacked it would take %(size)d MB."), size=size >> 20
        )
    stream.seek(0)


class _Reader:
    """Walks through the body once, since numbers depend on those before."""

    def __init__(self, document: WordDocument) -> None:
        self.body: Element = document.element.body
        self.styles = Styles(document.styles.element)
        self.numbering = Numbering(_numbering_root(document))

    def blocks(self) -> Iterator[str]:
        for block in self._blocks(self.body):
            yield _table(block) if block.tag == qn("w:tbl") else self._paragraph(block)

    def _blocks(self, parent: Element) -> Iterator[Element]:
        """Give paragraphs and tables, also those inside of content controls."""
        for child in parent:
            if child.tag in {qn("w:p"), qn("w:tbl")}:
                yield child
            elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")}:
                yield from self._blocks(child)

    def _paragraph(self, paragraph: Element) -> str:
        text = _text(paragraph).strip()
        shape = self.styles.shape(paragraph)
        number = self.numbering.number(*shape.item) if shape.item else ""
        if not text:
            return ""
        marks = "#" * shape.heading
        return " ".join(part for part in (marks, number, text) if part)


def _table(table: Element) -> str:
    lines = []
    for row in table.findall(qn("w:tr")):
        cells = (cell for cell in row.iter(qn("w:tc")) if _row_of(cell) is row)
        lines.append(f"| {' | '.join(' '.join(_text(cell).split()) for cell in cells)} |")
    rule = "|" + " --- |" * (lines[0].count("|") - 1) if lines else ""
    return "\n".join([*lines[:1], rule, *lines[1:]])


def _row_of(cell: Element) -> Element | None:
    """Give the row of a cell; a table inside of it has rows of its own."""
    return next(iter(cell.iterancestors(qn("w:tr"))), None)


def _numbering_root(document: WordDocument) -> Element | None:
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            root: Element = relation.target_part.element
            return root
    return None


def _text(element: Element) -> str:
    if element.tag in GONE:
        return ""
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag in BREAKS:
        return BREAKS[element.tag]
    inner = "".join(_text(child) for child in element)
    return f"{inner}\n" if element.tag == qn("w:p") else inner
