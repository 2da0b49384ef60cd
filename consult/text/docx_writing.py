"""A report as a Word document: headings, paragraphs, and tables with a head that repeats."""

import re
from collections.abc import Sequence
from typing import IO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table

from consult.text.sections import Section

#: The faces that official Chinese documents are set in; Word takes the nearest it has.
HEADING_FACE, BODY_FACE = "黑体", "仿宋"
A4 = (Cm(21.0), Cm(29.7))
INK = 10.5
#: What XML, and so Word, has no place for.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_docx(
    stream: IO[bytes], *, organ: str, title: str, sections: Sequence[Section], signed: Sequence[str]
) -> None:
    """Write the report on A4 across, so that its table has room."""
    document = Document()
    page = document.sections[0]
    page.orientation, (page.page_height, page.page_width) = WD_ORIENT.LANDSCAPE, A4
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    _set_face(document.styles["Normal"], BODY_FACE, INK)
    for level, size in ((0, 22), (1, 14)):
        style = document.styles["Title" if level == 0 else f"Heading {level}"]
        _set_face(style, HEADING_FACE, size)
    document.add_paragraph(_fit(organ)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_heading(_fit(title), level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for section in sections:
        _write(document, section)
    for line in signed:
        document.add_paragraph(_fit(line)).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.core_properties.title = _fit(title)
    document.core_properties.author = _fit(organ)
    document.save(stream)


def _write(document: WordDocument, section: Section) -> None:
    document.add_heading(_fit(section.heading), level=1)
    for text in section.paragraphs:
        document.add_paragraph(_fit(text)).paragraph_format.first_line_indent = Pt(2 * INK)
    if not section.columns:
        return
    table = document.add_table(rows=1, cols=len(section.columns), style="Table Grid")
    _fill(table, 0, section.columns)
    _repeat_head(table)
    # Row by row through the cells of a table is quadratic in python-docx; this is not.
    for texts in section.rows:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = _fit(text)
    for share, column in zip(section.widths, table.columns, strict=False):
        column.width = Cm(25.7 * share / sum(section.widths))


def _fit(text: str) -> str:
    return FORBIDDEN.sub("", text)


def _fill(table: Table, row: int, texts: Sequence[str]) -> None:
    for cell, text in zip(table.rows[row].cells, texts, strict=True):
        cell.text = ""
        cell.paragraphs[0].add_run(_fit(text)).bold = True


def _repeat_head(table: Table) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - it has no other door


def _set_face(style: object, face: str, size: float) -> None:
    style.font.name, style.font.size = face, Pt(size)  # type: ignore[attr-defined]
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    fonts.set(qn("w:eastAsia"), face)
