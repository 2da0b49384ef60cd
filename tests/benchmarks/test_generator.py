from collections import Counter

import numpy as np
import pytest

from tests.benchmarks.clustering_truth import wrong_pairs
from tests.benchmarks.generator import LARGEST, generate, plan, write
from tests.benchmarks.places import COUNTS, NAMERS
from tests.benchmarks.wording import matters


def test_the_same_seed_makes_the_same_suggestions_and_another_others():
    first, again, other = (list(generate(300, seed=seed)) for seed in (3, 3, 4))

    assert first == again
    assert first != other


def test_suggestions_come_in_order_of_time_and_most_groups_are_small():
    made = list(generate(5_000))
    sizes = Counter(Counter(one.group for one in made).values())

    assert len(made) == 5_000
    assert [one.time for one in made] == sorted(one.time for one in made)
    assert sum(sizes[size] for size in (1, 2, 3)) > 0.85 * sizes.total()
    assert 30 < max(sizes) <= LARGEST


def test_no_two_groups_make_the_same_request():
    made = plan(20_000, seed=7, campaigns=0.05, english=0.06)
    requests = list(zip(made.matters.tolist(), made.places.tolist(), strict=True))

    assert len(set(requests)) == len(requests)


def test_every_suggestion_names_its_place_somewhere():
    missing = [
        one
        for one in generate(3_000, campaigns=0.0)
        if one.place.casefold() not in f"{one.title} {one.facts}".casefold()
    ]

    assert len(missing) < 60  # slips of the pen, in the body


@pytest.mark.parametrize("kind", ["estate", "road", "school", "bus", "en_street"])
def test_names_of_a_kind_are_told_once(kind):
    names = [NAMERS[kind](number) for number in range(min(COUNTS[kind], 20_000))]

    assert len(set(names)) == len(names)


def test_campaigns_take_the_share_that_is_asked_for():
    copies = Counter((one.title, one.facts[-20:]) for one in generate(5_000, campaigns=0.3))
    alone = Counter((one.title, one.facts[-20:]) for one in generate(5_000, campaigns=0.0))

    assert sum(n for n in copies.values() if n > 5) > 800
    assert sum(n for n in alone.values() if n > 5) < 300


def test_every_matter_has_several_wordings_and_a_kind_of_place():
    assert len(matters()) > 200
    for matter in matters():
        assert len(set(matter.titles)) >= 4, matter.name
        assert len(set(matter.facts)) >= 3, matter.name
        assert matter.kind in NAMERS


def test_a_file_has_the_columns_of_a_consultation(tmp_path):
    write(20, tmp_path / "made.csv")
    head, *lines = (tmp_path / "made.csv").read_text(encoding="utf-8").splitlines()

    assert head == "id,group,title,body,time,user"
    assert len(lines) == 20


def test_wrong_pairs_are_told_by_what_made_them():
    road, other = [at for at, matter in enumerate(matters()) if matter.kind == "road"][:2]
    requests = [(road, 0), (road, 1), (other, 0), (road, 500)]
    groups = np.array([0, 0, 1, 2, 3])

    assert wrong_pairs(groups, np.zeros(5, int), requests) == {
        "joined: same matter, sibling place": 2,  # 0 and 1, twice
        "joined: same place, other matter": 2,  # 0 and 2, twice
        "joined: same matter, other place": 3,  # 0 and 3, twice, and 1 and 3
        "joined: neither": 2,  # 1 and 2, 2 and 3
    }
    assert wrong_pairs(groups, np.arange(5), requests) == {"missed: road": 1}
