"""Matching the columns of a stranger's file with our fields."""

import pytest

from consult.tables import ColumnUnknown, map_columns

FIELDS = {"id": ["编号"], "title": ["标题", "主题"], "body": ["正文", "message"]}


@pytest.mark.parametrize(
    "name", ["Message", " MESSAGE ", "ｍｅｓｓａｇｅ", "正 文", "正文（必填）", "Body"]
)
def test_a_column_is_found_however_it_is_spelt(name):
    assert map_columns(["noise", name], FIELDS) == {"body": name}


def test_of_two_columns_that_fit_the_earlier_word_wins():
    assert map_columns(["主题", "标题"], FIELDS) == {"title": "标题"}


def test_what_is_given_goes_before_what_is_guessed():
    columns = ["编号", "标题", "主题"]

    assert map_columns(columns, FIELDS, {"title": "主题", "body": "标题"}) == {
        "id": "编号",
        "title": "主题",
        "body": "标题",
    }


def test_the_usual_headings_of_chinese_message_boards_are_known():
    columns = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]

    assert list(map_columns(columns).items()) == [
        ("id", "留言编号"),
        ("title", "留言主题"),
        ("body", "留言详情"),
        ("time", "留言时间"),
        ("user", "留言用户"),
        ("reply", "答复意见"),
        ("reply_time", "答复时间"),
    ]


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ColumnUnknown) as refusal:
        map_columns(["编号", "主题"], FIELDS, {"title": "题目"})
    assert str(refusal.value) == "Column 题目 is not in the file; it has: 编号, 主题."


def test_a_field_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(ColumnUnknown, match="no field name; there are: id, title, body"):
        map_columns(["编号"], FIELDS, {"name": "编号"})
