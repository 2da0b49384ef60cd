from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering import Clusterer, ClusteringError, HashingEncoder
from consult.clustering.grouping.constraints import settle

TEXTS = [
    "修路灯",
    "路灯坏了",
    "路灯坏了！",
    "加装电梯",
    "电梯补贴",
    "bus 17",
    "more trees",
    "",
    "😀",
]
COUNT = len(TEXTS)
CLUSTERERS = [Clusterer(HashingEncoder(), mode=mode) for mode in ("requests", "ideas")]
ENDS = st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(
    lambda pair: pair[0] != pair[1]
)
PAIRS = st.lists(ENDS, max_size=12)


def ordered(pairs):
    return {tuple(sorted(pair)) for pair in pairs}


def tied(pairs, first, second):
    """Whether a chain of pairs joins the two, by plain search."""
    beside = defaultdict(set)
    for one, other in pairs:
        beside[one].add(other)
        beside[other].add(one)
    found, waiting = {first}, [first]
    while waiting:
        fresh = beside[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return second in found


def set_aside(settled):
    together = {pair for each in settled.contradictions for pair in each.together}
    return together, {each.apart for each in settled.contradictions}


def test_constraints_without_conflict_hold():
    settled = settle([(1, 0)], [(2, 1)], 3)

    assert settled.together == {(0, 1)}
    assert settled.apart == {(1, 2)}
    assert settled.contradictions == ()


def test_the_chain_is_named_from_end_to_end():
    [found] = settle([(0, 1), (1, 2), (2, 3)], [(0, 3)], 4).contradictions

    assert found.apart == (0, 3)
    assert found.together == ((2, 3), (1, 2), (0, 1))
    assert "through 3 = 2 = 1 = 0" in str(found)


def test_the_shortest_chain_is_named_first():
    settled = settle([(0, 1), (1, 2), (2, 3), (1, 3)], [(0, 3)], 4)

    assert settled.contradictions[0].together == ((1, 3), (0, 1))


def test_what_has_nothing_to_do_with_a_contradiction_still_holds():
    settled = settle([(0, 1), (2, 3)], [(0, 1), (1, 2)], 4)

    assert settled.together == {(2, 3)}
    assert settled.apart == {(1, 2)}
    assert len(settled.contradictions) == 1


def test_every_way_round_is_a_contradiction():
    settled = settle([(0, 1), (1, 3), (0, 2), (2, 3)], [(0, 3)], 4)

    assert settled.together == set()
    assert [found.apart for found in settled.contradictions] == [(0, 3), (0, 3)]


def test_ties_among_others_outlive_a_contradiction_in_their_midst():
    """Five texts are all called the same; somebody says that two of them differ."""
    settled = settle(combinations(range(5), 2), [(0, 1)], 5)

    assert settled.together == {(2, 3), (2, 4), (3, 4)}


def test_what_contradicts_itself_only_through_another_contradiction_holds():
    settled = settle([(0, 1), (1, 2)], [(0, 1), (0, 2)], 3)

    assert settled.apart == {(0, 2)}
    assert settled.together == {(1, 2)}


def test_a_text_cannot_be_kept_apart_from_itself():
    with pytest.raises(ClusteringError, match="itself"):
        settle([], [(1, 1)], 2)


def test_said_twice_counts_once():
    assert settle([(0, 1), (1, 0), (0, 0)], [], 2).together == {(0, 1)}


def test_positions_out_of_an_array_are_positions():
    assert settle(np.array([[0, 1]]), np.zeros((0, 2), int), 2).together == {(0, 1)}


@pytest.mark.parametrize("pair", [(0, 2), (-1, 0), (0.5, 1), (0,), (0, 1, 2), "ab", (None, 1)])
def test_what_is_no_pair_of_positions_is_refused(pair):
    with pytest.raises(ClusteringError, match=r"positions|pairs of whole numbers"):
        settle([pair], [], 2)


def test_among_no_documents_no_pair_can_hold():
    with pytest.raises(ClusteringError, match="there are no documents"):
        settle([(0, 0)], [], 0)


@given(PAIRS, PAIRS)
def test_what_holds_agrees_with_itself(must, cannot):
    settled = settle(must, cannot, COUNT)

    assert not any(tied(settled.together, *pair) for pair in settled.apart)


@given(PAIRS, PAIRS)
def test_each_pair_holds_or_is_reported(must, cannot):
    settled = settle(must, cannot, COUNT)
    together, apart = set_aside(settled)

    assert settled.together | together == ordered(must)
    assert settled.apart | apart == ordered(cannot)
    assert not settled.together & together
    assert not settled.apart & apart


@given(PAIRS, PAIRS)
def test_what_is_reported_is_a_contradiction(must, cannot):
    for found in settle(must, cannot, COUNT).contradictions:
        assert found.apart in ordered(cannot)
        assert set(found.together) <= ordered(must)
        here = found.apart[1]
        for pair in found.together:
            assert here in pair
            here = sum(pair) - here
        assert here == found.apart[0]


@given(PAIRS, PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(must, cannot, shuffler):
    straight = settle(must, cannot, COUNT)
    for pairs in (must, cannot):
        shuffler.shuffle(pairs)

    assert settle([pair[::-1] for pair in must], cannot, COUNT) == straight


@given(PAIRS, PAIRS, st.permutations(range(COUNT)))
def test_the_numbers_of_the_texts_do_not_matter(must, cannot, place):
    def moved(pairs):
        return ordered((place[a], place[b]) for a, b in pairs)

    straight, other = settle(must, cannot, COUNT), settle(moved(must), moved(cannot), COUNT)

    assert other.together == moved(straight.together)
    assert other.apart == moved(straight.apart)


@pytest.mark.parametrize("clusterer", CLUSTERERS, ids=lambda clusterer: clusterer.mode)
@settings(max_examples=60, deadline=None)
@given(must=PAIRS, cannot=PAIRS)
def test_in_a_grouping_each_pair_holds_or_is_reported(clusterer, must, cannot):
    grouping = clusterer.cluster(TEXTS, must_link=must, cannot_link=cannot)
    together, apart = set_aside(grouping)

    labels = grouping.labels
    assert all(labels[a] == labels[b] for a, b in ordered(must) - together)
    assert all(labels[a] != labels[b] for a, b in ordered(cannot) - apart)


@pytest.mark.parametrize("clusterer", CLUSTERERS, ids=lambda clusterer: clusterer.mode)
@settings(max_examples=40, deadline=None)
@given(must=PAIRS, cannot=PAIRS, place=st.permutations(range(COUNT)))
def test_a_grouping_under_constraints_is_the_same_in_any_order(clusterer, must, cannot, place):
    texts = [""] * COUNT
    for at, text in zip(place, TEXTS, strict=True):
        texts[at] = text

    straight = clusterer.cluster(TEXTS, must_link=must, cannot_link=cannot)
    other = clusterer.cluster(
        texts,
        must_link=[(place[a], place[b]) for a, b in must],
        cannot_link=[(place[a], place[b]) for a, b in cannot],
    )

    wanted = {frozenset(place[at] for at in group.members) for group in straight}
    assert {frozenset(group.members) for group in other} == wanted


def test_a_hundred_thousand_pairs_are_settled():
    """A star of 50,000, its points said to differ in turn: slow ways take hours for it."""
    star = [(0, at) for at in range(1, 50_001)]
    ring = [(at, at + 1) for at in range(1, 50_000)]

    settled = settle(star, ring, 50_001)

    assert settled.together == settled.apart == set()
    assert len(settled.contradictions) == 49_999
