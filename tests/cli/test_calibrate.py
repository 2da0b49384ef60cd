"""`consult calibrate` with a table."""

import csv
import json
from itertools import combinations

import pytest
from click.testing import CliRunner

from consult.cli.calibrate import calibrate
from tests.clustering.texts import ALL, LAMP


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "body"])
        writer.writerows([f"m{n}", text.title, text.body] for n, text in enumerate(ALL))
    return path


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "pairs.csv"
    lines = ["a,b,relation"]
    for one, other in combinations(range(len(ALL)), 2):
        lines.append(f"m{one},m{other},{'same' if other < len(LAMP) else 'different'}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(calibrate, [*map(str, arguments), "--quiet"])


def test_weights_are_learnt_and_the_curve_is_shown(table, pairs, tmp_path):
    out = tmp_path / "weights.json"
    result = run(
        table, "--text", "title,body", "--pairs", pairs, "--out", out, "--model", "hashing"
    )
    stored = json.loads(out.read_text(encoding="utf-8"))

    assert result.exit_code == 0, result.output
    assert "threshold  precision  recall      F1" in result.stdout
    assert "← best" in result.stdout
    assert stored["pairs"] == len(list(combinations(ALL, 2)))
    assert stored["encoder"]["name"]
    assert set(stored["weights"]) >= {"whole", "half", "single"}


def test_few_pairs_are_said_to_flatter(table, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("a,b,relation\nm0,m1,same\nm0,m11,different\n", encoding="utf-8")
    result = run(
        *(table, "--text", "title,body", "--pairs", pairs, "--out", tmp_path / "w.json"),
        *("--model", "hashing"),
    )

    assert result.exit_code == 0
    assert "which flatters" in result.stdout


def test_both_answers_are_needed(table, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("a,b,relation\nm0,m1,same\n", encoding="utf-8")
    result = run(table, "--text", "title", "--pairs", pairs, "--out", tmp_path / "w.json")

    assert result.exit_code == 2
    assert "Both answers are needed: there are 1 pairs that are the same and 0" in result.stderr


def test_a_pair_with_both_answers_is_left_out(table, tmp_path):
    pairs = tmp_path / "pairs.csv"
    lines = ["m0,m1,same", "m1,m0,different", "m0,m2,same", "m0,m11,different"]
    pairs.write_text("a,b,relation\n" + "\n".join(lines), encoding="utf-8")
    result = run(
        *(table, "--text", "title", "--pairs", pairs, "--out", tmp_path / "w.json"),
        *("--model", "hashing"),
    )

    assert result.exit_code == 3
    assert "1 pair has both answers and is left out." in result.stderr
    assert "2 judged pairs: 1 the same, 1 not." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name a FILE, or a consultation with --topic."),
        (["t.csv", "--topic", "x"], "Name a FILE, or a consultation with --topic."),
        (["t.csv", "--text", "title", "--out", "w.json"], "A FILE needs --pairs."),
    ],
)
def test_a_wrong_use_is_told_in_one_sentence(arguments, message):
    result = run(*arguments)

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_consultation_with_few_judgements_is_refused_with_what_is_needed(command, make):
    make.topic(slug="fees")
    result = command("calibrate", "--topic", "fees")

    assert result.exit_code == 1
    assert "There are 0 judged pairs" in result.stderr


def test_a_consultation_goes_back_to_the_shipped_weights(command, make):
    topic = make.topic(slug="fees", calibration={"made_at": "", "model": "", "weights": None})
    result = command("calibrate", "--topic", "fees", "--reset")

    assert result.exit_code == 0
    assert topic.calibration is None
