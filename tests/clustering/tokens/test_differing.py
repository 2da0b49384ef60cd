"""Comparing the places of many pairs at once gives what comparing each two names gives."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from consult.clustering.tokens.columns import Places
from consult.clustering.tokens.differing import differences
from consult.clustering.tokens.places import LATIN, LINE, SPOTS, Spot, differ

HEADS = ["青松", "丹枫", "松青", "东湖", "第一", "青", "梅溪", "三"]
SPOT_OF_KIND = st.builds(
    lambda kind, head, ending, part: Spot(
        kind, head + SPOTS[kind][ending % len(SPOTS[kind])], part
    ),
    st.integers(0, len(SPOTS) - 1),
    st.sampled_from(HEADS),
    st.integers(0, 20),
    st.sampled_from(["", "一期", "二期"]),
)
#: Numbered lines, Latin names, one longer than an array holds, one with a NUL.
OTHER = st.sampled_from(
    [Spot(LINE, name, "") for name in ("3", "8", "13")]
    + [Spot(LATIN, name, "") for name in ("elm street", "el street", "Qingsong")]
    + [
        Spot(0, f"{head}很长很长很长很长很长很长很长花园", part)
        for head in "东南"
        for part in ("", "二期")
    ]
    + [Spot(6, "\0\0路", ""), Spot(0, "东湖花园", "第一百二十三期甲乙"), Spot(0, "花园", "")]
)
SPOT = SPOT_OF_KIND | OTHER
NAMED = st.lists(st.lists(SPOT, max_size=3).map(tuple), min_size=1, max_size=12)


@given(NAMED, NAMED)
def test_all_pairs_at_once_are_as_each_alone(mine, yours):
    pairs = np.array([(a, b) for a in range(len(mine)) for b in range(len(yours))])
    found = differences(Places.of(mine), Places.of(yours), pairs)

    wanted = [differ(mine[a], yours[b]) if mine[a] and yours[b] else 0 for a, b in pairs.tolist()]
    assert found.tolist() == np.array(wanted, np.float32).tolist()


def test_no_pair_is_no_matter():
    none = np.zeros((0, 2), np.int64)

    assert len(differences(Places.of([()]), Places.of([()]), none)) == 0
