"""Parquet in and out."""

import io
from datetime import UTC, datetime

import pytest
from arro3.core import Array, DataType, Table
from arro3.io import read_parquet
from arro3.io import write_parquet as write

from consult.tables import BadRow, FileRefused, read_table, write_parquet


@pytest.fixture
def written(tmp_path):
    def make(rows, columns):
        path = tmp_path / "t.parquet"
        with path.open("wb") as stream:
            write_parquet(rows, columns, stream)
        return path

    return make


def test_what_is_written_is_read_again(written):
    path = written(
        [{"id": 7, "title": "路灯坏了", "share": 0.5, "sure": True}, {"id": 8, "title": None}],
        ["id", "title", "share", "sure"],
    )

    table = read_table(path, trusted=True)
    assert table.columns == ["id", "title", "share", "sure"]
    assert [row.values for row in table] == [
        {"id": "7", "title": "路灯坏了", "share": "0.5", "sure": "true"},
        {"id": "8", "title": "", "share": "", "sure": ""},
    ]


def test_numbers_keep_their_types(written):
    path = written([{"id": 7, "share": 0.5, "mixed": "a"}, {"mixed": 1}], ["id", "share", "mixed"])

    kinds = [str(field.type) for field in read_parquet(path).schema]
    assert [kind.split("<")[1].split(">")[0] for kind in kinds] == ["Int64", "Float64", "Utf8"]


def test_other_types_are_text_as_a_person_sees_it(tmp_path):
    path = tmp_path / "t.parquet"
    table = {
        "bytes": Array([b"ab"], DataType.binary()),
        "n": Array([1.0], DataType.float64()),
    }
    with path.open("wb") as stream:
        write(Table.from_pydict(table), stream)

    [row] = read_table(path, trusted=True)
    assert row.values == {"bytes": "ab", "n": "1"}


def test_many_rows_are_numbered_from_one(written):
    path = written([{"n": n} for n in range(2500)], ["n"])

    rows = list(read_table(path, trusted=True))
    assert [row.line for row in rows] == list(range(1, 2501))
    assert rows[-1].values == {"n": "2499"}


def test_a_table_is_recognised_under_any_name(written):
    path = written([{"n": 1}], ["n"])
    other = path.rename(path.with_suffix(".dat"))

    assert read_table(other, trusted=True).columns == ["n"]


def test_a_nul_character_spoils_its_row_only(written):
    good, bad = read_table(written([{"t": "a"}, {"t": "b\0"}], ["t"]), trusted=True)

    assert good.values == {"t": "a"}
    assert isinstance(bad, BadRow)


@pytest.mark.parametrize("keep", [0, 3, 11, 60, -1])
def test_a_file_cut_short_is_refused(written, keep):
    path = written([{"t": "路灯"}], ["t"])
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(FileRefused, match="not a Parquet file"):
        read_table(path, trusted=True)


def test_a_damaged_directory_is_refused(written):
    path = written([{"t": "路灯"}], ["t"])
    content = bytearray(path.read_bytes())
    content[-40:-20] = b"\xff" * 20
    path.write_bytes(content)

    with pytest.raises(FileRefused, match="not a Parquet file"):
        list(read_table(path, trusted=True))


def test_a_stranger_s_file_is_not_opened(written):
    with pytest.raises(FileRefused, match=r"\.parquet files cannot be read"):
        read_table(written([{"t": "路灯"}], ["t"]))


def test_a_moment_is_written_as_text():
    stream = io.BytesIO()
    write_parquet([{"at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC)}], ["at"], stream)

    assert stream.getvalue().startswith(b"PAR1")
