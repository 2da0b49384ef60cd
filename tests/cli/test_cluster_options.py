"""What `consult cluster` can do beyond a table in and a table out."""

import csv
import json
from pathlib import Path

import pytest
from arro3.io import read_parquet

from consult.cli.calibrate import calibrate
from consult.tables import read_table, write_parquet
from tests.cli.test_cluster import rows, run
from tests.clustering.texts import ALL


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "messages.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "body", "street", "who", "when"])
        for n, text in enumerate(ALL):
            writer.writerow([f"m{n}", text.title, text.body, n % 2, f"p{n % 3}", f"2020/1/{n + 1}"])
    return path


def grouped(table, out, *more):
    return run(table, "--text", "title,body", "--out", out, "--model", "hashing", "--quiet", *more)


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_parquet_goes_in_and_out(tmp_path):
    table, out = tmp_path / "t.parquet", tmp_path / "out.parquet"
    with table.open("wb") as stream:
        documents = [
            {"id": n, "title": text.title, "body": text.body} for n, text in enumerate(ALL)
        ]
        write_parquet(documents, ["id", "title", "body"], stream)

    assert grouped(table, out).exit_code == 0
    assert [row.values["id"] for row in read_table(out, trusted=True)] == list(
        map(str, range(len(ALL)))
    )
    kinds = {field.name: str(field.type) for field in read_parquet(out).schema}
    assert "Int64" in kinds["cluster"]
    assert "Boolean" in kinds["uncertain"]


def test_the_way_of_grouping_can_be_chosen(tmp_path):
    table = written(
        tmp_path / "wishes.csv",
        "title\n加装电梯要补贴\n老楼装电梯政府应出钱\n电梯费用负担重\n公园多种树\n降低学费\n图书馆延长开放\n",
    )

    def groups(mode):
        out = tmp_path / f"{mode}.csv"
        run(table, "--text", "title", "--out", out, "--mode", mode, "--quiet")
        return len({row["cluster"] for row in rows(out)})

    assert groups("ideas") == groups("auto") < groups("requests")
    assert run(table, "--text", "title", "--out", "-", "--mode", "other").exit_code == 2


def test_json_lines_are_written(table, tmp_path):
    out = tmp_path / "out.jsonl"
    grouped(table, out)

    first = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert first["id"] == "m0"
    assert isinstance(first["cluster"], int)


def test_a_dash_prints_the_table_and_nothing_else(table):
    result = grouped(table, "-")

    assert result.stdout.splitlines()[0] == "id,cluster,representative,similarity,uncertain"
    assert len(result.stdout.splitlines()) == 1 + len(ALL)


def test_rows_are_grouped_inside_equal_values_only(table, tmp_path):
    out = tmp_path / "out.csv"
    grouped(table, out, "--within", "street", "--threshold", "0")

    streets = {}
    for n, row in enumerate(rows(out)):
        streets.setdefault(row["cluster"], set()).add(n % 2)
    assert {len(found) for found in streets.values()} == {1}


def test_judged_pairs_are_obeyed(table, tmp_path):
    judged = written(tmp_path / "judged.csv", "a,b,relation\nm0,m11,相同\nm0,m1,not the same\n")
    out = tmp_path / "out.csv"
    result = grouped(table, out, "--constraints", judged)
    cluster = {row["id"]: row["cluster"] for row in rows(out)}

    assert result.exit_code == 0
    assert cluster["m0"] == cluster["m11"] != cluster["m1"]


def test_wrong_lines_of_judged_pairs_are_named_and_the_rest_holds(table, tmp_path):
    lines = ["甲,乙,关系", "m0,m11,同一诉求", "m0,nobody,same", "m1,m2,perhaps", "m3,m3,same"]
    judged, out = written(tmp_path / "judged.csv", "\n".join(lines)), tmp_path / "out.csv"
    result = grouped(table, out, "--constraints", judged)
    cluster = {row["id"]: row["cluster"] for row in rows(out)}

    assert result.exit_code == 3
    assert "judged.csv, line 3 is left out: there is no id nobody." in result.stderr
    assert "line 4 is left out: “perhaps” is neither same nor different." in result.stderr
    assert "line 5 is left out: m3 is compared with itself." in result.stderr
    assert cluster["m0"] == cluster["m11"]


def test_contradictions_are_told_by_their_lines(table, tmp_path):
    lines = ["a,b,relation", "m0,m9,same", "m9,m11,same", "m11,m0,different"]
    judged, out = written(tmp_path / "judged.csv", "\n".join(lines)), tmp_path / "out.csv"
    result = grouped(table, out, "--constraints", judged)

    assert result.exit_code == 3
    assert "line 4 says that m0 and m11 differ, but" in result.stderr
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr


def test_a_pair_that_within_parts_is_told(table, tmp_path):
    judged = written(tmp_path / "judged.csv", "a,b,relation\nm0,m1,same\n")
    result = grouped(table, tmp_path / "o.csv", "--constraints", judged, "--within", "street")

    assert result.exit_code == 3
    assert "Judged pairs, line 2 is left out: --within keeps the two apart." in result.stderr


