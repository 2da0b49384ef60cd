import pytest

from consult.clustering.tokens.named import names_place
from consult.clustering.tokens.places import differ, spots
from consult.clustering.tokens.words import words


@pytest.mark.parametrize(
    "title",
    ["青松路路灯坏了", "A3区停水", "地铁2号线太挤", "反映丹枫苑小区漏水", "江南省考试报名难"],
)
def test_a_named_place_is_seen(title):
    assert names_place(words(title))


@pytest.mark.parametrize(
    "title", ["牵引绳应有长度上限", "建议提高养老金", "希望小区多种树", "", "wider lanes"]
)
def test_where_no_place_is_named_none_is_seen(title):
    assert not names_place(words(title))


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("东湖花园二期水质有问题", [("东湖花园", "二期")]),
        ("青松路路灯坏了", [("青松路", "")]),
        ("我们小区漏水", []),
        ("高速铁路和公路的收费", []),
        ("想在松苑公园打篮球", [("松苑公园", "")]),
        ("住在听桥路边上", [("听桥路", "")]),
        ("青松路街道停水", [("青松路", "")]),
        ("云松屯的路没有硬化", [("云松屯", "")]),
        ("我们村野猪毁了庄稼", []),
    ],
)
def test_roads_and_estates_are_read_from_a_title(title, names):
    assert [(spot.name, spot.part) for spot in spots(words(title))] == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("棉坊花园二期漏水", "棉坊花园三期漏水"),
        ("棉坊花园漏水", "望山花园漏水"),
        ("青松路路灯坏了", "丹枫路路灯坏了"),
    ],
)
def test_titles_that_name_other_places_differ(one, other):
    assert differ(spots(words(one)), spots(words(other))) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("富惠公寓漏水", "惠富公寓漏水"),
        ("金邻公寓漏水", "金领公寓漏水"),
        ("棉坊花园漏水", "小区漏水"),
        ("望山路望海花园漏水", "望海花园漏水"),
    ],
)
def test_swapped_or_mistaken_characters_are_no_other_place(one, other):
    assert differ(spots(words(one)), spots(words(other))) == 0.0


@pytest.mark.parametrize("title", ["地产给小区配备的学位", "拿政府的话当耳边风", "能不能建个天桥"])
def test_words_that_only_end_like_a_name_are_none(title):
    assert spots(words(title)) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("请修乌居街的路面", "请修青湖中路的路面"),
        ("玉莲234路公交太挤", "江柏234路公交太挤"),
        ("The 8 bus is late", "The 83 bus is late"),
        ("花塘雅苑没有电梯", "龙溪雅苑没有电梯"),
    ],
)
def test_other_roads_lines_and_estates_are_other_places(one, other):
    assert differ(spots(words(one)), spots(words(other))) == 1


def test_what_two_share_beside_their_own_places_may_be_no_name():
    one, other = spots(words("古泰涌有人盗采河砂")), spots(words("怀棠渠有人盗采河砂"))

    assert 0 < differ(one, other) < 1


def test_a_town_may_lie_in_a_district():
    one, other = spots(words("丰禾县楼市摇号")), spots(words("西华开发区楼市摇号"))

    assert 0 < differ(one, other) < 1
