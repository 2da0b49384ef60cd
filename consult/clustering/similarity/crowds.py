"""What a large number of texts asks of a likeness: chance finds the better a match, the more there are."""

import math

import numpy as np

from consult.clustering.tokens.rarest import estrangement
from consult.clustering.tokens.tables import Shared, Table
from consult.clustering.vectors import Floats, Integers

#: Weights were learnt among so many texts.
LEARNT_AMONG = 2_000
#: Among more than so many what a link must reach grows no further; it was not measured.
MOST_AMONG = 1_000_000
#: Of two texts, each with something rarer in its title than anything that both have, a link must
#: reach so much more for each unit of that, and of :func:`crowd`.
STRANGE = 0.7


def crowd(count: int) -> float:
    """Return by how much log-odds are too high among so many texts.

    The more texts, the more of them make other requests, and the better the best of these matches
    by chance: twice as many texts halve the share of mates (Bayes' rule for another prior).
    """
    return math.log(min(max(count, LEARNT_AMONG), MOST_AMONG) / LEARNT_AMONG)


def strangeness(
    one: tuple[Table, Table],
    other: tuple[Table, Table],
    pairs: Integers,
    both: tuple[Shared, Shared],
) -> Floats:
    """Return what is taken from the log-odds since the titles name something rare each.

    Words and pairs of signs, by :func:`~consult.clustering.tokens.rarest.estrangement`. Nothing among
    as few texts as weights were learnt from, where all that is rare is about as rare; a seventh of
    the time of a comparison among more.
    """
    weight = STRANGE * crowd(other[0].among)
    if not weight:
        return np.zeros(len(pairs), np.float32)
    found = [
        estrangement(mine, yours, pairs, shared)
        for mine, yours, shared in zip(one, other, both, strict=True)
    ]
    return np.asarray(weight * np.maximum(sum(found) / len(found), 0), np.float32)
