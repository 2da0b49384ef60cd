"""Traditional and simplified characters are two spellings of one request."""

import pytest

from consult.clustering import Clusterer, Document, explain, load_encoder
from consult.clustering.characters import simplified


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("請修復青松路的路燈", "请修复青松路的路灯"),
        ("皇后大道後面", "皇后大道后面"),
        ("Repair the lamps", "Repair the lamps"),
        ("", ""),
        ("\ud800燈", "\ud800灯"),
    ],
)
def test_traditional_characters_are_read_as_simplified_ones(written, read):
    assert simplified(written) == read


def test_both_spellings_of_a_request_are_one_group_and_another_road_is_not():
    texts = [
        Document("請修復青松路的路燈", "晚上一片漆黑，老人和孩子不敢出門。"),
        Document("请修复青松路的路灯", "晚上一片漆黑，老人和孩子不敢出门。"),
        Document("請修復丹楓路的路燈", "晚上一片漆黑，老人和孩子不敢出門。"),
    ]
    labels = Clusterer(load_encoder()).cluster(texts).labels

    assert labels[0] == labels[1] != labels[2]


def test_places_written_in_both_ways_are_one_place():
    found = explain("東湖花園二期漏水", "东湖花园二期漏水", load_encoder())

    assert not found.places_first
    assert not found.places_second
    assert found.score > 0.9
