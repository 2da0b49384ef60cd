import pytest

from consult.clustering.places import names_place
from consult.clustering.words import words


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
