"""Plain shapes, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.text.folding import fold


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("１３８", "138"),
        ("٣", "3"),
        ("Ａ：ｂ", "A:b"),
        ("1\u200b2", "12"),
        ("①2", "①2"),
        ("一—二", "一-二"),
    ],
)
def test_a_text_is_brought_into_plain_shape(text, plain):
    assert fold(text).text == plain


@given(st.text())
def test_every_place_leads_back_to_the_original(text):
    folded = fold(text)

    assert len(folded.text) == len(folded.origins)
    assert list(folded.origins) == sorted(set(folded.origins))
