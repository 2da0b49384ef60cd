"""Searching groups: by a name, by any member's title, and of common words by what stands on the group."""

import pytest

from consult.services.grouping import boards, clusters, group_search
from consult.services.grouping.boards import Wish
from consult.services.suggesting import word_index
from models.person import Role


@pytest.fixture
def topic(make):
    return make.topic()


@pytest.fixture
def group(make, topic):
    """A group of suggestions with these titles, the first its representative; by size one after another."""

    def made(*titles, name="", **facts):
        members = [make.suggestion(topic, title, **facts) for title in titles]
        cluster = make.cluster(*members)
        cluster.representative = members[0]
        if name:
            cluster.name, cluster.named_by = name, make.person()
        return cluster

    return made


@pytest.fixture
def ready(session, topic):
    """Written, and its words indexed."""

    def made():
        session.flush()
        while word_index.take_in(session, topic_id=topic.id):
            pass

    return made


@pytest.fixture
def public(session, topic, ready):
    def found(words, **wish):
        ready()
        page = clusters.public_page(session, topic, words=words, **wish)
        return [one.id for one in page.items]

    return found


@pytest.fixture
def board(session, topic, make, ready):
    analyst = make.staff(Role.ANALYST, topic.agency)

    def found(words, **wish):
        ready()
        page = boards.board(session, topic, Wish(words=words, **wish), reader=analyst)
        return [row.cluster.id for row in page.items]

    return found


@pytest.fixture(params=["a small topic", "a large one"])
def any_topic(request, monkeypatch, group):
    """In a small topic all titles are read, in a large one the index says which."""
    if request.param == "a large one":
        monkeypatch.setattr(group_search, "MOST", 3)
        group(*["无关的事"] * 5)


@pytest.fixture
def common(monkeypatch):
    """Every word is one that very many have."""
    monkeypatch.setattr(group_search, "MOST", 0)


def test_a_group_is_found_by_the_title_of_any_member_and_by_its_name(
    session, make, topic, group, public, board, any_topic
):
    lamps = group("巷子太黑", "小区路灯坏了", "晚上看不见路")
    named = group("看不见台阶", name="夜间照明与路灯")
    group("修路要快", "灯也要修")
    make.cluster(make.suggestion(make.topic(), "别处的路灯"))

    assert public("路灯") == board("路灯") == [lamps.id, named.id]
    assert public("照明 路灯") == board("路灯 照明") == [named.id]
    assert public("台阶") == [named.id]


def test_every_word_must_stand_in_one_title_capitals_or_not(group, public, any_topic):
    both = group("Bus 17路 comes late")
    group("Bus stop", "17路")

    assert public("late bus") == [both.id]
    assert public("ｂｕｓ 17路") == [both.id]


def test_what_an_author_keeps_back_finds_a_group_for_staff_alone(group, public, board, any_topic):
    kept = group("巷口的路灯", publish_text=False)
    kept.name = "№ 7"

    assert (public("路灯"), board("路灯")) == ([], [kept.id])


def test_groups_that_are_gone_are_not_found(group, public, board, clock, any_topic):
    group("路灯").retired_at = clock()

    assert public("路灯") == board("路灯") == []


@pytest.mark.parametrize("words", ["。", "%", "_", "没有这样的词"])
def test_words_that_say_nothing_find_nothing(group, public, board, any_topic, words):
    group("路灯坏了")

    assert public(words) == board(words) == []


def test_parts_of_a_word_are_found_in_a_small_topic(group, public, board):
    parking = group("Parking at the harbour")

    assert public("park") == board("harb") == [parking.id]


def test_a_common_word_finds_what_is_called_so(group, public, board, common):
    called = group("路灯坏了", "太黑", "看不见路")
    named = group("看不见台阶", "夜里", name="路灯要亮")
    group("停车", "也说路灯")
    group("楼道的路灯", publish_text=False).name = "№ 9"

    assert public("路灯") == [called.id, named.id]
    assert board("路灯")[:2] == [called.id, named.id]


def test_a_common_word_is_looked_for_no_further_than_is_said(
    session, topic, group, common, monkeypatch
):
    monkeypatch.setattr(group_search, "READ", (2, 4))
    wanted = [group("路灯", *["夜里"] * (8 - n)).id for n in range(6)]
    session.flush()

    first, late = (
        clusters.public_page(session, topic, words="路灯", page=number) for number in (1, 9)
    )

    assert [one.id for one in first.items] == wanted[:4]
    assert (first.total, first.more) == (4, True)
    assert late.items == first.items


def test_a_short_list_is_read_to_its_end(session, topic, group, common):
    wanted = [group("路灯", *["夜里"] * (25 - n)).id for n in range(25)]
    for _ in range(3):
        group("停车")
    session.flush()

    first, second = (
        clusters.public_page(session, topic, words="路灯", page=number) for number in (1, 2)
    )

    assert [one.id for one in [*first.items, *second.items]] == wanted
    assert (first.total, first.more, second.total, second.more) == (21, True, 25, False)
