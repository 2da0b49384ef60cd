"""Figures of a grouping, against their definitions written out in full."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score

from consult.clustering.evaluation import (
    Contingency,
    as_numbers,
    evaluate,
    labelled,
    retrieval,
)

label = st.integers(0, 5)
pair_of_labellings = st.lists(st.tuples(label, label), min_size=1, max_size=30)


def pairs_together(labels):
    return {(a, b) for a, b in combinations(range(len(labels)), 2) if labels[a] == labels[b]}


def share(part, whole):
    return len(part & whole) / len(whole) if whole else 1.0


def flat(figures):
    """The numbers of nested figures by their path."""
    return {
        f"{name}.{key}": number
        for name, value in figures.items()
        for key, number in (value.items() if isinstance(value, dict) else [("", value)])
    }


@given(pair_of_labellings)
def test_pairs_are_those_that_one_would_count(rows):
    gold, found = zip(*rows, strict=True)
    wanted, made = pairs_together(gold), pairs_together(found)
    score = evaluate(gold, found).pairs

    assert score.precision == pytest.approx(share(wanted, made))
    assert score.recall == pytest.approx(share(made, wanted))


@given(pair_of_labellings)
def test_bcubed_is_the_mean_over_texts(rows):
    gold, found = zip(*rows, strict=True)
    here = [{n for n, one in enumerate(found) if one == found[at]} for at in range(len(rows))]
    there = [{n for n, one in enumerate(gold) if one == gold[at]} for at in range(len(rows))]
    score = evaluate(gold, found).bcubed

    assert score.precision == pytest.approx(
        np.mean([share(b, a) for a, b in zip(here, there, strict=True)])
    )
    assert score.recall == pytest.approx(
        np.mean([share(a, b) for a, b in zip(here, there, strict=True)])
    )


@given(pair_of_labellings)
def test_mutual_information_is_that_of_the_field(rows):
    gold, found = zip(*rows, strict=True)
    mine = Contingency(gold, found).mutual_information()

    assert mine == pytest.approx(adjusted_mutual_info_score(gold, found), abs=1e-9)


@given(st.lists(label, min_size=1, max_size=30))
def test_what_is_the_same_is_perfect(gold):
    figures = evaluate(gold, [f"group {one}" for one in gold])

    for score in (
        figures.pairs,
        figures.bcubed,
        figures.bcubed_mates,
        figures.pairs_without_largest,
    ):
        assert score.f1 == pytest.approx(1)
    assert figures.adjusted_mutual_information == pytest.approx(1)
    assert figures.large_found == figures.single_kept == 1


@given(st.lists(label, min_size=2, max_size=30))
def test_all_alone_finds_nothing_and_spoils_nothing(gold):
    figures = evaluate(gold, range(len(gold)))

    assert figures.pairs.precision == figures.bcubed.precision == figures.single_kept == 1
    assert figures.pairs.recall == (0 if len(set(gold)) < len(gold) else 1)
    assert figures.found_groups == 0


@given(pair_of_labellings, st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(rows, random):
    other = [(5 - gold, f"n{found}") for gold, found in rows]
    random.shuffle(other)
    mine, yours = (as_numbers(evaluate(*zip(*some, strict=True))) for some in (rows, other))
    for figures in (mine, yours):
        figures.pop("pairs_without_largest")  # of two largest groups the first by name is left out

    # they are rounded to four places after adding up in another order
    assert flat(mine) == pytest.approx(flat(yours), abs=2e-4)


def test_figures_of_a_small_example():
    figures = evaluate(["a", "a", "a", "a", "b", "c"], [1, 1, 1, 2, 2, 3])

    assert (figures.pairs.precision, figures.pairs.recall) == (3 / 4, 3 / 6)
    assert figures.pairs.f1 == pytest.approx(0.6)
    assert figures.large_found == 1  # three of a union of four
    assert figures.single_kept == 1 / 2
    assert (figures.gold_groups, figures.found_groups) == (1, 2)


def test_the_largest_group_can_be_left_out():
    figures = evaluate(["a"] * 5 + ["b", "b"], [1] * 5 + [2, 3])

    assert figures.pairs.f1 > 0.9
    assert figures.pairs_without_largest.f1 == 0


def test_marks_of_single_texts_are_no_group():
    assert len(set(labelled(["S", "", "-1", "G1", "G1"]))) == 4


def test_labels_must_go_together():
    with pytest.raises(ValueError, match="3 gold labels do not go with 2"):
        evaluate([1, 2, 3], [1, 2])


def test_nothing_to_score_is_perfect():
    figures = evaluate([], [])

    assert figures.pairs.f1 == figures.bcubed.f1 == figures.adjusted_mutual_information == 1


def test_retrieval_by_hand():
    gold = ["a", "a", "a", "b"]
    found = retrieval([[0, 3, 1], [0, 2], [3], [0, 1]], [0, 1, 2, 3], gold, ranks=(1, 2))

    assert found.queries == 3  # the fourth has no mate
    assert found.mean_reciprocal_rank == pytest.approx((1 / 2 + 1 + 0) / 3)
    assert found.recall[1] == pytest.approx((0 + 1 + 0) / 3)
    assert found.recall[2] == pytest.approx((1 / 2 + 1 + 0) / 3)


def test_many_texts_in_many_groups_are_scored_by_the_sizes_of_groups():
    sizes = np.arange(60_000) // 3
    figures = evaluate(sizes, (np.arange(60_000) + 1) // 3)

    assert 0 < figures.adjusted_mutual_information < 1
    assert math.isclose(figures.bcubed.precision, figures.bcubed.recall, rel_tol=1e-3)
