"""Newcomers between two runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.clustering import Clusterer, Placer, encode_documents, load_encoder, placement
from tests.clustering.texts import ALL, LAMP, LIFT

ENCODER = load_encoder()
VECTORS = encode_documents(ENCODER, ALL)
LINKS = st.dictionaries(
    st.integers(0, 4), st.lists(st.floats(-9, 9), min_size=1, max_size=5), max_size=4
)


def run(positions):
    documents = [ALL[at] for at in positions]
    return Clusterer(ENCODER).cluster(documents, vectors=VECTORS[positions])


def partition(groups):
    found = {}
    for member, group in groups.items():
        found.setdefault(group, set()).add(member)
    return set(map(frozenset, found.values()))


def grown(order, base):
    placer = Placer()
    if base:
        found = run(order[:base])
        placer = Placer(threshold=found.settings["applied_threshold"])
        documents = [ALL[at] for at in order[:base]]
        placer.begin(order[:base], documents, VECTORS[order[:base]], found.labels)
    for at in order[base:]:
        placer.add(at, ALL[at], VECTORS[at])
    return placer


def test_one_good_link_is_not_enough_for_a_large_group():
    assert placement({"large": [2.0]}, {"large": 100}, 0.5).group is None
    assert placement({"large": [2.0] * 7}, {"large": 100}, 0.5).group == "large"
    assert placement({"single": [2.0]}, {"single": 1}, 0.5).group == "single"


def test_a_narrow_choice_is_uncertain():
    assert placement({"a": [0.3]}, {"a": 1}, 0.5).uncertain
    assert placement({"a": [-0.3]}, {"a": 1}, 0.5).uncertain
    assert placement({"a": [4.0], "b": [3.8]}, {"a": 1, "b": 1}, 0.5).uncertain
    assert not placement({"a": [4.0], "b": [1.0]}, {"a": 1, "b": 1}, 0.5).uncertain
    assert not placement({}, {}, 0.5).uncertain


def test_the_threshold_that_a_run_applied_is_kept():
    assert placement({"a": [1.0]}, {"a": 1}, 0.5).group == "a"
    assert placement({"a": [1.0]}, {"a": 1}, 0.9).group is None


@given(LINKS, st.sets(st.integers(0, 4)))
def test_a_forbidden_group_is_never_joined_and_none_below_the_threshold(links, forbidden):
    found = placement(links, dict.fromkeys(links, 1), 0.5, forbidden=forbidden)

    assert found.group not in forbidden
    assert found.group is None or max(links[found.group]) >= 0
    assert found.group is not None or all(max(links[key]) < 0 for key in set(links) - forbidden)


@pytest.mark.parametrize("base", [0, 4, 9])
def test_any_order_of_arrival_gives_what_a_run_gives(base):
    wanted = partition(dict(enumerate(run(list(range(len(ALL)))).labels)))
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(ALL)).tolist()
        assert partition(grown(order, base).groups) == wanted


def test_a_run_after_any_order_of_arrival_gives_exactly_the_same():
    wanted = partition(dict(enumerate(run(list(range(len(ALL)))).labels)))
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(ALL)).tolist()
        assert partition(dict(zip(order, run(order).labels, strict=True))) == wanted


def test_copies_join_their_text_and_make_the_group_no_larger():
    placer = grown([0], 0)
    for at in range(20):
        assert placer.add(f"copy {at}", LAMP[0], VECTORS[0]).group == placer.groups[0]

    found = placer.add("mate", LAMP[1], VECTORS[1])
    assert found.group == placer.groups[0]


def test_a_beginner_is_told_its_nearest():
    placer = grown([0, 1], 0)
    [vector] = encode_documents(ENCODER, [LIFT[0]])
    found = placer.add("lift", LIFT[0], vector)

    assert (found.group, found.score) == (None, 1.0)
    assert placer.groups["lift"] not in (placer.groups[0], placer.groups[1])
