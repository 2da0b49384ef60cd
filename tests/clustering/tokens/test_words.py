import pytest

from consult.clustering.documents import clean
from consult.clustering.tokens.words import grams, spans, stems, words


def test_chinese_is_cut_into_words():
    assert words("请修复路灯") == ["请", "修复", "路灯"]


@pytest.mark.parametrize("name", ["a3区", "k8县", "17路", "2号线", "5栋"])
def test_lettered_and_numbered_places_stay_whole(name):
    assert name in words(f"反映{name}的问题")


def test_a_shortened_word_is_shown_as_it_was_written():
    assert stems("More trees")[1] == {"mor": "more", "tre": "trees"}


def test_english_words_lose_their_endings():
    assert words("trees tree; planting planted") == ["tre", "tre", "plant", "plant"]


def test_signs_are_no_words():
    assert words("!!! ……😀 \n") == []


def test_a_word_says_where_it_stands():
    text = clean("在青松路 Buses")
    assert [text[start:end] for word, start, end in spans(text) if word == "buse"] == []
    assert [text[start:end] for _, start, end in spans(text)][-1] == "buses"


def test_characters_go_in_pairs_and_latin_letters_by_threes():
    assert grams("银杏苑 bus") == ["银杏", "杏苑", "bus"]


def test_a_single_character_is_a_gram_of_its_own():
    assert grams("灯") == ["灯"]
    assert grams("") == []
