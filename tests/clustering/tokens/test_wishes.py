"""What a title wants: more or less, allowed or forbidden."""

import pytest

from consult.clustering.tokens.wishes import wish_of
from consult.clustering.tokens.words import words


@pytest.mark.parametrize(
    ("title", "opposite"),
    [
        ("允许小区养狗", "禁止小区养狗"),
        ("延长图书馆开放时间", "缩短图书馆开放时间"),
        ("不要取消十五路公交", "建议取消十五路公交"),
        ("反对提高停车费", "建议提高停车费"),
        ("恢复河边路限行", "取消河边路限行"),
        ("more buses at night", "fewer buses at night"),
        ("Ban plastic bags", "Do not ban plastic bags"),
        ("keep the old market open", "close the old market"),
    ],
)
def test_opposite_titles_want_opposite_things(title, opposite):
    assert wish_of(words(title)) * wish_of(words(opposite)) == -1


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("反对提高停车费", "降低停车费"),
        ("不要取消夜班车", "保留夜班车"),
        ("allow dogs in parks", "do not ban dogs in parks"),
    ],
)
def test_the_same_wish_in_other_words_is_no_opposite(title, other):
    assert wish_of(words(title)) * wish_of(words(other)) == 1


@pytest.mark.parametrize("title", ["", "公交车太少", "路灯坏了", "the lamps are broken", "??"])
def test_a_title_that_only_tells_what_is_wrong_wants_neither(title):
    assert wish_of(words(title)) == 0


def test_a_long_text_wants_many_things():
    assert wish_of(words("增加" + "公交班次和停车位" * 20)) == 0


def test_a_long_sentence_in_latin_script_argues():
    argued = "people should not be made to pay more for what the state can not offer them"

    assert wish_of(argued.split()) == 0
