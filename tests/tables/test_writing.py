"""Tables that others will open, mostly in a spreadsheet."""

import json
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.tables import read_table, write_csv, write_json, write_xlsx
from consult.tables.writing import MAX_CELL, defuse

ROWS = [
    {"no": 1, "title": "增设路灯", "at": datetime.fromisoformat("2026-03-01T09:00"), "noise": "x"},
    {"no": 2, "title": 'with "marks",\nand lines', "at": None},
]
COLUMNS = ["no", "title", "at"]
AS_SEEN = [
    {"no": "1", "title": "增设路灯", "at": "2026-03-01 09:00:00"},
    {"no": "2", "title": 'with "marks",\nand lines', "at": ""},
]


@pytest.mark.parametrize(("write", "name"), [(write_csv, "t.csv"), (write_xlsx, "t.xlsx")])
def test_what_is_written_is_what_is_read(tmp_path, write, name):
    with (tmp_path / name).open("wb") as stream:
        write(iter(ROWS), COLUMNS, stream)

    assert [row.values for row in read_table(tmp_path / name)] == AS_SEEN


@pytest.mark.parametrize("with_bom", [True, False])
def test_csv_begins_with_a_mark_unless_told_otherwise(with_bom):
    stream = BytesIO()
    write_csv(ROWS, COLUMNS, stream, with_bom=with_bom)

    assert stream.getvalue().startswith(b"\xef\xbb\xbf") is with_bom


@pytest.mark.parametrize("rows", [ROWS, []])
def test_json_is_an_array_whose_numbers_are_numbers(rows):
    stream = BytesIO()
    write_json(iter(rows), ["no", "title"], stream)

    expected = [{"no": row["no"], "title": row["title"]} for row in rows]
    assert json.loads(stream.getvalue()) == expected


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-a", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1"])
def test_a_formula_is_defused_in_csv(text):
    assert defuse(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "+8613800138000", "-0.5", "a=b", "2026-03-01", ""])
def test_numbers_and_harmless_texts_stay_as_they_are(text):
    assert defuse(text) == text


def test_a_formula_is_only_text_in_a_workbook():
    stream = BytesIO()
    write_xlsx([{"a": "=1+1"}, {"a": "https://example.org"}], ["a"], stream)

    cells = openpyxl.load_workbook(stream).active["A"]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells[1:]] == [
        ("=1+1", "s", None),
        ("https://example.org", "s", None),
    ]


def test_a_text_too_long_for_a_cell_is_cut_visibly():
    stream = BytesIO()
    write_xlsx([{"a": "字" * 40_000}], ["a"], stream)

    text = openpyxl.load_workbook(stream).active["A2"].value
    assert (len(text), text[-2:]) == (MAX_CELL, "字…")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_csv_up_to_the_apostrophe(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("t") / "t.csv"
    with path.open("wb") as stream:
        write_csv([{"id": "1", "text": text}], ["id", "text"], stream)

    [row] = read_table(path)
    if "\0" in text:
        assert row.reason == "The row contains a NUL character."
    else:
        assert row.values["text"].removeprefix("'") == text.removeprefix("'")
