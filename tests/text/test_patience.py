"""Text that was made to be slow is read as fast as any other: in well under a second each."""

import time

import pytest

from consult.services.consultations.topic_briefs import LONGEST_EXPLANATION
from consult.text.clauses import split_into_clauses
from consult.text.markup import render_markdown
from consult.text.normalise import tidy
from consult.text.personal_data import find_personal_data, mask
from consult.text.recognisers import RECOGNISERS

LONG = 100_000
#: Several times what it takes on a busy machine, and a thousandth of what it took before.
SECONDS = 3.0
WORDS = ["微信", "加我微信", "护照", "passport", "qq号", "扣扣", "身份证号", "电话", "卡号", "vx:"]
SEEDS = ["1", "13", "0", "a", "a.", "@", "-", "1-", "1 ", "京A", "1号", "a_", "+86", "(010)", "４"]
LINES = [
    "\n",
    "第一条\n",
    "\n#",
    "\n- ",
    "（一）",
    "一、",
    "1.1.",
    "[",
    "![",
    "*",
    "_",
    "<",
    "&",
    "`",
]


def seconds(work, text):
    start = time.process_time()
    work(text)
    return time.process_time() - start


@pytest.mark.parametrize("blank", [" ", "\n", "\u3000", " \u200d"])
@pytest.mark.parametrize("word", WORDS)
def test_blanks_behind_a_word_that_announces_a_number_are_passed_over(word, blank):
    assert seconds(find_personal_data, word + blank * LONG) < SECONDS


@pytest.mark.parametrize("seed", SEEDS)
def test_endless_beginnings_of_numbers_are_passed_over(seed):
    assert seconds(find_personal_data, seed * (LONG // len(seed)) + "!") < SECONDS


@pytest.mark.parametrize("line", LINES)
def test_endless_beginnings_of_lines_are_read(line):
    assert seconds(split_into_clauses, line * (LONG // len(line))) < SECONDS
    assert seconds(render_markdown, line * (LONGEST_EXPLANATION // len(line))) < SECONDS


def test_joiners_between_blanks_do_not_help_to_hide_a_number():
    facts = tidy("微信" + " \u200d" * 3 + "abc12345")

    assert "abc12345" not in mask(facts)


def test_every_pattern_bounds_its_blanks():
    unbounded = [one.kind for one in RECOGNISERS if r"\s*" in one.pattern.pattern]

    assert unbounded == []
