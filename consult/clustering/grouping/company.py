"""What the company of two texts says: do they lie near the same other texts of their topic?"""

import json
from functools import cache

import numpy as np

from consult.clustering.errors import WrongWeights
from consult.clustering.similarity.scoring import (
    BLOCK,
    SIGNALS,
    WEIGHTS,
    Similarity,
    Weights,
    shipped_weights,
)
from consult.clustering.tokens.tables import EVERY, Side
from consult.clustering.vectors import Floats, Integers

#: Among fewer texts there is no company, among more it was not measured.
FEWEST, MOST = 500, 20_000
#: So many directions are looked at, but no more than one for so many texts.
DIRECTIONS, TEXTS_EACH = 100, 20
#: A direction in which more texts lie counts for more: by this power of its size.
POWER = 1.5
#: Pairs less likely than this stay as they are.
LEAST = -6.0
#: Texts of fewer different words say too little of their company.
WORDY = 40
#: Company takes no more than this away from log-odds: one request is told in many wordings.
AGAINST = 1.0
#: What the calibration calls the weights of a pair and its company, and this signal.
STORED, COMPANY = "accompanied", "company"


def accompanied(side: Side, pairs: Integers, odds: Floats, compared: np.ndarray) -> Floats:
    """Return log-odds that know the company of each text; those of unlikely pairs are the same.

    ``compared`` says which log-odds are more than a bound. Only long
    enough texts with title and body change, since weights were learnt from these. What weights of a topic
    changed about a pair alone stays. Cost: two seconds for 2,000 messages.
    """
    changed = odds.copy()
    telling = side.whole & (side.words.sizes >= WORDY)
    near = np.flatnonzero((odds > LEAST) & compared & telling[pairs].all(axis=1))
    if not len(near) or not FEWEST <= len(side.words) <= MOST:
        return changed
    likeness = company(side, pairs[near])
    alone, together = shipped_weights()["whole"], accompanied_weights()
    for start in range(0, len(near), BLOCK):
        here = slice(start, start + BLOCK)
        signals = Similarity({}).signals(side, side, pairs[near[here]])
        both = np.column_stack([signals, likeness[here]])
        changed[near[here]] += np.maximum(together.odds(both) - alone.odds(signals), -AGAINST)
    return changed


@cache
def accompanied_weights() -> Weights:
    """Return the shipped weights of the signals of a pair, and of its company as the last one."""
    try:
        stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))[STORED]
        plain, rooted = (
            tuple(float(stored[part][name]) for name in (*SIGNALS, COMPANY))
            for part in ("plain", "rooted")
        )
        return Weights(plain, rooted, float(stored["offset"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongWeights(
            f"{WEIGHTS} cannot be read ({error!r}); install the library again"
        ) from error


def company(side: Side, pairs: Integers) -> Floats:
    """Return how alike the company of the texts of each pair is, 0 to 1.

    The main directions of all texts by their words (latent semantic analysis), found from the texts
    themselves: no list and no model knows what goes with what in a topic. Nothing is random.
    """
    from scipy.sparse.linalg import svds  # noqa: PLC0415 - who compares two texts does not pay for it

    rows = side.words.matrix(EVERY).astype(np.float64)
    count = min(DIRECTIONS, rows.shape[0] // TEXTS_EACH, min(rows.shape) - 1)
    if count < 1 or not len(pairs):
        return np.zeros(len(pairs), np.float32)
    start = np.ones(min(rows.shape)) / np.sqrt(min(rows.shape))
    left, sizes, _ = svds(rows, k=count, v0=start)
    places = left * sizes**POWER
    places -= places.mean(axis=0)
    places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-12)
    found = np.einsum("ij,ij->i", places[pairs[:, 0]], places[pairs[:, 1]])
    return np.asarray(np.clip(found, 0, 1), np.float32)
