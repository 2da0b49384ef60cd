"""Lines that are longer than any memory should hold."""

import csv
import io
import tracemalloc

import pytest

from consult.tables import BadRow, read_table
from consult.tables.lines import LONGEST, lines


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_of_a_line_that_is_too_long_the_beginning_is_given_and_the_next_comes_whole(end):
    text = f"甲{end}{'长' * (3 * LONGEST + 5)}{end}乙{end}"

    found = list(lines(io.StringIO(text, newline="")))

    assert [len(line) for line in found] == [1 + len(end), LONGEST, 1 + len(end)]


@pytest.mark.parametrize(
    ("name", "head", "row", "other"),
    [
        ("t.csv", "内容\n", "{}\n", "好\n"),
        ("t.csv", "内容\n", '"{}"\n', "好\n"),
        ("t.jsonl", "", '{{"内容": "{}"}}\n', '{"内容": "好"}\n'),
    ],
)
def test_a_cell_of_sixty_megabytes_spoils_its_row_only_and_takes_little_memory(
    tmp_path, name, head, row, other
):
    csv.field_size_limit(10_000_000)  # as another part of the process may have left it
    path = tmp_path / name
    path.write_text(head + other + row.format("长" * 20_000_000) + other, encoding="utf-8")
    table = read_table(path)

    tracemalloc.start()
    found = list(table)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [isinstance(one, BadRow) for one in found] == [False, True, False]
    assert most < 30 << 20
