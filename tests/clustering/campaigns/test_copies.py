import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering import digest
from consult.clustering.campaigns.copies import SHORTEST, families_of, letters, near_copies

FORM = "本人是{}的业主{}，我强烈要求在小区北门外增设公交车站，方便老人和学生出行，请有关部门尽快研究答复。"
OTHERS = [
    "建议把幼儿园门口的路灯换成声控的，晚上接孩子看不清台阶，已经有两位老人摔倒过了。",
    "图书馆周一闭馆改到周三吧，周一很多上班族调休，想去看书的时候总是关着门，白跑一趟。",
    "公园里的健身器材坏了半年没有人修，螺丝都露在外面，小孩子在上面玩很危险，请派人来看看。",
    "The swimming pool should stay open until nine in the evening, since most of us work until seven.",
    "Please move the bottle bank away from the bedroom windows: glass breaks there at five every morning.",
]
NAMES = st.sampled_from(
    ["青松苑", "银杏里三期", "临江小区12栋", "望湖花园", "水岸人家", "Oak Lane"]
)
PEOPLE = st.sampled_from(["张三", "李小四", "王五一", "", "某业主"])


@given(st.lists(st.tuples(NAMES, PEOPLE), min_size=2, max_size=8))
def test_a_form_with_another_name_filled_in_is_found(blanks):
    texts = [FORM.format(*blank) for blank in blanks] + OTHERS

    found = near_copies(texts)

    assert set(found[: len(blanks)]) == {0}
    assert found[len(blanks) :] == tuple(range(len(blanks), len(texts)))


@given(st.sampled_from([FORM.format("青松苑", "张三"), *OTHERS]), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_a_copy_with_two_typing_mistakes_is_found(text, chance):
    typed = list(text)
    for at in chance.sample(range(len(typed)), 2):
        typed[at] = chance.choice("的了是ae")

    assert near_copies([text, "".join(typed)]) == (0, 0)


def test_different_requests_are_no_copies():
    assert near_copies(OTHERS) == tuple(range(len(OTHERS)))


def test_copies_that_differ_in_width_case_and_blanks_are_exact():
    assert near_copies(["Close the Ｂridge!", "", "close  the bridge"]) == (0, 1, 0)


def test_short_texts_are_copies_only_if_they_are_equal():
    assert near_copies(["支持加装电梯", "支持加装电梯吧", "支持加装电梯。"]) == (0, 1, 0)


def test_texts_without_a_word_are_nobodys_copies():
    assert near_copies(["", " ", "", "!!!", "!!!"]) == (0, 1, 2, 3, 3)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_the_same_letters_mean_the_same_digest(texts):
    for one in texts:
        for other in texts:
            if one.strip() and other.strip():
                assert (letters(one) == letters(other)) == (digest(one) == digest(other))


@given(st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_the_texts_does_not_matter(chance):
    texts = [FORM.format(place, "张三") for place in ("青松苑", "银杏里", "临江")] * 2 + OTHERS
    order = list(range(len(texts)))
    chance.shuffle(order)

    found = families_of(near_copies([texts[at] for at in order]))

    mixed = {frozenset(order[at] for at in family) for family in found}
    assert mixed == {frozenset(family) for family in families_of(near_copies(texts))}


@given(st.lists(st.text(max_size=80), max_size=10))
def test_any_text_at_all_has_a_place(texts):
    found = near_copies(texts)

    assert len(found) == len(texts)
    assert all(found[at] == at for at in found)


def test_many_copies_of_one_form_are_all_found():
    chance = random.Random(1)
    texts = [FORM.format(f"第{n}小区{chance.randrange(9)}栋", "") for n in range(3000)]

    assert set(near_copies(texts)) == {0}


def test_a_threshold_below_what_the_bands_find_is_refused():
    with pytest.raises(ValueError, match=r"between 0\.5 and 1"):
        near_copies(OTHERS, threshold=0.2)


def test_the_shortest_text_that_is_compared_has_that_many_letters():
    text = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯"
    changed = text + "辰"
    assert len(letters(text)) >= SHORTEST
    assert near_copies([text, changed]) == (0, 0)
