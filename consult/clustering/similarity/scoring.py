"""How alike two documents are: signals, and the probability that they make the same request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from consult.clustering.errors import WrongWeights
from consult.clustering.paths import SHIPPED
from consult.clustering.similarity.crowds import strangeness
from consult.clustering.tokens.differing import differences
from consult.clustering.tokens.tables import BODY, TITLE, Facts, Shared, Side, Table, shared
from consult.clustering.vectors import Floats, Integers

#: The signals, each between 0 and 1, and what kind of likeness each is.
SIGNALS: dict[str, str] = {
    "meaning": "meaning",
    "title_words": "wording",
    "body_words": "wording",
    "all_words": "wording",
    "title_grams": "wording",
    "body_grams": "wording",
    "all_grams": "wording",
    "crossed": "wording",
    "covered_words": "wording",
    "covered_grams": "wording",
    "least_covered": "wording",
    "names": "names",
}
#: Signals that say how much wording the titles share.
SHARED_WORDS, SHARED_GRAMS = list(SIGNALS).index("title_words"), list(SIGNALS).index("title_grams")
#: A word this rare is a name or as good as one: it is in fewer than about one message in 150.
RARE = 5.0
#: So many shared rare words, weighted, make the signal "names" nearly full.
ENOUGH_NAMES = 12.0

#: Taken from the log-odds where both titles name a place, and not the same.
ELSEWHERE = 24.0
#: Taken from the log-odds where the titles want opposite things of what is otherwise the same; less,
#: the less wording the titles share.
OPPOSITE = 16.0
#: Pairs compared at a time, which bounds the memory.
BLOCK = 4096

#: Kinds of pairs: both, one or none has a title and a body; and whether a place is named. Where
#: nobody names a place (ideas for a draft) people say the same in quite other words, where they do
#: (complaints) the name decides. Single sentences in Latin script share letters by chance, and two short
#: ones share few words even where they say the same.
KINDS = (
    "whole",
    "half",
    "single",
    "whole_unnamed",
    "half_unnamed",
    "single_unnamed",
    "single_latin",
    "short_unnamed",
)
#: A sentence of no more than so many different words is short.
SHORT = 30
#: Weights of an older calibration that lack a kind take those of the kind that it was part of.
PART_OF = {"short_unnamed": "single_unnamed"}

#: Where the kinds without a place begin.
UNNAMED = 3

WEIGHTS = SHIPPED / "similarity.json"


@dataclass(frozen=True)
class Weights:
    """A logistic model: for each signal the weight of itself and of its square root."""

    plain: tuple[float, ...]
    rooted: tuple[float, ...]
    offset: float

    def parts(self, signals: Floats) -> Floats:
        """Return what each signal adds to the log-odds; they and the offset make the whole."""
        rooted = np.sqrt(np.maximum(signals, 0))
        return np.asarray(signals * self.plain + rooted * self.rooted, np.float32)

    def odds(self, signals: Floats) -> Floats:
        """Return log-odds of being the same request."""
        return np.asarray(self.parts(signals).sum(axis=-1) + self.offset, np.float32)


def probability(odds: Floats) -> Floats:
    """Turn log-odds into a probability."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)


def chance(odds: float) -> float:
    """Turn one number of log-odds into a probability."""
    return float(probability(np.array([odds], np.float32))[0])


def log_odds(share: float) -> float:
    """Turn a probability into log-odds; 0 and 1 give large finite numbers."""
    share = min(max(share, 1e-9), 1 - 1e-9)
    return float(np.log(share / (1 - share)))


@cache
def shipped_weights() -> Mapping[str, Weights]:
    """Return the weights by the kind of pair, see :data:`KINDS`."""
    try:
        stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongWeights(
            f"{WEIGHTS} cannot be read ({error}); install the library again"
        ) from error
    return restored(stored)


def restored(stored: Mapping[str, Any]) -> Mapping[str, Weights]:
    """Take weights back from what JSON kept of them.

    :raises WrongWeights: if a kind or a signal is missing, or one is no number.
    """
    return {
        kind: _restored(stored, kind if kind in stored else PART_OF.get(kind, kind))
        for kind in KINDS
    }


