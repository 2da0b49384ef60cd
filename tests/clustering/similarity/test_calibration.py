import numpy as np

from consult.clustering import Clusterer, HashingEncoder
from consult.clustering.similarity.calibration import Lesson, fit, signals_of, stored
from consult.clustering.similarity.scoring import KINDS, SIGNALS, shipped_weights
from tests.clustering.texts import ALL, LAMP

PAIRS = np.array([(a, b) for a in range(len(ALL)) for b in range(a + 1, len(ALL))])
GROUP = np.array([0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7])
SAME = GROUP[PAIRS[:, 0]] == GROUP[PAIRS[:, 1]]


def learnt():
    signals = signals_of(ALL, PAIRS, HashingEncoder())
    return fit([Lesson(signals, SAME, np.ones(len(SAME)))]), signals


def test_labelled_pairs_are_learnt():
    weights, signals = learnt()
    odds = weights.odds(signals)

    assert odds[SAME].min() > odds[~SAME].max()


def test_more_likeness_never_speaks_against():
    weights, _ = learnt()

    assert min(*weights.plain, *weights.rooted) >= 0


def test_weights_of_a_topic_can_be_used_for_its_grouping():
    weights, _ = learnt()
    own = dict.fromkeys(KINDS, weights)

    label = Clusterer(HashingEncoder(), weights=own).cluster(LAMP).labels
    assert set(label) == {0}


def test_signals_lie_between_nothing_and_everything():
    signals = signals_of(ALL, PAIRS, HashingEncoder())

    assert signals.shape == (len(PAIRS), len(SIGNALS))
    assert signals.min() >= 0
    assert signals.max() <= 1.001


def test_stored_weights_name_every_signal():
    weights, _ = learnt()

    assert list(stored(weights)["plain"]) == list(SIGNALS)
    assert set(shipped_weights()) == set(KINDS)
