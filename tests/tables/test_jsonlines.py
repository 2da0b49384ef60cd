"""JSON Lines."""

import pytest

from consult.tables import BadRow, HeaderRefused, Row, read_table


def test_the_columns_are_the_keys_of_all_lines(file):
    path = file('{"id": 1, "body": "a"}\n\n{"id": 2.0, "tags": ["x", "y"]}\n', "t.jsonl")

    assert list(read_table(path)) == [
        Row(1, {"id": "1", "body": "a", "tags": ""}),
        Row(3, {"id": "2", "body": "", "tags": '["x", "y"]'}),
    ]


@pytest.mark.parametrize(
    "damaged", ["{", "[1]", '{"id": "\\u0000"}', '{"id": "\\ud800"}', "[" * 9999]
)
def test_a_damaged_line_is_reported_and_the_others_go_in(file, damaged):
    first, bad, last = read_table(file(f'{{"id": 1}}\n{damaged}\n{{"id": 3}}\n', "t.jsonl"))

    assert (first.values["id"], last.values["id"]) == ("1", "3")
    assert isinstance(bad, BadRow)
    assert bad.line == 2


def test_a_file_without_any_object_is_refused(file):
    with pytest.raises(HeaderRefused, match="No line"):
        read_table(file("1\n2\n", "t.jsonl"))
