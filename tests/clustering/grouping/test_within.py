"""Grouping inside the parts of a collection."""

import pytest

from consult.clustering import Clusterer, HashingEncoder
from consult.clustering.grouping.within import cluster_within
from tests.clustering.texts import ALL

CLUSTERER = Clusterer(HashingEncoder())


def sets(grouping):
    return {frozenset(group.members) for group in grouping}


def test_each_part_is_grouped_as_it_would_be_alone():
    keys = ["a", "b"] * (len(ALL) // 2)
    joined = cluster_within(CLUSTERER, ALL, keys)

    for key in "ab":
        places = [place for place, one in enumerate(keys) if one == key]
        alone = CLUSTERER.cluster([ALL[place] for place in places])
        moved = {frozenset(places[at] for at in group.members) for group in alone}
        assert moved <= sets(joined)
    assert sorted(at for group in joined for at in group.members) == list(range(len(ALL)))


def test_labels_neighbours_and_sizes_are_those_of_the_whole():
    joined = cluster_within(CLUSTERER, ALL, [n % 2 for n in range(len(ALL))])

    for at, group in enumerate(joined):
        assert all(joined.labels[member] == at for member in group.members)
        if group.nearest is not None:
            near = joined.groups[group.nearest].members[0]
            assert near % 2 == group.members[0] % 2
    assert [len(group) for group in joined] == sorted(map(len, joined), reverse=True)


def test_the_order_of_the_parts_does_not_matter():
    texts, keys = ["lower the rents", "lower rents", "cycle lanes"] * 2, list("aaabbb")
    first = cluster_within(CLUSTERER, texts, keys)
    second = cluster_within(CLUSTERER, texts, [{"a": "z", "b": "y"}[key] for key in keys])

    assert first.groups == second.groups


def test_constraints_hold_inside_a_part():
    texts = ["lower the rents", "cycle lanes", "lower the rents", "cycle lanes"]
    joined = cluster_within(
        CLUSTERER, texts, list("aabb"), must_link=[(2, 3)], cannot_link=[(0, 1), (1, 3)]
    )

    assert frozenset({2, 3}) in sets(joined)


def test_contradictions_are_told_by_the_positions_of_the_whole():
    joined = cluster_within(
        CLUSTERER,
        ["a b", "c d", "a b", "c d"],
        list("aabb"),
        must_link=[(2, 3)],
        cannot_link=[(2, 3)],
    )

    [contradiction] = joined.contradictions
    assert contradiction.apart == (2, 3)


def test_a_tie_between_parts_is_refused():
    with pytest.raises(ValueError, match="joins documents of different keys"):
        cluster_within(CLUSTERER, ["a", "b"], ["x", "y"], must_link=[(0, 1)])
    with pytest.raises(ValueError, match="1 keys do not go with 2 documents"):
        cluster_within(CLUSTERER, ["a", "b"], ["x"])


def test_compared_pairs_are_counted_over_all_parts():
    joined = cluster_within(CLUSTERER, ALL, [n % 2 for n in range(len(ALL))])

    assert sum(joined.compared) > 0
    assert len(cluster_within(CLUSTERER, [], [])) == 0