def usable(weights: Mapping[str, Weights] | None) -> Mapping[str, Weights]:
    """Return weights for every kind of pair; without any, those that are shipped.

    :raises WrongWeights: if there are none for a kind.
    """
    if weights is None:
        return shipped_weights()
    missing = [kind for kind in KINDS if not isinstance(weights.get(kind), Weights)]
    if missing:
        raise WrongWeights(
            f"there are no weights for pairs of the kind {missing[0]}; "
            "take those that `restored` or a calibration gives"
        )
    return weights


def among_requests(weights: Mapping[str, Weights]) -> Mapping[str, Weights]:
    """Return weights for texts of which most name a place.

    Those for pairs without a place are learnt from consultations on one draft, where much of what
    sounds alike is. Among requests of all kinds two texts without a place are strangers like any
    others, and a sentence that both have says little.
    """
    named = dict(zip(KINDS[UNNAMED:], KINDS[:UNNAMED], strict=False))
    wholes = ((kind, PART_OF.get(kind, kind)) for kind in KINDS)
    return {kind: weights[named.get(whole, whole)] for kind, whole in wholes}


def _restored(stored: Mapping[str, Any], kind: str) -> Weights:
    try:
        weights = Weights(
            tuple(float(stored[kind]["plain"][name]) for name in SIGNALS),
            tuple(float(stored[kind]["rooted"][name]) for name in SIGNALS),
            float(stored[kind]["offset"]),
        )
    except KeyError as error:
        raise WrongWeights(
            f"the weights lack {error} for pairs of the kind {kind}: they are of another version; "
            "calibrate again, or leave them out to use those that are shipped"
        ) from error
    except (TypeError, ValueError) as error:
        raise WrongWeights(f"the weights for {kind} are no numbers ({error})") from error
    if not np.isfinite([*weights.plain, *weights.rooted, weights.offset]).all():
        raise WrongWeights(f"the weights for {kind} hold a number that is not finite")
    return weights


def kinds_of(one: Facts, other: Facts, pairs: Integers) -> Integers:
    """Return the kind of each pair, by its place in :data:`KINDS`."""
    first, second = pairs[:, 0], pairs[:, 1]
    missing = 2 - one.whole[first].astype(np.int64) - other.whole[second]
    kinds = missing + np.where(one.named[first] | other.named[second], 0, UNNAMED)
    single = missing == 2  # noqa: PLR2004 - both
    short = (one.sizes[first] <= SHORT) & (other.sizes[second] <= SHORT)
    kinds = np.where(single & short & (kinds >= UNNAMED), KINDS.index("short_unnamed"), kinds)
    latin = one.latin[first] & other.latin[second]
    kinds = np.where(latin, missing, kinds)
    return np.where(latin & single, KINDS.index("single_latin"), kinds)


def apart(one: Facts, other: Facts, pairs: Integers) -> Floats:
    """Return how surely the titles of each pair name different places."""
    return differences(one.places, other.places, pairs)


def opposed(one: Side, other: Side, pairs: Integers, signals: Floats) -> Floats:
    """Return how surely the titles of each pair want the opposite of the same thing, 0 to 1."""
    opposite = one.wishes[pairs[:, 0]] * other.wishes[pairs[:, 1]] < 0
    alike = signals[:, [SHARED_WORDS, SHARED_GRAMS]].max(axis=1)
    return np.where(opposite, alike, np.float32(0))


def against(
    one: Side, other: Side, pairs: Integers, signals: Floats, elsewhere: Floats | None = None
) -> Floats:
    """Return what is taken from the log-odds: for differing places, and for opposite wishes.

    ``elsewhere`` is what :func:`apart` gave, where it is known already.
    """
    if elsewhere is None:
        elsewhere = apart(one, other, pairs)
    taken = ELSEWHERE * elsewhere + OPPOSITE * opposed(one, other, pairs, signals)
    return np.asarray(taken, np.float32)


