import pytest

from consult.clustering.grouping.constraints import settle


def test_constraints_without_conflict_hold():
    settled = settle([(1, 0)], [(2, 1)], 3)

    assert settled.together == {(0, 1)}
    assert settled.apart == {(1, 2)}
    assert settled.contradictions == ()


def test_the_shortest_chain_is_named():
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


def test_a_text_cannot_be_kept_apart_from_itself():
    with pytest.raises(ValueError, match="itself"):
        settle([], [(1, 1)], 2)


def test_said_twice_counts_once():
    assert settle([(0, 1), (1, 0), (0, 0)], [], 2).together == {(0, 1)}
