"""The one door to all kinds of tables."""

import pytest

from consult.tables import FileRefused, TableError, read_table


def test_a_workbook_is_recognised_under_any_name(file):
    with pytest.raises(FileRefused, match="not an Excel workbook"):
        read_table(file(b"PK\x03\x04 but not really", name="table.csv"))


def test_a_file_of_another_kind_is_refused_with_what_would_do(file):
    with pytest.raises(FileRefused, match=r"\.pdf files cannot be read; use \.csv"):
        read_table(file(b"%PDF-1.7", name="report.pdf"))


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(FileRefused, match=r"nowhere\.csv cannot be opened: No such file"):
        read_table(tmp_path / "nowhere.csv")


def test_an_error_keeps_its_message_and_its_parts_apart_for_translation():
    error = TableError("Column %(column)s is not in the file.", column="标题")

    assert (error.message, error.params) == (
        "Column %(column)s is not in the file.",
        {"column": "标题"},
    )
    assert str(error) == "Column 标题 is not in the file."
