"""What the likeness of two documents cannot exceed, told before their wording is compared."""

from collections.abc import Mapping

import numpy as np

from consult.clustering.similarity.scoring import ELSEWHERE, KINDS, SIGNALS, Weights, kinds_of
from consult.clustering.tokens.tables import Facts
from consult.clustering.vectors import Floats, Integers

MEANING = list(SIGNALS).index("meaning")
#: Sums are rounded in another order than those of a comparison, and vectors are not quite of length one.
ROUNDING = 0.02


def ceiling(
    weights: Mapping[str, Weights],
    facts: Facts,
    pairs: Integers,
    elsewhere: Floats,
    lowest: float,
) -> Floats:
    """Return log-odds that no pair can exceed, were all its wording alike.

    ``elsewhere`` is what :func:`~consult.clustering.similarity.scoring.apart` gave. Vectors are looked at
    only where they can take a pair down to ``lowest``. Whatever else is taken from the log-odds only
    lowers them. Costs a fiftieth of a comparison.
    """
    plain = np.maximum([weights[kind].plain for kind in KINDS], 0)
    rooted = np.maximum([weights[kind].rooted for kind in KINDS], 0)
    offsets = np.array([weights[kind].offset for kind in KINDS])
    kinds = kinds_of(facts, facts, pairs)
    most = ((plain + rooted).sum(axis=1) + offsets + ROUNDING)[kinds] - ELSEWHERE * elsewhere
    plain, rooted = plain[:, MEANING], rooted[:, MEANING]
    undecided = np.flatnonzero((most > lowest) & (most - (plain + rooted)[kinds] <= lowest))
    one, other = facts.vectors[pairs[undecided].T].astype(np.float32)
    meaning = np.maximum(np.einsum("ij,ij->i", one, other), 0)
    kinds = kinds[undecided]
    most[undecided] -= plain[kinds] * (1 - meaning) + rooted[kinds] * (1 - np.sqrt(meaning))
    return np.asarray(most, np.float32)
