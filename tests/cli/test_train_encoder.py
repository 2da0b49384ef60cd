import json

import pytest
from click.testing import CliRunner

from consult.cli.train_encoder import train_encoder
from consult.clustering import load_encoder

PLACES = ["青松路", "白桦街", "丹枫路", "银杏苑", "云溪公园", "清水河", "城东", "南湖"]
MATTERS = ["路灯不亮", "垃圾没人清理", "停车位太少", "噪音扰民", "公交班次少", "道路破损"]


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "archive.csv"
    lines = ["title,body"]
    lines += [
        f"{place}{matter},{who}反映{place}一带{matter}，请尽快处理{who}的问题。"
        for place in PLACES
        for matter in MATTERS
        for who in ("居民", "学生", "老人", "商户", "司机")
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(train_encoder, [str(argument) for argument in arguments])


def test_a_model_is_trained_that_can_be_used_at_once(archive, tmp_path):
    out = tmp_path / "model"
    result = run("--table", archive, "--out", out, "--steps", "40", "--pieces", "1000")

    assert result.exit_code == 0, result.output
    encoder = load_encoder(str(out))
    title, body, other = encoder.encode(
        ["青松路路灯不亮", "居民反映青松路一带路灯不亮", "南湖停车位太少"]
    )
    assert title @ body > title @ other
    assert json.loads((out / "card.json").read_text())["sources"][0]["same"] == 240
    assert "240 pairs to learn from." in result.stderr
    assert "| archive | 240 | 0 |" in (out / "README.md").read_text(encoding="utf-8")


def test_the_same_archive_gives_the_same_model(archive, tmp_path):
    for name in ("a", "b"):
        run("--table", archive, "--out", tmp_path / name, "--steps", "5", "--pieces", "1000")

    first, second = (load_encoder(str(tmp_path / name)).fingerprint for name in ("a", "b"))
    assert first == second


def test_pairs_and_passages_are_read(archive, tmp_path):
    pairs, passages = tmp_path / "pairs.tsv", tmp_path / "law.tsv"
    pairs.write_text("路灯坏了\t路灯不亮\t1\n路灯坏了\t电梯坏了\t0\n只有一列\n", encoding="utf-8")
    passages.write_text("道路条例\t第一章\t第一条\t路灯应当定期检修。\n", encoding="utf-8")
    out = tmp_path / "model"
    run(
        "--table",
        archive,
        "--pairs",
        pairs,
        "--passages",
        passages,
        "--out",
        out,
        "--steps",
        "4",
        "--pieces",
        "1000",
    )

    sources = json.loads((out / "card.json").read_text())["sources"]
    assert [source["name"] for source in sources] == ["archive", "pairs", "law"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("archive.csv::title,text", "has no column text"),
        ("archive.csv::title", "name two columns"),
        ("nowhere.csv", "cannot be opened"),
    ],
)
def test_a_wrong_use_is_told_in_one_sentence(archive, tmp_path, table, message):
    result = run("--table", tmp_path / table, "--out", tmp_path / "model")

    assert result.exit_code == 2
    assert message in result.stderr


def test_too_little_to_learn_from_is_told(tmp_path):
    table = tmp_path / "few.csv"
    table.write_text("title,body\n路灯,路灯不亮\n", encoding="utf-8")
    result = run("--table", table, "--out", tmp_path / "model")

    assert result.exit_code == 2
    assert "Only 1 pairs" in result.stderr


def test_of_a_large_archive_some_texts_are_kept_back_to_measure_by(tmp_path):
    table, out = tmp_path / "large.csv", tmp_path / "model"
    lines = [
        f"{place}{matter}{n},{place}一带{matter}第{n}次"
        for place in PLACES
        for matter in MATTERS
        for n in range(15)
    ]
    table.write_text("title,body\n" + "\n".join(lines), encoding="utf-8")
    result = run("--table", table, "--out", out, "--steps", "2", "--pieces", "1000")

    assert result.exit_code == 0, result.output
    assert "texts kept back: this model" in result.stderr
    assert "- the shipped model: " in (out / "README.md").read_text(encoding="utf-8")


def test_a_place_that_is_taken_is_told_before_the_work(archive, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("")

    assert "is a file" in run("--table", archive, "--out", tmp_path / "file").stderr
    assert "holds other files" in run("--table", archive, "--out", tmp_path / "full").stderr


def test_nothing_to_learn_from_is_told(tmp_path):
    result = run("--out", tmp_path / "model")

    assert result.exit_code == 2
    assert "Name what to learn from with --table, --pairs or --passages." in result.stderr


def test_pairs_in_another_encoding_are_told(archive, tmp_path):
    pairs = tmp_path / "pairs.tsv"
    pairs.write_bytes("路灯坏了\t路灯不亮\t1\n".encode("gbk"))
    result = run("--table", archive, "--pairs", pairs, "--out", tmp_path / "model")

    assert result.exit_code == 2
    assert "is not UTF-8" in result.stderr
