"""`consult import` and `consult export` as they are typed."""

import csv
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from models.suggestion import Suggestion

TABLE = "编号,内容\n1,建议增加公交班次。\n2,\n3,建议多种树。\n"


@pytest.fixture
def topic(make):
    make.suggestion(make.topic(), "别的专题")
    return make.topic(slug="parking")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "messages.csv"
    path.write_bytes(TABLE.encode("gbk"))
    return path


def facts(session, topic):
    return session.scalars(select(Suggestion.facts).filter_by(topic_id=topic.id)).all()


def test_rows_come_in_and_bad_ones_are_listed_with_a_code_of_their_own(
    command, session, topic, table
):
    result = command("import", table, "--topic", "parking", "--no-group")

    assert result.exit_code == 3
    assert "2 added, 0 known already, 1 left out." in result.output
    assert "line 3: The row has no text." in result.stderr
    assert facts(session, topic) == ["建议增加公交班次。", "建议多种树。"]


def test_the_same_file_again_adds_nothing(command, session, topic, table):
    command("import", table, "--topic", "parking", "--no-group")

    again = command("import", table, "--topic", "parking", "--no-group")

    assert "0 added, 2 known already" in again.output
    assert len(facts(session, topic)) == 2


def test_after_an_import_the_topic_is_grouped(command, session, topic, table):
    result = command("import", table, "--topic", "parking")

    assert "groups" in result.output


def test_a_column_is_given_by_hand(command, session, topic, tmp_path):
    path = tmp_path / "strange.csv"
    path.write_text("甲,乙\n希望修路灯,x\n")

    result = command("import", path, "--topic", "parking", "--map", "body=甲", "--no-group")

    assert result.exit_code == 0
    assert facts(session, topic) == ["希望修路灯"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--topic", "nowhere"], "There is no consultation called"),
        (["--topic", "parking", "--map", "body=没有"], "Column 没有 is not in the file"),
        (["--topic", "parking", "--map", "body"], "is not FIELD=COLUMN"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    command, session, topic, table, arguments, sentence
):
    result = command("import", table, *arguments)

    assert result.exit_code != 0
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert facts(session, topic) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_everything_goes_out_in_each_format(command, make, topic, tmp_path, kind):
    make.suggestion(topic, "甲")
    make.suggestion(topic, "乙")
    out = tmp_path / f"out.{kind}"

    result = command("export", "--topic", "parking", "--format", kind, "--out", out)

    assert result.exit_code == 0
    assert titles(out) == ["甲", "乙"]
    assert not list(tmp_path.glob("*.part"))


def titles(path):
    if path.suffix == ".json":
        return [row["title"] for row in json.loads(path.read_text())]
    if path.suffix == ".csv":
        return [row["title"] for row in csv.DictReader(path.open(encoding="utf-8-sig"))]
    head, *rows = load_workbook(path).active.iter_rows(values_only=True)
    return [row[head.index("title")] for row in rows]


@pytest.mark.parametrize("words", [["export"], ["import", "FILE"]])
def test_a_consultation_that_is_not_there_is_named(command, topic, table, words):
    words = [table if word == "FILE" else word for word in words]

    result = command(*words, "--topic", "parkin")

    assert result.exit_code == 1
    assert "There is no consultation called “parkin”." in result.output
