"""No chain ties unlike ends: the guarantee, and the greedy way to it, against plain ways.

The guarantee. Two groups of a and b texts are joined only if the mean of their ⌈(a·b)^reach⌉ best
links reaches the threshold, where a link that was never seen counts as UNSEEN. So a text joins a
group of two or more by a single link only if that link is above ``2 · threshold - UNSEEN`` (for
even odds: 6 in log-odds, 99.75 %), and a chain of weaker links never makes a group of three.
"""

from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering.grouping.linkage import UNSEEN, Linkage, crowd, floor_of, strongest

COUNT = 9
TIES = st.lists(
    st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda p: p[0] < p[1]),
    max_size=2,
)
LINKS = st.dictionaries(
    st.sampled_from(list(combinations(range(COUNT), 2))),
    st.integers(-50, 90).map(lambda tenths: tenths / 10),
    max_size=20,
)
REACHES = st.sampled_from([0.0, 0.4, 0.5, 1.0])


def linked(links, count=COUNT, *, reach=0.4, together=(), apart=()):
    pairs = np.array(list(links), np.int64).reshape(-1, 2)
    odds = np.array(list(links.values()), np.float64)
    return Linkage(count, pairs, odds, together=together, apart=apart, reach=reach)


def merged(links, count, *, threshold=0.0, **settings):
    return linked(links, count, **settings).merge_down_to(threshold)


def between(links, one, other):
    """The links that were seen between two groups."""
    ends = (tuple(sorted((a, b))) for a in one for b in other)
    return [links[pair] for pair in ends if pair in links]


def mean(links, one, other, reach):
    """The mean of the best links between two groups, worked out at length."""
    wanted = max(1, int(np.ceil((len(one) * len(other)) ** reach - 1e-9)))
    seen = sorted(between(links, one, other), reverse=True)
    return float(np.mean((seen + [UNSEEN] * wanted)[:wanted]))


def plainly(links, reach, threshold):
    """Merge the two closest groups again and again.

    None where two pairs are equally close, or one lies on the threshold: rounding decides there.
    """
    groups = [frozenset([at]) for at in range(COUNT)]
    while True:
        close = [
            (round(mean(links, *pair, reach), 9), *pair)
            for pair in combinations(groups, 2)
            if between(links, *pair)
        ]
        best = max((strength for strength, *_ in close), default=threshold - 1)
        if best == threshold:
            return None
        if best < threshold:
            return set(groups)
        [(_, one, other), *more] = [entry for entry in close if entry[0] == best]
        if more:
            return None
        groups = [group for group in groups if group not in {one, other}] + [one | other]


def groups_of(labels):
    return {
        frozenset(at for at, label in enumerate(labels) if label == name) for name in set(labels)
    }


def test_links_at_the_threshold_merge_and_below_do_not():
    assert merged({(0, 1): 0.0, (1, 2): -0.1}, 3) == [0, 0, 2]


def test_one_good_link_does_not_join_two_large_groups():
    links = {
        (a, b): 5.0
        for start in (0, 6)
        for a in range(start, start + 6)
        for b in range(a + 1, start + 6)
    }
    links[5, 6] = 3.0

    label = merged(links, 12)
    assert label[:6] == [0] * 6
    assert label[6:] == [6] * 6


@given(st.lists(st.floats(0, 5.99), min_size=2, max_size=30))
def test_a_chain_of_links_makes_no_group_of_three(values):
    """Each text resembles the next, the ends not at all."""
    labels = merged(dict(zip(pairwise(range(len(values) + 1)), values, strict=True)), 31)

    assert max(map(len, groups_of(labels))) <= 2


def test_a_chain_holds_only_where_each_link_is_all_but_certain():
    assert merged({(0, 1): 7.0, (1, 2): 6.1}, 3) == [0, 0, 0]
    assert merged({(0, 1): 7.0, (1, 2): 5.9}, 3) == [0, 0, 2]


@settings(max_examples=200)
@given(LINKS, REACHES, st.sampled_from([-1.0, 0.0, 2.0]))
def test_the_closest_groups_merge_first(links, reach, threshold):
    wanted = plainly(links, reach, threshold)

    found = groups_of(merged(links, COUNT, reach=reach, threshold=threshold))
    assert wanted is None or found == wanted


@settings(max_examples=200)
@given(LINKS, REACHES, TIES, TIES)
def test_what_stays_apart_is_not_close_or_was_kept_apart(links, reach, together, apart):
    linkage = linked(links, reach=reach, apart=apart)
    groups = groups_of(linkage.merge_down_to(0.0))

    for one, other in combinations(groups, 2):
        if not any((a in one and b in other) or (b in one and a in other) for a, b in apart):
            assert not between(links, one, other) or mean(links, one, other, reach) < 1e-6


@settings(max_examples=60, deadline=None)
@given(LINKS, REACHES)
def test_every_group_can_be_cut_where_its_parts_were_close(links, reach):
    """Each group is two parts that are close, each of which is one text or such a group."""

    @cache
    def holds(group):
        cuts = (
            frozenset(part) for size in range(1, len(group)) for part in combinations(group, size)
        )
        return len(group) == 1 or any(
            mean(links, part, group - part, reach) >= -1e-6 and holds(part) and holds(group - part)
            for part in cuts
        )

    assert all(map(holds, groups_of(merged(links, COUNT, reach=reach))))


@given(LINKS, REACHES)
def test_every_text_is_in_one_group_and_what_nothing_links_is_alone(links, reach):
    labels = merged(links, COUNT, reach=reach)
    good = {end for pair, value in links.items() if value >= 0 for end in pair}

    assert len(labels) == COUNT
    assert all(labels.count(labels[at]) == 1 for at in range(COUNT) if at not in good)


@given(LINKS, TIES, TIES)
def test_what_is_together_or_apart_stays_so(links, together, apart):
    apart = [pair for pair in apart if not set(pair) & {end for tie in together for end in tie}]
    labels = merged(links, COUNT, together=together, apart=apart)

    assert all(labels[a] == labels[b] for a, b in together)
    assert all(labels[a] != labels[b] for a, b in apart)


def test_a_group_kept_apart_inherits_that_when_it_grows():
    links = {(0, 1): 9.0, (1, 2): 8.0, (0, 2): 8.0}

    assert merged(links, 3, apart=[(0, 2)]) == [0, 0, 2]


def test_what_is_together_from_the_start_stays():
    assert merged({}, 4, together=[(0, 3), (3, 1)]) == [0, 0, 2, 0]


def test_links_that_were_never_seen_count_as_unlike():
    assert strongest([2.0], possible=4, reach=0.5) == pytest.approx((2.0 + UNSEEN) / 2)
    assert strongest([2.0, 1.0, -9.0], possible=3, reach=0.0) == 2.0


def test_where_every_pair_looks_alike_a_link_must_stand_out():
    pairs = np.array([(a, b) for a in range(30) for b in range(a + 1, 30)])
    odds = np.full(len(pairs), 3.0)
    odds[(pairs[:, 0] % 2 == 0) & (pairs[:, 1] == pairs[:, 0] + 1)] = 6.0

    assert floor_of(30, pairs, odds) == pytest.approx(3 + 0.7 * 3)


def test_few_texts_have_no_floor():
    assert floor_of(2, np.array([[0, 1]]), np.array([9.0])) == -np.inf


def test_among_more_texts_a_link_must_be_surer_up_to_what_was_measured():
    assert crowd(10) == crowd(2_000) == 0
    assert crowd(4_000) == pytest.approx(np.log(2))
    assert crowd(50_000) < crowd(1_000_000) == crowd(8_000_000)
