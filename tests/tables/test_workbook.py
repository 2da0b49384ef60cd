"""Excel workbooks, as people fill them in."""

from datetime import date, datetime, time

import openpyxl
import pytest

from consult.tables import FileRefused, Row, read_table, workbook


@pytest.fixture
def book(tmp_path):
    """Write a workbook with these rows and give its path."""

    def write(*rows, title="Sheet1", name="book.xlsx"):
        document = openpyxl.Workbook()
        document.active.title = title
        for row in rows:
            document.active.append(row)
        document.create_sheet("noise").append(["other"])
        document.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (188007, "188007"),
        (datetime.fromisoformat("2026-03-01T09:05"), "2026-03-01 09:05:00"),
        (date(2026, 3, 1), "2026-03-01"),
        (time(8, 30), "08:30:00"),
        (True, "true"),
        ("  as written ", "  as written "),
    ],
)
def test_a_cell_comes_out_as_a_person_sees_it(book, stored, seen):
    [row] = read_table(book(["id", "value"], ["x", stored]))

    assert row.values["value"] == seen


def test_empty_rows_are_skipped_and_lines_are_those_of_the_sheet(book):
    path = book([], ["id", "body"], ["1", "a"], [None, "  "], ["2"])

    assert list(read_table(path)) == [
        Row(3, {"id": "1", "body": "a"}),
        Row(5, {"id": "2", "body": ""}),
    ]


def test_another_sheet_is_read_when_it_is_named(book):
    assert read_table(book(["id"]), sheet="noise").columns == ["other"]


def test_a_sheet_that_is_not_there_is_an_error_that_lists_the_others(book):
    with pytest.raises(FileRefused) as refusal:
        read_table(book(["id"], title="留言"), sheet="2026")
    assert str(refusal.value) == "There is no sheet called 2026; there are: 留言, noise."


def test_a_workbook_that_unpacks_to_too_much_is_refused(book, monkeypatch):
    path = book(["id"], ["1"])
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)

    with pytest.raises(FileRefused, match="too large"):
        read_table(path)


@pytest.mark.parametrize("keep", [30, 0.5, 0.9])
def test_a_workbook_cut_short_is_called_damaged(book, keep):
    path = book(["id"], ["1"])
    content = path.read_bytes()
    path.write_bytes(content[: keep if keep > 1 else int(len(content) * keep)])

    with pytest.raises(FileRefused, match="damaged"):
        read_table(path)


def test_an_old_or_locked_workbook_comes_with_advice(file):
    path = file(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", name="old.xls")

    with pytest.raises(FileRefused, match=r"Save it as \.xlsx"):
        read_table(path)
