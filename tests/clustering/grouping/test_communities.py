import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.clustering import Clusterer, HashingEncoder
from consult.clustering.grouping.communities import STRANGERS, communities, evidence_of
from consult.clustering.grouping.prevalence import LEARNT, shift_of

LIMIT = -2.0
GRAPHS = st.integers(2, 12).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.dictionaries(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(
                lambda pair: pair[0] < pair[1]
            ),
            st.floats(-8, 4),
            max_size=40,
        ),
    )
)


def arrays(links):
    pairs = np.array(sorted(links), np.int64).reshape(-1, 2)
    return pairs, np.array([links[tuple(pair)] for pair in pairs.tolist()], np.float32)


def gathered(labels):
    groups = {}
    for at, label in enumerate(labels):
        groups.setdefault(label, set()).add(at)
    return sorted(map(sorted, groups.values()))


def worth(count, links, labels):
    pairs, odds = arrays(links)
    said = dict(zip(map(tuple, pairs.tolist()), evidence_of(odds, LIMIT).tolist(), strict=True))
    return sum(
        said.get((one, other), STRANGERS)
        for other in range(count)
        for one in range(other)
        if labels[one] == labels[other]
    )


def test_many_weak_links_make_a_group_that_no_single_one_would():
    inside = {(a, b): -1.2 for b in range(6) for a in range(b)}
    links = inside | {(a + 6, b + 6): odds for (a, b), odds in inside.items()} | {(0, 6): 0.0}

    labels = communities(12, *arrays(links), LIMIT)

    assert gathered(labels) == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


def test_a_text_that_speaks_for_no_group_stays_alone():
    links = {(0, 1): 1.0, (0, 2): -5.0, (1, 2): -5.0}

    assert gathered(communities(3, *arrays(links), LIMIT)) == [[0, 1], [2]]


@given(GRAPHS)
def test_no_text_would_gain_by_leaving(graph):
    count, links = graph
    labels = communities(count, *arrays(links), LIMIT)

    whole = worth(count, links, labels)
    for at in range(count):
        for target in {*labels, max(labels) + 1}:
            moved = [*labels[:at], target, *labels[at + 1 :]]
            assert worth(count, links, moved) <= whole + 1e-3


@given(GRAPHS, st.data())
def test_what_is_tied_stays_together_and_what_is_kept_apart_stays_apart(graph, data):
    count, links = graph
    one, other = data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
    pair = (min(one, other), max(one, other))

    tied = communities(count, *arrays(links), LIMIT, together=[pair])
    torn = communities(count, *arrays(links), LIMIT, apart=[pair])

    assert tied[one] == tied[other]
    assert torn[one] != torn[other]


def test_agreement_is_taken_to_be_rarer_where_pairs_look_unlike():
    seldom = np.full(300, -2.5, np.float32)
    often = np.full(300, 1.0, np.float32)

    assert shift_of(seldom, LEARNT) < -0.3
    assert shift_of(often, LEARNT) == 0


def test_the_way_to_group_follows_the_texts_and_can_be_chosen():
    ideas = ["wider cycle lanes", "cycle lanes, wider", "lower the rents", "rents must be lower"]
    chosen = {
        mode: gathered(Clusterer(HashingEncoder(), mode=mode).cluster(ideas).labels)
        for mode in ("auto", "ideas")
    }

    assert chosen["auto"] == chosen["ideas"]
    with pytest.raises(ValueError, match="mode must be one of"):
        Clusterer(HashingEncoder(), mode="themes")
