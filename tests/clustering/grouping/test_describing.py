"""Who stands for a group, which other is nearest and who is uncertain, against plain ways."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.clustering.grouping import describing
from consult.clustering.grouping.describing import MARGIN, Graph, Links
from consult.clustering.grouping.linkage import UNSEEN
from consult.clustering.similarity.scoring import chance

COUNT = 7
REACH = 0.4
PAIRS = list(combinations(range(COUNT), 2))
LINKS = st.dictionaries(
    st.sampled_from(PAIRS),
    st.integers(-59, 59).map(lambda tenths: tenths / 10),
    max_size=len(PAIRS),
)
LABELS = st.lists(st.integers(0, 3), min_size=COUNT, max_size=COUNT)


def graph_of(labels, links):
    """Labels must be positions of texts, as those of a run are."""
    stand = [labels.index(label) for label in labels]
    pairs = np.array(list(links), np.int64).reshape(-1, 2)
    odds = np.array(list(links.values()), np.float32)
    copies = np.ones(COUNT, np.int64)
    return Graph(Links.of(COUNT, pairs, odds), np.array(stand), copies, REACH, 0.0)


def groups_of(graph):
    order = graph.order
    return [order.texts[a:b].tolist() for a, b in zip(order.starts, order.starts[1:], strict=False)]


def strength(links, one, other):
    """The mean of the best links between two groups, worked out at length."""
    wanted = int(np.ceil((len(one) * len(other)) ** REACH - 1e-9))
    seen = [links[pair] for a in one for b in other if (pair := (min(a, b), max(a, b))) in links]
    return float(np.mean((sorted(seen, reverse=True) + [UNSEEN] * wanted)[:wanted]))


def linked(links, one, other):
    return any((min(a, b), max(a, b)) in links for a in one for b in other)


@pytest.fixture(params=[2, 1000], autouse=True)
def block(request, monkeypatch):
    """Described a few at a time or all at once, it is the same."""
    monkeypatch.setattr(describing, "BLOCK", request.param)


@given(LABELS, LINKS)
def test_every_text_is_in_one_group_and_the_largest_come_first(labels, links):
    groups = groups_of(graph_of(labels, links))

    assert sorted(member for group in groups for member in group) == list(range(COUNT))
    assert all(len({labels[member] for member in group}) == 1 for group in groups)
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)


@given(LABELS, LINKS)
def test_the_representative_is_the_member_most_like_the_others(labels, links):
    for group in groups_of(graph_of(labels, links)):
        likeness = {
            one: sum(
                chance(links[min(one, other), max(one, other)])
                for other in group
                if (min(one, other), max(one, other)) in links
            )
            for one in group
        }
        assert likeness[group[0]] >= max(likeness.values()) - 1e-5


@given(LABELS, LINKS)
def test_the_nearest_group_is_the_nearest(labels, links):
    graph = graph_of(labels, links)
    groups, found = groups_of(graph), graph.described

    for group in groups:
        label = graph.labels[group[0]]
        near = {
            graph.labels[other[0]]: strength(links, group, other)
            for other in groups
            if other != group and linked(links, group, other)
        }
        if not near:
            assert found.nearest[label] == -1
        else:
            assert near[found.nearest[label]] >= max(near.values()) - 1e-5
            assert found.nearness[label] == pytest.approx(max(near.values()), abs=1e-5)


@given(LABELS, LINKS)
def test_a_member_is_uncertain_if_a_little_would_move_it(labels, links):
    graph = graph_of(labels, links)
    groups = groups_of(graph)

    for group in groups:
        for one in group:
            rest = [other for other in group if other != one]
            away = [strength(links, [one], other) for other in groups if other != group]
            best = max([UNSEEN, *away])
            if rest:
                margin = strength(links, [one], rest) - max(best, 0.0) - MARGIN
            else:
                margin = -MARGIN - best
            if abs(margin) > 1e-4:
                assert graph.uncertain[one] == (margin < 0)


@given(LINKS)
def test_a_text_alone_is_fully_like_itself(links):
    assert np.all(graph_of(list(range(COUNT)), links).marks > 0.999)