@pytest.mark.parametrize(
    ("judged", "message"),
    [("a,b\nm0,m1\n", "relation is missing"), (None, "cannot be opened")],
)
def test_judged_pairs_that_are_no_table_of_pairs_are_refused(table, tmp_path, judged, message):
    path = tmp_path / "judged.csv"
    if judged:
        written(path, judged)
    result = grouped(table, tmp_path / "out.csv", "--constraints", path)

    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "out.csv").exists()


def test_a_report_is_written_beside(table, tmp_path):
    out, report = tmp_path / "out.csv", tmp_path / "report.html"
    result = grouped(table, out, "--report", report, "--user", "who", "--time", "when")
    page = report.read_text(encoding="utf-8")

    assert result.exit_code == 0
    assert str(report) in result.stderr
    assert "messages.csv 的归类结果" in page
    assert "2020-01-" in page


def test_the_language_of_the_report_can_be_chosen(table, tmp_path):
    report = tmp_path / "report.html"
    grouped(table, tmp_path / "out.csv", "--report", report, "--language", "en")

    assert "Groups in messages.csv" in report.read_text(encoding="utf-8")


def test_weights_of_ones_own_are_used(table, tmp_path, calibrated):
    out = tmp_path / "out.csv"
    result = grouped(table, out, "--weights", calibrated)

    assert result.exit_code == 0
    assert len(rows(out)) == len(ALL)


def test_weights_of_another_model_are_told(table, tmp_path, calibrated):
    result = run(
        table, "--text", "title", "--out", tmp_path / "o.csv", "--weights", calibrated, "--quiet"
    )

    assert "learnt with another model" in result.stderr


@pytest.mark.parametrize("content", ["[]", "{}", "no json", '{"weights": {"whole": 1}}'])
def test_a_file_without_weights_is_refused(table, tmp_path, content):
    path = written(tmp_path / "w.json", content)
    result = grouped(table, tmp_path / "out.csv", "--weights", path)

    assert result.exit_code == 2
    assert "holds no weights" in result.stderr


def test_a_full_disk_is_told_and_leaves_nothing_behind(table):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    result = grouped(table, "/dev/full")

    assert result.exit_code == 2 or "No space left" in result.stderr


def test_what_was_there_stays_when_writing_fails(table, tmp_path, monkeypatch):
    out = written(tmp_path / "out.csv", "before")
    (tmp_path / "out.csv.part").mkdir()  # so that the new file cannot be begun
    result = grouped(table, out)

    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert out.read_text(encoding="utf-8") == "before"


@pytest.fixture
def calibrated(table, tmp_path):
    from click.testing import CliRunner  # noqa: PLC0415

    judged = written(
        tmp_path / "pairs.csv", "a,b,relation\nm0,m1,same\nm0,m11,different\nm1,m2,same\n"
    )
    out = tmp_path / "weights.json"
    arguments = [table, "--text", "title,body", "--pairs", judged, "--out", out]
    result = CliRunner().invoke(calibrate, [*map(str, arguments), "--model", "hashing", "--quiet"])
    assert result.exit_code == 0, result.output
    return out


def test_the_subject_of_each_group_is_added(table, tmp_path):
    out = tmp_path / "out.csv"
    result = grouped(table, out, "--themes")

    assert result.exit_code == 0
    assert list(rows(out)[0])[-1] == "theme"
    assert len({row["cluster"]: row["theme"] for row in rows(out)}) == len(
        {(row["cluster"], row["theme"]) for row in rows(out)}
    )


def test_a_large_file_is_grouped_in_streams_with_the_same_result(table, tmp_path):
    out, other = tmp_path / "streamed.csv", tmp_path / "whole.csv"
    assert grouped(table, out, "--workers", "1").exit_code == 0
    grouped(table, other)

    def sets(path):
        found = {}
        for row in rows(path):
            found.setdefault(row["cluster"], set()).add(row["id"])
        return set(map(frozenset, found.values()))

    assert sets(out) == sets(other)


def test_a_streamed_result_can_be_of_any_kind(table, tmp_path):
    out = tmp_path / "out.jsonl"
    grouped(table, out, "--workers", "1", "--work", tmp_path / "run")

    first = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert isinstance(first["cluster"], int)
    assert isinstance(first["uncertain"], bool)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["messages.csv", "out.jsonl", "run"]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("t.csv", ["--work", "run", "--report", "r.html"], "--work does not go together with"),
        ("t.xlsx", ["--workers", "2"], "--workers needs a file that ends with .csv"),
    ],
)
def test_what_cannot_be_done_in_streams_is_told(tmp_path, name, options, message):
    result = run(tmp_path / name, "--text", "t", "--out", tmp_path / "o.csv", *options)

    assert result.exit_code == 2
    assert message in result.stderr
