"""`consult evaluate`."""

import json

import pytest
from click.testing import CliRunner

from consult.cli.evaluate import evaluate
from tests.clustering.texts import ALL, LAMP


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "labelled.csv"
    lines = ["id,title,group,found"]
    for n, text in enumerate(ALL):
        lines.append(f"m{n},{text.title},{'G1' if n < len(LAMP) else 'S'},{n or ''}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(evaluate, [str(one) for one in arguments])


def figures(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_texts_are_grouped_and_scored(table, tmp_path):
    out = tmp_path / "figures.json"
    result = run(table, "--gold", "group", "--text", "title", "--model", "hashing", "--out", out)

    assert result.exit_code == 0
    assert "adjusted mutual information" in result.stdout
    assert f"{len(ALL)} texts; 1 groups made by people" in result.stdout
    assert figures(out)["retrieval"]["queries"] == len(LAMP)
    assert 0 <= figures(out)["pairs"]["f1"] <= 1


def test_a_column_of_groups_is_scored_without_any_text(table, tmp_path):
    out = tmp_path / "figures.json"
    result = run(table, "--gold", "group", "--predicted", "group", "--out", out)

    assert result.exit_code == 0
    assert figures(out)["pairs"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert "retrieval" not in figures(out)


def test_the_groups_may_be_in_a_file_of_their_own(table, tmp_path):
    groups, out = tmp_path / "groups.csv", tmp_path / "figures.json"
    lines = [f"m{n},{n}" for n in range(len(ALL))]
    groups.write_text("id,cluster\n" + "\n".join(lines), encoding="utf-8")
    result = run(table, "--gold", "group", "--predicted", groups, "--out", out)

    assert result.exit_code == 0
    assert figures(out)["pairs"]["recall"] == 0
    assert figures(out)["single_kept"] == 1


def test_rows_without_a_group_in_that_file_are_told(table, tmp_path):
    groups = tmp_path / "groups.csv"
    groups.write_text("id,cluster\nm0,1\nm1,1\n", encoding="utf-8")
    result = run(table, "--gold", "group", "--predicted", groups)

    assert result.exit_code == 3
    assert f"{len(ALL) - 2} rows of the file have no group" in result.stderr
    assert "2 texts; 1 groups made by people, 1 found" in result.stdout


def test_rows_with_a_question_mark_are_not_scored(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("id,g,p\n1,A,x\n2,A,x\n3,?,x\n", encoding="utf-8")
    result = run(table, "--gold", "g", "--predicted", "p")

    assert "2 texts; 1 groups made by people, 1 found" in result.stdout
    assert "pairs                                  1.0000  1.0000  1.0000" in result.stdout


def test_mates_are_looked_for_inside_of_a_part(tmp_path):
    table, out = tmp_path / "t.csv", tmp_path / "f.json"
    texts = ["lower the rents", "lower rents", "cycle lanes", "wider cycle lanes"]
    lines = [f"{n},{text},{n // 2},{n // 2}" for n, text in enumerate(texts)]
    table.write_text("id,t,g,part\n" + "\n".join(lines), encoding="utf-8")
    run(table, "--gold", "g", "--text", "t", "--model", "hashing", "--within", "part", "--out", out)

    assert figures(out)["retrieval"]["recall@1"] == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--gold", "group"], "Name the columns of the text with --text, or --predicted."),
        (["--gold", "no", "--predicted", "found"], "has no column no; it has: id, title, group"),
        (["--gold", "group", "--predicted", "no"], "has no column no"),
        (["--gold", "group", "--predicted", "found", "--out", "no/f.json"], "does not exist"),
    ],
)
def test_a_wrong_use_is_told_in_one_sentence(table, options, message):
    result = run(table, *options)

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_file_where_nothing_is_to_be_scored_is_told(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("id,g,p\n1,?,x\n", encoding="utf-8")
    result = run(table, "--gold", "g", "--predicted", "p")

    assert result.exit_code == 2
    assert "there is nothing to score" in result.stderr
