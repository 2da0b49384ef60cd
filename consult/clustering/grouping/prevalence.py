"""How common agreement is in one topic, told from the pairs themselves."""

import numpy as np

from consult.clustering.similarity.scoring import KINDS, kinds_of, log_odds
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import Floats, Integers

#: In the debates from which single sentences in Latin script were learnt, about so many pairs make
#: the same point (all: 0.22; those worth comparing: 0.31): people argued for or against one thing.
LEARNT = 0.25
#: That share counts like so many pairs for each pair of the topic.
TRUST = 0.3
#: Rounds until nothing changes any more.
ROUNDS = 100
#: The least share that is believed.
LEAST = 1e-4
KIND = KINDS.index("single_latin")


def adapted(side: Side, pairs: Integers, odds: Floats) -> Floats:
    """Return log-odds as they would be, had the weights been learnt where agreement is as common.

    Only those of single sentences in Latin script change: the others were learnt from topics like
    any other, and gain nothing by it.
    """
    here = kinds_of(side, side, pairs) == KIND
    if not here.any():
        return odds
    changed = odds.copy()
    changed[here] += shift_of(odds[here], LEARNT)
    return changed


def shift_of(odds: Floats, learnt: float) -> float:
    """Return what to add to log-odds learnt where a share ``learnt`` of the pairs was the same.

    Expectation and maximisation (Saerens, Latinne and Decaestecker 2002): the share is the mean
    probability, which it changes in turn; held to what was learnt by :data:`TRUST`. Never
    positive: the pairs compared are the best of all pairs, the more so the more texts there are.
    """
    start, share = log_odds(learnt), learnt
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-(odds.astype(float) + log_odds(share) - start)))
        found = (float(chances.mean()) + TRUST * learnt) / (1 + TRUST)
        share, before = max(found, LEAST), share
        if abs(share - before) < LEAST / 10:
            break
    return min(log_odds(share) - start, 0.0)
