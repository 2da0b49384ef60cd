"""Writing a report for Word: readable again, in order, with a head that repeats."""

import io

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from consult.text.docx_writing import Section, write_docx


@pytest.fixture
def word():
    stream = io.BytesIO()
    sections = [
        Section("一、总体情况", ["收到意见两条。"]),
        Section(
            "二、采纳情况",
            columns=["序号", "意见"],
            rows=[["1", "降低收费"], ["2", "多种树"]],
            widths=[1, 4],
        ),
    ]
    write_docx(
        stream,
        organ="某市某局",
        title="采纳情况的说明",
        sections=sections,
        signed=["某市某局", "2026年6月1日"],
    )
    stream.seek(0)
    return Document(stream)


def test_words_stand_in_their_order(word):
    assert [paragraph.text for paragraph in word.paragraphs] == [
        "某市某局",
        "采纳情况的说明",
        "一、总体情况",
        "收到意见两条。",
        "二、采纳情况",
        "某市某局",
        "2026年6月1日",
    ]


def test_the_table_holds_every_row_and_repeats_its_head_on_every_page(word):
    [table] = word.tables

    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["序号", "意见"],
        ["1", "降低收费"],
        ["2", "多种树"],
    ]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_it_lies_across_the_page(word):
    [page] = word.sections

    assert page.orientation == WD_ORIENT.LANDSCAPE
    assert page.page_width > page.page_height


def test_characters_that_word_cannot_hold_do_no_harm():
    stream = io.BytesIO()

    write_docx(
        stream, organ="局", title="题", sections=[Section("一", ["坏\x0b\x00字符"])], signed=[]
    )

    stream.seek(0)
    assert "字符" in Document(stream).paragraphs[-1].text
