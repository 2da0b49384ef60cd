"""What holds for every matching of groups, whatever happened to them."""

import random

from hypothesis import given
from hypothesis import strategies as st

from consult.clustering import Change, match_groups

LABELS = st.lists(st.integers(0, 5), max_size=30)


def groups(labels):
    """Members by label, in the order in which the labels come."""
    found = {}
    for member, label in enumerate(labels):
        found.setdefault(label, []).append(member)
    return found


def kept(matching, after):
    """Which members carry each identity on, whatever the order of the groups."""
    pairs = zip(matching.identities, after, strict=True)
    return {old: frozenset(new) for old, new in pairs if old is not None}


def lines(matching, change):
    return [(event.old, event.into) for event in matching.events if event.change is change]


@given(LABELS, LABELS, st.sets(st.integers(0, 5)))
def test_each_identity_goes_to_one_group_that_shares_a_member(old, new, held):
    before, after = groups(old), list(groups(new).values())
    carried = kept(match_groups(before, after, held), after)

    assert len(carried) == sum(o is not None for o in match_groups(before, after, held).identities)
    assert all(set(before[identity]) & members for identity, members in carried.items())


@given(LABELS, LABELS, st.sets(st.integers(0, 5)), st.randoms(use_true_random=False))
def test_order_and_numbering_change_nothing(old, new, held, chance):
    before, after = groups(old), list(groups(new).values())
    wanted = kept(match_groups(before, after, held), after)
    shuffled = [chance.sample(members, len(members)) for members in after]
    chance.shuffle(shuffled)
    turned = dict(chance.sample(list(before.items()), len(before)))

    assert kept(match_groups(turned, shuffled, held), shuffled) == wanted


@given(LABELS, LABELS, st.sets(st.integers(0, 5)))
def test_one_that_is_held_gives_way_only_to_others_that_are_held(old, new, held):
    before, after = groups(old), list(groups(new).values())
    matching = match_groups(before, after, held)
    carried = kept(matching, after)
    owner = {member: identity for identity, members in carried.items() for member in members}
    for identity in held & set(before) - set(carried):
        assert {owner[member] for member in before[identity] if member in owner} <= held


@given(LABELS, LABELS)
def test_no_two_could_swap_and_both_share_more(old, new):
    before, after = groups(old), list(groups(new).values())
    carried = kept(match_groups(before, after), after)
    shared = {one: len(members & set(before[one])) for one, members in carried.items()}
    for one, members in carried.items():
        for other, theirs in carried.items():
            mine, yours = set(before[one]) & theirs, set(before[other]) & members
            assert len(mine) <= shared[one] or len(yours) <= shared[other]


@given(LABELS, st.lists(st.integers(0, 5), max_size=10))
def test_groups_that_only_grow_keep_their_identities(old, more):
    before, grown = groups(old), groups(old + more)
    matching = match_groups(before, list(grown.values()))

    assert kept(matching, list(grown.values())) == {one: frozenset(grown[one]) for one in before}
    assert not lines(matching, Change.SPLIT) + lines(matching, Change.MERGED)
    assert len(lines(matching, Change.BORN)) == len(grown) - len(before)


@given(LABELS, st.integers(0, 30))
def test_groups_that_only_shrink_keep_theirs_or_retire(old, left):
    before, shrunk = groups(old), groups(old[:left])
    matching = match_groups(before, list(shrunk.values()))

    assert set(kept(matching, list(shrunk.values()))) == set(shrunk)
    assert {gone for [gone], _ in lines(matching, Change.RETIRED)} == set(before) - set(shrunk)


@given(LABELS)
def test_all_merged_into_one_leave_the_largest(old):
    before = groups(old)
    matching = match_groups(before, [list(range(len(old)))] if old else [])

    if len(before) > 1:
        [(merged, into)] = lines(matching, Change.MERGED)
        assert (set(merged), into) == (set(before), (0,))
    sizes = [len(before[one]) for one in matching.identities]
    assert sizes == ([max(map(len, before.values()))] if old else [])


@given(LABELS)
def test_all_torn_into_single_ones_keep_each_identity_once(old):
    before = groups(old)
    matching = match_groups(before, [[member] for member in range(len(old))])

    assert sorted(one for one in matching.identities if one is not None) == sorted(before)
    assert len(lines(matching, Change.BORN)) == len(old) - len(before)
    split = {one for [one], _ in lines(matching, Change.SPLIT)}
    assert split == {one for one, members in before.items() if len(members) > 1}


def test_many_groups_are_matched_as_few_are():
    chance, count = random.Random(4), 2_000
    before = {name: list(range(5 * name, 5 * name + 5)) for name in range(count)}
    after = [members[: chance.randint(3, 5)] for members in before.values()]
    chance.shuffle(after)

    matching = match_groups(before, after)

    assert [new[0] // 5 for new in after] == list(matching.identities)
