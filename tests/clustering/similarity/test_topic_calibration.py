import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering import Clusterer, HashingEncoder
from consult.clustering.similarity.scoring import Weights, restored, shipped_weights
from consult.clustering.similarity.topic_calibration import calibrate
from tests.clustering.texts import ALL

PAIRS = np.array([(a, b) for a in range(len(ALL)) for b in range(a + 1, len(ALL))])
GROUP = np.array([0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7])
SAME = GROUP[PAIRS[:, 0]] == GROUP[PAIRS[:, 1]]
ENCODER = HashingEncoder()


def test_without_labelled_pairs_the_weights_stay():
    found = calibrate(ALL, [], [], ENCODER)

    assert found.weights == shipped_weights()
    assert not found.improved
    assert found.threshold == 0.5


@pytest.mark.parametrize("answer", [True, False])
def test_one_answer_alone_teaches_nothing(answer):
    found = calibrate(ALL, PAIRS[:8], [answer] * 8, ENCODER)

    assert found.weights == shipped_weights()


def test_two_pairs_move_the_odds_a_little_only():
    found = calibrate(ALL, PAIRS[[0, 5]], [False, True], ENCODER)
    moved = found.weights["whole"].offset - shipped_weights()["whole"].offset

    assert abs(moved) < 1.5
    assert not found.cross_validated


def test_many_alike_pairs_called_the_same_do_not_make_mates_of_strangers():
    alike = [pair for pair in PAIRS.tolist() if GROUP[pair[0]] == GROUP[pair[1]]] * 12
    others = PAIRS[~SAME][:12].tolist()
    found = calibrate(ALL, alike + others, [True] * len(alike) + [False] * 12, ENCODER)

    moved = [found.weights[kind].offset - own.offset for kind, own in shipped_weights().items()]
    assert max(map(abs, moved)) <= 1


def test_labelled_pairs_bring_weights_that_fit_them_better():
    dull = {
        kind: Weights(weights.plain, weights.rooted, weights.offset - 3)
        for kind, weights in shipped_weights().items()
    }
    found = calibrate(ALL, PAIRS, SAME, ENCODER, prior=dull)

    best = max(point.f1 for point in found.curve)
    assert found.cross_validated
    assert found.improved
    assert best >= max(point.f1 for point in found.before)


def test_more_likeness_still_never_speaks_against():
    found = calibrate(ALL, PAIRS, ~SAME, ENCODER)

    assert all(min(*own.plain, *own.rooted) >= 0 for own in found.weights.values())


def test_recall_falls_as_the_threshold_rises():
    recalls = [point.recall for point in calibrate(ALL, PAIRS, SAME, ENCODER).curve]

    assert recalls == sorted(recalls, reverse=True)


def test_weights_survive_storage_and_group_texts():
    found = calibrate(ALL, PAIRS, SAME, ENCODER)
    back = restored(json.loads(json.dumps(found.stored())))

    assert back == found.weights
    assert len(Clusterer(ENCODER, weights=back).cluster(ALL).labels) == len(ALL)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(PAIRS) - 1), st.booleans()), max_size=50))
def test_any_answers_give_finite_weights(answers):
    chosen = np.array([at for at, _ in answers], int)
    found = calibrate(ALL, PAIRS[chosen], [same for _, same in answers], ENCODER)

    numbers = [(*own.plain, *own.rooted, own.offset) for own in found.weights.values()]
    assert np.isfinite(numbers).all()


def test_answers_and_pairs_must_go_together():
    with pytest.raises(ValueError, match="1 pairs do not go with 2 answers"):
        calibrate(ALL, [(0, 1)], [True, False], ENCODER)
    with pytest.raises(ValueError, match="beyond the 12"):
        calibrate(ALL, [(0, 99)], [True], ENCODER)
