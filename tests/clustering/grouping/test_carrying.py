"""Which group carries on which: in arrays as one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from consult.clustering.grouping.carrying import carried
from consult.clustering.grouping.matching import match_groups

MEMBERS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=60)


@given(MEMBERS, st.sets(st.integers(1, 6)))
def test_arrays_carry_on_what_lists_carry_on(members, held):
    olds, news = np.array(members).T
    before = {old: np.flatnonzero(olds == old).tolist() for old in set(olds.tolist()) - {0}}
    after = [np.flatnonzero(news == new).tolist() for new in range(7)]
    wanted = match_groups(before, after, held=held)

    assert carried(olds, news, 7, held).tolist() == [one or 0 for one in wanted.identities]


def test_no_member_is_no_matter():
    none = np.zeros(0, np.int64)

    assert carried(none, none, 2).tolist() == [0, 0]
