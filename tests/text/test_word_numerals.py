"""The kinds of numerals that Word knows."""

import pytest

from consult.text.word_numerals import write_number


@pytest.mark.parametrize(
    ("numerals", "number", "written"),
    [
        ("chineseCountingThousand", 23, "二十三"),
        ("chineseCounting", 10, "十"),
        ("upperRoman", 49, "XLIX"),
        ("lowerRoman", 4, "iv"),
        ("upperLetter", 28, "BB"),
        ("lowerLetter", 3, "c"),
        ("decimalZero", 7, "07"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircle", 21, "21"),
        ("ideographTraditional", 11, "甲"),
        ("decimal", 5, "5"),
        ("unheardOf", 5, "5"),
        ("chineseCounting", 123456, "123456"),
        ("bullet", 5, ""),
    ],
)
def test_a_number_is_written_as_word_shows_it(numerals, number, written):
    assert write_number(number, numerals) == written
