from hypothesis import given
from hypothesis import strategies as st

from consult.clustering import Change, match_groups


def happened(matching, change):
    return [(event.old, event.into) for event in matching.events if event.change is change]


def test_a_group_keeps_its_identity_by_its_members():
    matching = match_groups({"lamps": [1, 2, 3], "lifts": [4, 5]}, [[4, 5], [1, 2, 3]])

    assert matching.identities == ("lifts", "lamps")
    assert len(happened(matching, Change.SAME)) == 2


def test_growth_and_loss_are_told():
    matching = match_groups({"a": [1, 2], "b": [3, 4], "c": [5, 6]}, [[1, 2, 7], [3], [5, 8]])

    assert happened(matching, Change.GREW) == [(("a",), (0,))]
    assert happened(matching, Change.SHRANK) == [(("b",), (1,))]
    assert happened(matching, Change.CHANGED) == [(("c",), (2,))]


def test_the_larger_half_of_a_split_keeps_the_identity():
    matching = match_groups({"a": [1, 2, 3, 4, 5]}, [[1, 2], [3, 4, 5]])

    assert matching.identities == (None, "a")
    assert happened(matching, Change.SPLIT) == [(("a",), (0, 1))]
    assert happened(matching, Change.BORN) == [((), (0,))]


def test_the_larger_part_of_a_merger_gives_the_identity():
    matching = match_groups({"a": [1, 2], "b": [3, 4, 5]}, [[1, 2, 3, 4, 5]])

    assert matching.identities == ("b",)
    assert happened(matching, Change.MERGED) == [(("a", "b"), (0,))]
    assert happened(matching, Change.RETIRED) == [(("a",), (0,))]


def test_a_decided_group_chooses_first():
    matching = match_groups({"a": [1, 2], "b": [3, 4, 5]}, [[1, 2, 3, 4, 5]], held=["a"])

    assert matching.identities == ("a",)


def test_a_group_whose_members_left_is_retired():
    matching = match_groups({"a": [1, 2]}, [[3]])

    assert matching.identities == (None,)
    assert happened(matching, Change.RETIRED) == [(("a",), ())]


def test_ties_are_settled_by_place():
    matching = match_groups({"a": [1], "b": [2]}, [[1, 2]])

    assert matching.identities == ("a",)


def test_nothing_before_and_nothing_after():
    assert match_groups({}, []).events == ()
    assert match_groups({}, [[1]]).identities == (None,)


@given(st.lists(st.integers(0, 4), max_size=20), st.lists(st.integers(0, 4), max_size=20))
def test_each_identity_is_kept_at_most_once_and_accounted_for(old_labels, new_labels):
    before = {k: {i for i, label in enumerate(old_labels) if label == k} for k in set(old_labels)}
    after = [{i for i, label in enumerate(new_labels) if label == k} for k in set(new_labels)]
    matching = match_groups(before, after)

    kept = [identity for identity in matching.identities if identity is not None]
    retired = [event.old[0] for event in matching.events if event.change is Change.RETIRED]
    assert sorted(kept + retired) == sorted(before)
