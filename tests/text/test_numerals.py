"""Numbers as Chinese documents write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.text.numerals import in_chinese, parse_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *(("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("一百零五", 105)),
        *(("一百一十", 110), ("一千零一十", 1010), ("二〇二六", 2026), ("１２", 12), ("两百", 200)),
    ],
)
def test_a_number_is_read_however_it_is_written(written, number):
    assert parse_number(written) == number


@given(st.integers(0, 9999))
def test_what_is_written_is_what_is_read(number):
    assert parse_number(in_chinese(number)) == number


@pytest.mark.parametrize("text", ["", "甲", "十甲", "-1"])
def test_what_is_not_a_number_is_an_error(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


def test_a_number_too_large_to_write_is_an_error():
    with pytest.raises(ValueError, match="cannot write 10000"):
        in_chinese(10_000)