@dataclass(frozen=True)
class Similarity:
    """Compares documents in pairs.

    Holds no documents. Cost: about ten microseconds for a pair of messages of three
    hundred characters, a millisecond at least.
    """

    weights: Mapping[str, Weights]

    def odds(
        self, one: Side, other: Side, pairs: Integers, elsewhere: Floats | None = None
    ) -> Floats:
        """Return the log-odds that the first of each pair (from ``one``) asks what the second does."""
        words, grams = shared(one.words, other.words, pairs), shared(one.grams, other.grams, pairs)
        signals = _signals(one, other, pairs, words, grams)
        kinds = kinds_of(one, other, pairs)
        odds = np.zeros(len(pairs), np.float32)
        for kind in np.unique(kinds):
            here = kinds == kind
            odds[here] = self.weights[KINDS[kind]].odds(signals[here])
        odds -= against(one, other, pairs, signals, elsewhere)
        return np.asarray(odds - _strangeness(one, other, pairs, kinds, (words, grams)), np.float32)

    def signals(self, one: Side, other: Side, pairs: Integers) -> Floats:
        """Return one line of :data:`SIGNALS` for each pair."""
        words, grams = shared(one.words, other.words, pairs), shared(one.grams, other.grams, pairs)
        return _signals(one, other, pairs, words, grams)


def strange(one: Side, other: Side, pairs: Integers) -> Floats:
    """Return what is taken from the log-odds of pairs among many texts, see :func:`strangeness`."""
    both = shared(one.words, other.words, pairs), shared(one.grams, other.grams, pairs)
    return _strangeness(one, other, pairs, kinds_of(one, other, pairs), both)


def _strangeness(
    one: Side, other: Side, pairs: Integers, kinds: Integers, both: tuple[Shared, Shared]
) -> Floats:
    found = strangeness((one.words, one.grams), (other.words, other.grams), pairs, both)
    return np.where(kinds < UNNAMED, found, np.float32(0))


def _signals(one: Side, other: Side, pairs: Integers, words: Shared, grams: Shared) -> Floats:
    first, second = pairs[:, 0], pairs[:, 1]
    covered = _covered(one.words, other.words, pairs, words)
    covered_grams = _covered(one.grams, other.grams, pairs, grams)
    across = [
        _cosine(one.words, other.words, pairs, words, parts)
        for parts in ((TITLE, BODY), (BODY, TITLE))
    ]
    columns = [
        np.maximum(np.einsum("ij,ij->i", one.vectors[first], other.vectors[second]), 0),
        *(_cosine(one.words, other.words, pairs, words, (p, p)) for p in range(3)),
        *(_cosine(one.grams, other.grams, pairs, grams, (p, p)) for p in range(3)),
        (across[0] + across[1]) / 2,
        covered.mean(axis=0),
        covered_grams.mean(axis=0),
        covered_grams.min(axis=0),
        _names(one.words, words),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _cosine(
    one: Table, other: Table, pairs: Integers, both: Shared, parts: tuple[int, int]
) -> Floats:
    """Return the cosine of one part of the firsts and another of the seconds."""
    mine, yours = parts
    products = one.weights[mine][both.first] * other.weights[yours][both.second]
    lengths = one.lengths[mine][pairs[:, 0]] * other.lengths[yours][pairs[:, 1]]
    return np.asarray(both.sums(products) / np.maximum(lengths, 1e-9), np.float32)


def _covered(one: Table, other: Table, pairs: Integers, both: Shared) -> Floats:
    """Return how much of each one's title, by rarity, is in the other's text; both ways."""
    there = both.sums(one.titled[both.first]) / np.maximum(one.title_mass[pairs[:, 0]], 1e-9)
    back = both.sums(other.titled[both.second]) / np.maximum(other.title_mass[pairs[:, 1]], 1e-9)
    return np.stack([there, back])


def _names(one: Table, both: Shared) -> Floats:
    """Return how much rare wording is shared, saturating."""
    excess = np.maximum(one.rarity[both.first] - RARE, 0)
    return np.asarray(np.tanh(both.sums(excess) * 2 / ENOUGH_NAMES), np.float32)
