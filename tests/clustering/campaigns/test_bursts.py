import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering.campaigns.bursts import bursts
from consult.clustering.campaigns.families import families

HOUR, DAY = 3600.0, 86400.0


def steady(days, a_day, seed=1):
    chance = random.Random(seed)
    return sorted(chance.uniform(0, days * DAY) for _ in range(days * a_day))


def test_forty_in_two_hours_against_ten_a_day_are_a_burst():
    others = steady(30, 10)
    copies = [12 * DAY + n * 180 for n in range(40)]

    [burst] = bursts(copies, others + copies)

    assert (burst.start, burst.end, burst.count) == (copies[0], copies[-1], 40)
    assert burst.expected < 5


@pytest.mark.parametrize("seed", range(8))
def test_what_follows_the_rhythm_of_the_topic_is_no_burst(seed):
    chance = random.Random(seed)
    others = steady(20, 20, seed) + [19.5 * DAY + chance.uniform(0, DAY / 2) for _ in range(400)]
    mine = chance.sample(others, 60)

    assert bursts(mine, others) == ()


@pytest.mark.parametrize("seed", range(8))
def test_a_steady_stream_alone_is_no_burst(seed):
    mine = steady(20, 3, seed)

    assert bursts(mine, mine) == ()


def test_two_bursts_are_told_apart():
    first = [3 * DAY + n * 60 for n in range(30)]
    second = [9 * DAY + n * 60 for n in range(20)]

    found = bursts(first + second, steady(30, 10) + first + second)

    assert [burst.count for burst in found] == [30, 20]


def test_few_are_no_burst():
    assert bursts([1.0, 2.0, 3.0], steady(30, 10)) == ()


@given(st.lists(st.floats(0, 1e7), max_size=40), st.lists(st.floats(0, 1e7), max_size=40))
@settings(max_examples=60)
def test_bursts_lie_apart_and_hold_what_they_say(arrivals, others):
    found = bursts(arrivals, others + arrivals)

    assert all(one.end < other.start for one, other in pairwise(found))
    for burst in found:
        assert sum(burst.start <= at <= burst.end for at in arrivals) == burst.count
        assert burst.count >= 3 * burst.expected


def test_a_family_counts_suggestions_texts_and_people():
    letter = "We ask the council to keep the swimming pool open on Sundays, all year round"
    texts = [letter, "Close the bridge to lorries", letter + "!", letter + ", please. Thank you"]

    [family] = families(texts, authors=["a", "b", "a", "c"], sources=["web", "web", "web", "post"])

    assert (family.members, family.suggestions, family.texts, family.people) == ((0, 2, 3), 3, 2, 2)
    assert family.source_share == pytest.approx(2 / 3, abs=1e-3)


def test_a_family_knows_when_it_came():
    letter = "We ask the council to keep the swimming pool open on Sundays, all year round"
    texts = [letter] * 12 + [
        f"A request of its own, number {n}, about street {n}" for n in range(60)
    ]
    times = [20 * DAY + n * 60 for n in range(12)] + [n * DAY / 2 for n in range(60)]

    [family] = families(texts, times=times, fewest=5)

    assert [burst.count for burst in family.bursts] == [12]


def test_lists_of_another_length_are_refused():
    with pytest.raises(ValueError, match="authors must have 2 entries"):
        families(["a", "b"], authors=["x"])
