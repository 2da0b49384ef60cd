"""Text as it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.text.normalise import clip, tidy, tidy_line


def test_blanks_are_joined_and_paragraphs_are_kept():
    text = "\u3000\u3000第一段\t 有  空格 \r\n\r\n\r\n\n第二段\n第三行 \n"

    assert tidy(text) == "第一段 有 空格\n\n第二段\n第三行"


def test_what_cannot_be_seen_is_dropped():
    assert tidy("甲\0乙\x1b丙\ud800丁\u202e戊\ufeff己\u200b庚") == "甲乙丙丁戊己庚"


def test_a_family_of_emoji_stays_together():
    assert tidy("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


def test_a_title_fits_on_one_line():
    assert tidy_line(" 增设\n 路灯\t的建议 ") == "增设 路灯 的建议"


@given(st.text(st.characters()))
def test_tidying_twice_changes_nothing_and_the_result_can_be_stored(text):
    once = tidy(text)

    assert tidy(once) == once
    assert "\0" not in once
    assert once.encode().decode() == once


@pytest.mark.parametrize(
    ("text", "length", "clipped"),
    [
        ("一二三", 3, "一二三"),
        ("一二三四", 3, "一二…"),
        ("一 二三", 3, "一…"),
        ("ab", 1, "…"),
        ("ab", 0, ""),
    ],
)
def test_a_text_is_cut_to_its_length(text, length, clipped):
    assert clip(text, length) == clipped


def test_a_letter_is_not_cut_from_its_accent():
    assert clip("aabe\u0301cd", 5) == "aab…"
