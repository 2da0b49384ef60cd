import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering import Document, WrongVectors, encode_documents, load_encoder
from consult.clustering.themes.finding import find_themes, middles, spoken
from consult.clustering.themes.naming import names
from consult.clustering.themes.phrases import phrases

SUBJECTS = {
    "lift": ["加装电梯", "电梯补贴", "电梯噪声", "旧楼加装电梯的费用", "电梯维保"],
    "dogs": ["遛狗牵引绳", "禁养犬只", "遛狗时间", "流浪犬捕捉", "牵引绳长度"],
    "bus": ["公交车班次", "公交站台雨棚", "公交车末班时间", "公交线路延长", "公交车换乘"],
    "cycle": [
        "cycle lanes on bridges",
        "wider cycle lanes",
        "cycle lanes at school",
        "paint the cycle lanes",
        "cycle lanes",
    ],
}
ENDS = ["", "的问题", "，请改进", "，怎么办", "，盼回复"]


def requests():
    return [
        (subject, Document(f"{matter}{end}"))
        for subject, matters in SUBJECTS.items()
        for matter in matters
        for end in ENDS
    ]


def themes_of(texts):
    return find_themes(texts, encode_documents(load_encoder(), texts))


@pytest.fixture(scope="module")
def found():
    return themes_of([text for _subject, text in requests()])


def test_a_theme_holds_one_subject(found):
    subjects = [subject for subject, _text in requests()]

    mixed = [theme for theme in found if len({subjects[at] for at in theme.groups}) > 1]

    assert sum(map(len, mixed)) <= 0.1 * len(subjects)


def test_every_group_is_in_one_theme_or_with_the_others(found):
    everyone = sorted([at for theme in found for at in theme.groups] + list(found.others))

    assert everyone == list(range(len(requests())))
    for place, theme in enumerate(found):
        assert all(found.labels[at] == place for at in theme.groups)
    assert all(found.labels[at] == -1 for at in found.others)


def test_names_are_the_words_of_the_subject_and_all_different(found):
    subjects = [subject for subject, _text in requests()]
    words = {"lift": "电梯", "dogs": ("狗", "犬", "牵引绳"), "bus": "公交", "cycle": "ycle"}

    for theme in found:
        own = words[subjects[theme.groups[0]]]
        assert any(word in theme.name for word in ((own,) if isinstance(own, str) else own))
    assert len({theme.name for theme in found}) == len(found)


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_groups_does_not_matter(chance):
    texts = [text for _subject, text in requests()]
    order = list(range(len(texts)))
    chance.shuffle(order)

    mixed = themes_of([texts[at] for at in order])

    back = [(theme.name, tuple(texts[order[at]].title for at in theme.groups)) for theme in mixed]
    straight = themes_of(texts)
    assert back == [
        (theme.name, tuple(texts[at].title for at in theme.groups)) for theme in straight
    ]


@pytest.mark.parametrize(
    ("count", "least", "most"), [(0, 0, 0), (1, 1, 1), (5, 1, 1), (100, 3, 15)]
)
def test_the_number_of_themes_keeps_within_bounds(count, least, most):
    texts = [text for _subject, text in requests()][:count]

    assert least <= len(themes_of(texts)) <= most


def test_many_groups_are_gathered_into_cells_first():
    chance = random.Random(2)
    centres = np.random.default_rng(0).standard_normal((30, 64))
    topics = [chance.randrange(30) for _ in range(4000)]
    vectors = np.stack([centres[one] for one in topics]) * 2
    vectors += np.random.default_rng(1).standard_normal(vectors.shape)
    texts = [Document(f"matter{one} number{at}") for at, one in enumerate(topics)]

    themes = find_themes(texts, vectors)

    agreed = sum(
        max(np.bincount([topics[at] for at in theme.groups], minlength=1)) for theme in themes
    )
    assert agreed >= 0.95 * len(texts)
    assert 15 <= len(themes) <= 80


def test_vectors_of_another_number_are_refused():
    with pytest.raises(WrongVectors):
        find_themes(["a", "b"], np.ones((3, 4)))


def test_a_phrase_is_kept_whole():
    title, _body = phrases(Document("老旧小区加装电梯的补贴"))

    assert "加装电梯" in {one.written for one in title}


def test_a_sign_parts_a_phrase():
    title, _body = phrases(Document("加装、电梯"))

    assert "加装电梯" not in {one.written for one in title}


def test_acts_of_asking_and_function_words_name_nothing():
    title, _body = phrases(Document("建议希望请求解决问题 because we should not have been there"))

    assert title == set()


def test_a_place_of_one_group_does_not_name_a_theme():
    texts = [
        Document("青松路小学门口停车难"),
        Document("医院门口停车难"),
        Document("菜场门口停车难"),
    ]

    [name] = names(texts, [[0, 1, 2]])

    assert "停车" in name.text
    assert "青松" not in name.text


def test_equal_names_are_told_apart():
    texts = [Document("停车难"), Document("停车难")] * 2

    told = names(texts, [[0, 1], [2, 3]])

    assert told[0].text != told[1].text


def test_a_group_speaks_by_its_most_typical_member_and_the_titles_of_the_next():
    texts = [Document("a", "one"), Document("b", "two"), Document("c", "three")]

    assert spoken([[2, 0]], texts) == [Document("c\na", "three")]


def test_the_middle_of_a_group_is_a_unit_vector():
    vectors = np.eye(3, dtype=np.float32)

    middle = middles([[0, 1], [2]], vectors)

    assert np.linalg.norm(middle, axis=1) == pytest.approx([1, 1])


def test_the_largest_theme_comes_first(found):
    sizes = [len(theme) for theme in found]

    assert all(one >= other for one, other in pairwise(sizes))
