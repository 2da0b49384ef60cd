"""CSV and its cousins, as they come from real offices."""

import pytest

from consult.tables import BadRow, HeaderRefused, Row, read_table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_the_encoding_is_found_by_looking(file, encoding):
    table = read_table(file("编号,标题\n7,增设公交站点\n", encoding=encoding))

    assert list(table) == [Row(2, {"编号": "7", "标题": "增设公交站点"})]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_although_the_texts_are_full_of_others(file, delimiter):
    text = f"id{delimiter}body\n1{delimiter}one, two; three\n2{delimiter}four, five | six\n"
    if delimiter in ",;|":
        text = f'id{delimiter}body\n1{delimiter}"one, two; three"\n2{delimiter}"four, five | six"\n'

    assert [row.values["body"] for row in read_table(file(text))] == [
        "one, two; three",
        "four, five | six",
    ]


def test_a_row_is_named_by_the_line_on_which_it_starts(file):
    table = read_table(file('id,body\r\n1,"first\r\n\r\nsecond"\r\n2,short\r\n'))

    assert [(row.line, row.values["body"]) for row in table] == [
        (2, "first\r\n\r\nsecond"),
        (5, "short"),
    ]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ("2", "The row has 1 cells; the header names 2 columns."),
        ("2,b,c", "The row has 3 cells; the header names 2 columns."),
        ("2,a\0b", "The row contains a NUL character."),
        ('2,"a"b', "Quotation marks inside of a cell must be doubled."),
    ],
)
def test_a_damaged_row_is_reported_and_the_others_go_in(file, damaged, reason):
    before, bad, after = read_table(file(f"id,body\n1,a\n{damaged}\n3,c\n"))

    assert (before.line, bad.line, after.line) == (2, 3, 4)
    assert isinstance(bad, BadRow)
    assert bad.reason == reason


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line(file):
    good, bad = read_table(file('id,body\n1,a\n2,"never\nclosed\n'))

    assert good.values["body"] == "a"
    assert (bad.line, bad.reason) == (3, "A quotation mark is opened in this row and not closed.")


def test_empty_rows_and_nameless_columns_at_the_edge_are_no_harm(file):
    table = read_table(file("id,body,,\n\n1,a,,\n,,,\n2,b,,\n"))

    assert table.columns == ["id", "body"]
    assert [row.values for row in table] == [{"id": "1", "body": "a"}, {"id": "2", "body": "b"}]


def test_a_file_of_one_column_is_a_table_too(file):
    assert [row.values for row in read_table(file("body\none line\n"))] == [{"body": "one line"}]


def test_a_table_can_be_walked_through_twice(file):
    table = read_table(file("id\n1\n2\n"))

    assert len(list(table)) == len(list(table)) == 2


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "The file is empty: its first row must name the columns."),
        ("id,,body", "Column number 2 has no name."),
        ("id,body,body", "Two columns are called body."),
    ],
)
def test_a_header_that_cannot_be_used_says_why(file, header, message):
    with pytest.raises(HeaderRefused) as refusal:
        read_table(file(f"{header}\n"))
    assert str(refusal.value) == message
