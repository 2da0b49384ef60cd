"""Searching by words: what stands in the public's words is found, however long the list, and no more."""

import random

import pytest
from sqlalchemy import func, select

from consult.services.suggesting import suggestion_lists, word_index, word_search
from consult.services.suggesting.suggestion_lists import Sort
from models.search import Awaiting, Work
from models.suggestion import SuggestionStatus

WORDS = ["路灯", "停车", "电梯", "公园", "bus", "17路", "噪音", "绿化"]


@pytest.fixture
def topic(make):
    return make.topic()


@pytest.fixture
def index_first(monkeypatch):
    """Nothing is found by reading the list alone."""
    monkeypatch.setattr(word_search, "FIRST", 0)


@pytest.fixture
def index(session):
    def take_in():
        for number in word_index.waiting(session):
            while word_index.take_in(session, topic_id=number, limit=2):
                pass

    return take_in


def titles(session, topic, words, **wish):
    found = suggestion_lists.public(session, topic=topic, words=words, **wish)
    return [one.title for one in found.items]


def test_two_signs_find_by_the_index_with_and_without_its_turn(
    session, make, topic, index_first, index
):
    make.suggestion(topic, "小区路灯坏了", facts="很黑")
    make.suggestion(topic, "修路要快", facts="灯也要修")
    make.suggestion(make.topic(), "别处的路灯")

    assert titles(session, topic, "路灯") == ["小区路灯坏了"]
    index()
    assert titles(session, topic, "路灯") == ["小区路灯坏了"]
    assert titles(session, topic, "灯") == ["修路要快", "小区路灯坏了"]


def test_pairs_that_stand_apart_are_no_word(session, make, topic, index_first, index):
    make.suggestion(topic, "停车场", facts="车位不够")
    make.suggestion(topic, "停车位少", facts="-")
    index()

    assert titles(session, topic, "停车位") == ["停车位少"]


def test_latin_words_are_found_whole_in_any_case_and_width(
    session, make, topic, index_first, index
):
    make.suggestion(topic, "Night BUS 17路", facts="-")
    make.suggestion(topic, "Business hours", facts="-")
    index()

    assert titles(session, topic, "bus") == ["Night BUS 17路"]
    assert titles(session, topic, "ｂｕｓ 17") == ["Night BUS 17路"]


def test_an_edit_and_a_withdrawal_change_what_is_found(session, make, topic, index_first, index):
    one, other = make.suggestion(topic, "修路灯"), make.suggestion(topic, "装路灯")
    index()
    one.public_title = one.title = "加电梯"
    other.status = SuggestionStatus.WITHDRAWN
    session.flush()

    assert titles(session, topic, "路灯") == []
    assert titles(session, topic, "电梯") == ["加电梯"]
    index()
    assert titles(session, topic, "电梯") == ["加电梯"]


def test_masked_words_are_not_found(session, make, topic, index_first, index):
    make.suggestion(topic, "找 13812345678", public_title="找 138****5678")
    index()

    assert titles(session, topic, "13812345678") == []


def test_signs_alone_find_nothing(session, make, topic):
    make.suggestion(topic, "路灯，坏了！")

    assert titles(session, topic, "，") == []


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize(("first", "most"), [(400, 3000), (0, 3000), (5, 3), (3, 1), (0, 0)])
def test_whichever_way_is_taken_the_page_is_the_same(
    session, make, topic, index, monkeypatch, sort, first, most
):
    chance = random.Random(7)
    for number in range(40):
        words = "、".join(chance.sample(WORDS, 3))
        make.suggestion(topic, f"{number} {words}", facts="-", support_count=number % 7)
    make.suggestion(topic, "路灯 hidden", publish_text=False)
    index()
    monkeypatch.setattr(word_search, "FIRST", first)
    monkeypatch.setattr(word_search, "MOST", most or 3000)
    if not most:
        monkeypatch.setattr(word_search, "FURTHER", 1)
    everyone = titles(session, topic, "", sort=sort, size=100)

    for word in ["路灯", "bus", "路灯 停车", "17路"]:
        expected = [one for one in everyone if all(part in one for part in word.split())]
        assert titles(session, topic, word, sort=sort, size=2) == expected[:2]


def test_a_page_says_how_many_there_are_or_that_there_are_more(
    session, make, topic, index, monkeypatch
):
    for _ in range(9):
        make.suggestion(topic, "修路灯")
    index()
    monkeypatch.setattr(word_search, "FIRST", 3)

    exact = suggestion_lists.public(session, topic=topic, words="路灯", page=3, size=4)
    assert (exact.total, exact.more, len(exact.items)) == (9, False, 1)
    monkeypatch.setattr(word_search, "MOST", 8)
    many = suggestion_lists.public(session, topic=topic, words="路灯", page=2, size=4)
    assert (many.total, many.more, len(many.items)) == (8, True, 4)


def test_the_index_is_filled_once_and_then_waits(session, make, topic, index):
    make.suggestion(topic)
    index()

    waiting = select(func.count()).where(Awaiting.work == Work.WORDS)
    assert session.scalar(waiting) == 0
    assert word_index.take_in(session, topic_id=topic.id) == 0
