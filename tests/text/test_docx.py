"""Word documents, with the numbers that Word makes itself."""

from io import BytesIO

import docx as word
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from consult.text import docx
from consult.text.clauses import split_into_clauses
from consult.text.docx import text_of_docx
from consult.text.errors import DocumentUnreadable

#: Chapters, articles that run through all of them, and items of an article.
LEVELS = (
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlText w:val="第%1章"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlRestart w:val="0"/><w:lvlText w:val="第%2条"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:isLgl/><w:lvlText w:val="%2.%3"/></w:lvl>'
)


@pytest.fixture
def document():
    """An empty document with list 77, numbered like a law."""
    document = word.Document()
    numbering = document.part.numbering_part.element
    kind = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{LEVELS}</w:abstractNum>'
    numbering.insert(0, parse_xml(kind))
    entry = f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
    numbering.append(parse_xml(entry))
    return document


def add_item(document, depth, text):
    paragraph = document.add_paragraph(text)
    shape = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(shape))
    return paragraph


def text_of(document):
    stream = BytesIO()
    document.save(stream)
    stream.seek(0)
    return text_of_docx(stream)


def test_numbers_that_word_makes_are_written_out(document):
    for depth, text in [
        (0, "总则"),
        (1, "甲。"),
        (1, "乙。"),
        (2, "丙；"),
        (0, "附则"),
        (1, "丁。"),
    ]:
        add_item(document, depth, text)

    assert text_of(document).split("\n\n") == [
        *("第一章 总则", "第一条 甲。", "第二条 乙。", "2.1 丙；", "第二章 附则", "第三条 丁。")
    ]


def test_a_numbered_draft_can_be_split_into_clauses(document):
    document.add_heading("公园条例（草案）", 0)
    for depth, text in [(0, "总则"), (1, "甲。"), (1, "乙。")]:
        add_item(document, depth, text)

    assert [p.anchor for p in split_into_clauses(text_of(document))] == [
        *("title", "ch-1", "art-1", "art-2")
    ]


def test_an_override_begins_to_count_anew(document):
    add_item(document, 0, "甲")
    numbering = document.part.numbering_part.element
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="78"><w:abstractNumId w:val="77"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        )
    )
    add_item(document, 0, "乙")._p.find(f".//{qn('w:numId')}").set(qn("w:val"), "78")

    assert text_of(document) == "第一章 甲\n\n第五章 乙"


def test_a_style_may_number_its_paragraphs(document):
    style = document.styles.add_style("Article", word.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    shape = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="1"/><w:numId w:val="77"/></w:numPr>'
    style.element.get_or_add_pPr().append(parse_xml(shape))
    document.add_paragraph("甲。", style="Article")
    document.add_paragraph("noise")

    assert text_of(document) == "第一条 甲。\n\nnoise"


def test_headings_are_those_of_markdown(document):
    document.add_heading("Plan", 0)
    document.add_heading("Why", 2)
    document.add_paragraph("Because.")
    document.add_paragraph("trees", style="List Bullet")

    assert text_of(document) == "# Plan\n\n## Why\n\nBecause.\n\n- trees"


def test_tables_are_lines_and_a_table_inside_is_told_once(document):
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["项目", "金额", "路灯", ""], strict=True):
        cell.text = text
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "3 万元"

    assert text_of(document) == "| 项目 | 金额 |\n| --- | --- |\n| 路灯 | 3 万元 |"


def test_what_is_inserted_under_review_counts_and_what_is_deleted_does_not(document):
    paragraph = document.add_paragraph("公开")
    for tag, text in [("ins", "征求"), ("moveFrom", "听取"), ("ins", "意见")]:
        xml = f"<w:{tag} {nsdecls('w')}><w:r><w:t>{text}</w:t></w:r></w:{tag}>"
        paragraph._p.append(parse_xml(xml))

    assert text_of(document) == "公开征求意见"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a Word document"),
        (b"%PDF-1.7", "not a Word document"),
        (b"PK\x05\x06" + bytes(18), "not a Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 WordDocument", r"old \.doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_is_no_docx_is_refused_with_advice(content, message):
    with pytest.raises(DocumentUnreadable, match=message):
        text_of_docx(BytesIO(content))


def test_a_document_that_unpacks_to_too_much_is_refused(document, monkeypatch):
    monkeypatch.setattr(docx, "MAX_UNPACKED", 1000)

    with pytest.raises(DocumentUnreadable, match="too large"):
        text_of(document)


@pytest.mark.parametrize("place", [0.3, 0.5, 0.7, 0.9])
def test_a_document_damaged_anywhere_is_read_or_refused_and_never_breaks(document, place):
    document.add_paragraph("甲")
    stream = BytesIO()
    document.save(stream)
    content = bytearray(stream.getvalue())
    at = int(len(content) * place)
    content[at : at + 200] = bytes(200)

    outcome = read_or_refused(bytes(content))
    assert "甲" in outcome or "damaged" in outcome


def read_or_refused(content):
    try:
        return text_of_docx(BytesIO(content))
    except DocumentUnreadable as error:
        return str(error)
