import numpy as np
import pytest

from consult.clustering.grouping.linkage import UNSEEN, Linkage, floor_of, strongest


def merged(links, count, *, reach=0.4, together=(), apart=(), threshold=0.0):
    pairs = np.array(list(links), np.int64).reshape(-1, 2)
    odds = np.array(list(links.values()), np.float32)
    linkage = Linkage(count, pairs, odds, together=together, apart=apart, reach=reach)
    return linkage.merge_down_to(threshold)


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
