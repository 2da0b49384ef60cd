import csv

import pytest
from click.testing import CliRunner

from consult.cli.cluster import cluster
from tests.clustering.texts import ALL, LAMP


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "messages.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "body"])
        writer.writerows((f"m{n}", text.title, text.body) for n, text in enumerate(ALL))
    return path


def run(*arguments):
    return CliRunner().invoke(cluster, [str(argument) for argument in arguments])


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_row_is_told_its_group(table, tmp_path):
    out = tmp_path / "groups.csv"
    result = run(table, "--text", "title,body", "--id", "id", "--out", out)

    assert result.exit_code == 0
    assert [row["id"] for row in rows(out)] == [f"m{n}" for n in range(len(ALL))]
    assert list(rows(out)[0]) == ["id", "cluster", "representative", "similarity", "uncertain"]
    assert len({row["cluster"] for row in rows(out)[: len(LAMP)]}) == 1
    assert "12 texts: 3 groups, 5 alone." in result.stderr


def test_a_text_that_stands_alone_represents_itself(table, tmp_path):
    out = tmp_path / "groups.csv"
    run(table, "--text", "title,body", "--out", out)
    last = rows(out)[-1]

    assert (last["representative"], last["similarity"]) == ("m11", "1")
    assert [row["cluster"] for row in rows(out)].count(last["cluster"]) == 1


def test_the_representative_is_one_of_the_group(table, tmp_path):
    out = tmp_path / "groups.csv"
    run(table, "--text", "title,body", "--id", "id", "--out", out)
    group_of = {row["id"]: row["cluster"] for row in rows(out)}

    assert all(group_of[row["representative"]] == row["cluster"] for row in rows(out))


def test_a_threshold_is_obeyed(table, tmp_path):
    out = tmp_path / "groups.csv"
    run(table, "--text", "title,body", "--out", out, "--threshold", "1")

    assert len({row["cluster"] for row in rows(out)}) == len(ALL)


def test_one_column_is_enough_and_rows_are_numbered_without_an_id(tmp_path):
    table, out = tmp_path / "ideas.csv", tmp_path / "out.csv"
    table.write_text("idea\n请修路灯\n请修路灯！\n加装电梯\n", encoding="gbk")
    run(table, "--text", "idea", "--out", out, "--model", "hashing")

    assert [row["id"] for row in rows(out)] == ["1", "2", "3"]
    assert rows(out)[0]["cluster"] == rows(out)[1]["cluster"] != rows(out)[2]["cluster"]


def test_rows_without_a_text_stay_alone(tmp_path):
    table, out = tmp_path / "ideas.csv", tmp_path / "out.csv"
    table.write_text("id,title\n1,\n2,NaN\n3,  \n4,请修路灯\n", encoding="utf-8")
    result = run(table, "--text", "title", "--out", out, "--model", "hashing")

    assert result.exit_code == 0
    assert len({row["cluster"] for row in rows(out)}) == 4


def test_repeated_ids_are_reported_and_kept(tmp_path):
    table, out = tmp_path / "ideas.csv", tmp_path / "out.csv"
    table.write_text("id,title\n7,修路灯\n7,装电梯\n8,修路\n", encoding="utf-8")
    result = run(table, "--text", "title", "--id", "id", "--out", out, "--model", "hashing")

    assert "1 id is there more than once: 7." in result.stderr
    assert [row["id"] for row in rows(out)] == ["7", "7", "8"]


def test_a_damaged_row_is_named_and_the_rest_goes_on(tmp_path):
    table, out = tmp_path / "ideas.csv", tmp_path / "out.csv"
    table.write_text("id,title\n1,修路灯\n2\n3,装电梯\n", encoding="utf-8")
    result = run(table, "--text", "title", "--id", "id", "--out", out, "--model", "hashing")

    assert "Line 3 is left out" in result.stderr
    assert [row["id"] for row in rows(out)] == ["1", "3"]
    assert result.exit_code == 3


@pytest.mark.parametrize("suffix", [".xlsx", ".json"])
def test_other_formats_can_be_asked_for(table, tmp_path, suffix):
    out = tmp_path / f"groups{suffix}"
    result = run(table, "--text", "title,body", "--out", out, "--model", "hashing")

    assert result.exit_code == 0
    assert out.stat().st_size > 100


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("id,title\n", ["--text", "title"], "has no rows"),
        ("", ["--text", "title"], "empty"),
        ("id,title\n1,修路灯\n", ["--text", "body"], "has no column body; it has: id, title."),
        ("id,title\n1,修路灯\n", ["--text", "title", "--id", "no"], "has no column no"),
        ("id,title\n1,修路灯\n", ["--text", " , "], "Name at least one column"),
        ("id,title\n1,修路灯\n", ["--text", "title", "--model", "/nowhere"], "cannot be loaded"),
    ],
)
def test_a_wrong_use_is_told_in_one_sentence(tmp_path, content, options, message):
    table, out = tmp_path / "t.csv", tmp_path / "out.csv"
    table.write_text(content, encoding="utf-8")
    result = run(table, *options, "--out", out, "--quiet")

    assert result.exit_code == 2
    assert message in result.stderr
    assert not out.exists()


def test_a_missing_file_is_told(tmp_path):
    result = run(tmp_path / "no.csv", "--text", "title", "--out", tmp_path / "out.csv")

    assert result.exit_code == 2
    assert "no.csv" in result.stderr


@pytest.mark.parametrize("out", ["out.docx", "nowhere/out.csv"])
def test_a_place_that_cannot_be_written_is_told_before_the_work(table, tmp_path, out):
    result = run(table, "--text", "title,body", "--out", tmp_path / out)

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")


def test_quiet_shows_no_bar(table, tmp_path):
    out = tmp_path / "groups.csv"
    result = run(table, "--text", "title,body", "--out", out, "--quiet")

    assert result.exit_code == 0
    assert "encoding" not in result.stderr
    assert len(rows(out)) == len(ALL)
