import numpy as np
import pytest

from consult.clustering.grouping.linkage import UNSEEN, Linkage
from consult.clustering.grouping.merging import Merging
from consult.clustering.grouping.rounds import merge_in_rounds

REACH = 0.4


def blocks(count, size, seed):
    """Links of blocks of documents, strong inside and weak between, some missing."""
    chance = np.random.default_rng(seed)
    first, second = np.triu_indices(count * size, 1)
    inside = first // size == second // size
    odds = np.where(inside, chance.normal(4, 1, len(first)), chance.normal(-4, 1, len(first)))
    kept = np.where(inside, chance.random(len(first)) < 0.9, chance.random(len(first)) < 0.2)
    return np.stack([first, second], axis=1)[kept], odds[kept].astype(np.float32)


def sets(labels):
    found = {}
    for member, label in enumerate(labels):
        found.setdefault(int(label), set()).add(member)
    return set(map(frozenset, found.values()))


def stepwise(count, pairs, odds, limit):
    linkage = Linkage(count, pairs, odds, together=(), apart=(), reach=REACH)
    return linkage.merge_down_to(limit)


@pytest.mark.parametrize("seed", range(5))
def test_rounds_find_the_groups_that_single_steps_find(seed):
    pairs, odds = blocks(8, 6, seed)
    found = merge_in_rounds(48, pairs, odds, 0.0, REACH)

    assert sets(found) == sets(stepwise(48, pairs, odds, 0.0))
    assert all(found[found] == found)


def test_few_opposed_links_keep_two_groups_apart_in_rounds_too():
    pairs = np.array([(0, 1), (2, 3), (1, 2), (0, 3)])
    odds = np.array([6, 6, 2, -20], np.float32)

    assert sets(merge_in_rounds(4, pairs, odds, 0.0, REACH)) == {
        frozenset({0, 1}),
        frozenset({2, 3}),
    }


def test_equal_links_are_taken_in_the_order_of_the_documents():
    pairs = np.array([(0, 1), (1, 2), (2, 3)])
    odds = np.full(3, 1.0, np.float32)

    assert sets(merge_in_rounds(4, pairs, odds, UNSEEN / 8, REACH)) == sets(
        stepwise(4, pairs, odds, UNSEEN / 8)
    )


def test_a_large_part_goes_in_rounds_and_a_ruled_one_step_by_step(monkeypatch):
    monkeypatch.setattr("consult.clustering.grouping.merging.MANY", 5)
    pairs, odds = blocks(8, 6, 7)
    labels = Merging(0.0, REACH).labels(48, pairs, odds)
    ruled = Merging(0.0, REACH).labels(48, pairs, odds, apart={(0, 1)})

    assert sets(labels) == sets(stepwise(48, pairs, odds, 0.0))
    assert ruled[0] != ruled[1]


@pytest.mark.parametrize("seed", range(5))
def test_what_people_said_holds_in_rounds_as_step_by_step(seed):
    pairs, odds = blocks(8, 6, seed)
    together, apart = [(0, 6), (6, 13), (30, 31)], [(0, 24), (36, 37)]
    found = merge_in_rounds(48, pairs, odds, 0.0, REACH, np.array(together), np.array(apart))
    linkage = Linkage(48, pairs, odds, together=together, apart=apart, reach=REACH)

    assert sets(found) == sets(linkage.merge_down_to(0.0))
    assert all(found[a] == found[b] for a, b in together)
    assert all(found[a] != found[b] for a, b in apart)
