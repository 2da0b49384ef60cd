"""How alike two documents are: signals, and the probability that they make the same request."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from consult.clustering.corpus import PARTS, Corpus, Row, gather
from consult.clustering.vectors import Floats, Integers, Vectors

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
#: A word this rare is a name or as good as one: it is in fewer than about one message in 150.
RARE = 5.0
#: So many shared rare words, weighted, make the signal "names" nearly full.
ENOUGH_NAMES = 12.0

TITLE, BODY, ALL, TITLE_GRAMS, _, ALL_GRAMS = range(len(PARTS))

#: Kinds of pairs: both, one or none has a title and a body; and whether a place is named. Where
#: nobody names a place (ideas for a draft) people say the same in quite other words, where they do
#: (complaints) the name decides. Single sentences in Latin script share letters by chance.
KINDS = (
    "whole",
    "half",
    "single",
    "whole_unnamed",
    "half_unnamed",
    "single_unnamed",
    "single_latin",
)

#: Where the kinds without a place begin.
UNNAMED = 3

WEIGHTS = Path(__file__).parent / "shipped" / "similarity.json"


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
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {
        kind: Weights(
            tuple(stored[kind]["plain"][name] for name in SIGNALS),
            tuple(stored[kind]["rooted"][name] for name in SIGNALS),
            stored[kind]["offset"],
        )
        for kind in KINDS
    }


def kind_of(row: Row, other: Row) -> str:
    """Return the kind of a pair, see :data:`KINDS`."""
    missing = 2 - int(row.whole) - int(other.whole)
    if row.latin and other.latin:
        return KINDS[-1] if not (row.whole or other.whole) else KINDS[missing]
    named = row.named or other.named
    return KINDS[missing if named else missing + UNNAMED]


@dataclass(frozen=True)
class Similarity:
    """Compares one document with many.

    Holds no documents; the corpus says how rare words are. Cost: about 0.3 ms for
    sixty messages of three hundred characters.
    """

    corpus: Corpus
    weights: Mapping[str, Weights]

    def odds(self, row: Row, vector: Floats, others: Sequence[Row], vectors: Vectors) -> Floats:
        """Return the log-odds of ``row`` being the same request as each of the others."""
        if not others:
            return np.zeros(0, np.float32)
        signals = self.signals(row, vector, others, vectors)
        kinds = [kind_of(row, other) for other in others]
        odds = np.zeros(len(others), np.float32)
        for kind in sorted(set(kinds)):
            here = [at for at, other in enumerate(kinds) if other == kind]
            odds[here] = self.weights[kind].odds(signals[here])
        return odds

    def weights_for(self, row: Row, other: Row) -> Weights:
        """Return the weights for a pair of documents."""
        return self.weights[kind_of(row, other)]

    def signals(self, row: Row, vector: Floats, others: Sequence[Row], vectors: Vectors) -> Floats:
        """Return one line of :data:`SIGNALS` for each of the others."""
        table = np.zeros((len(others), len(SIGNALS)), np.float32)
        table[:, 0] = np.maximum(vectors @ vector, 0)
        prepared = [self._gathered(part, others) for part in range(len(PARTS))]
        for part in range(len(PARTS)):
            table[:, 1 + part] = self._cosine(part, row, prepared[part])
        there = self._cosine(TITLE, row, prepared[BODY])
        back = self._cosine(BODY, row, prepared[TITLE])
        grams = self._covered(TITLE_GRAMS, ALL_GRAMS, row, prepared)
        table[:, 7] = (there + back) / 2
        table[:, 8] = self._covered(TITLE, ALL, row, prepared).mean(axis=0)
        table[:, 9], table[:, 10] = grams.mean(axis=0), grams.min(axis=0)
        table[:, 11] = self._names(row, prepared[ALL])
        return table

    def _gathered(self, part: int, others: Sequence[Row]) -> "_Gathered":
        numbers, starts = gather([other.numbers[part] for other in others])
        counts, _ = gather([other.counts[part] for other in others])
        rarity = self.corpus.vocabulary(part).rarity(numbers)
        return _Gathered(numbers, starts, rarity, counts * rarity)

    def _cosine(self, part: int, row: Row, others: "_Gathered") -> Floats:
        numbers, counts = row.numbers[part], row.counts[part]
        vocabulary = self.corpus.vocabulary(part)
        weights = counts * vocabulary.rarity(numbers)
        length = float(np.sqrt((weights**2).sum()))
        shared = others.weights * vocabulary.spread_out(numbers, weights)[others.numbers]
        return np.asarray(
            others.sums(shared) / np.maximum(others.lengths * length, 1e-9), np.float32
        )

    def _covered(self, title: int, whole: int, row: Row, others: Sequence["_Gathered"]) -> Floats:
        """Return how much of one's title, by rarity, is in the other's text; both ways."""
        vocabulary = self.corpus.vocabulary(title)
        mine = vocabulary.rarity(row.numbers[title]) ** 2
        found = vocabulary.spread_out(row.numbers[title], mine)[others[whole].numbers]
        there = others[whole].sums(found) / max(float(mine.sum()), 1e-9)
        theirs = others[title].rarity ** 2
        ones = np.ones(len(row.numbers[whole]), np.float32)
        known = vocabulary.spread_out(row.numbers[whole], ones)[others[title].numbers]
        back = others[title].sums(theirs * known) / np.maximum(others[title].sums(theirs), 1e-9)
        return np.stack([there, back])

    def _names(self, row: Row, others: "_Gathered") -> Floats:
        """Return how much rare wording is shared, saturating."""
        numbers = row.numbers[ALL]
        ones = np.ones(len(numbers), np.float32)
        found = self.corpus.words.spread_out(numbers, ones)[others.numbers]
        excess = np.maximum(others.rarity - RARE, 0) * found
        return np.asarray(np.tanh(others.sums(excess) * 2 / ENOUGH_NAMES), np.float32)


@dataclass(frozen=True)
class _Gathered:
    """One part of many documents, end to end."""

    numbers: Integers
    starts: Integers
    rarity: Floats
    weights: Floats

    def sums(self, values: Floats) -> Floats:
        """Add up per document; one without tokens gets 0."""
        total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
        ends = np.append(self.starts[1:], len(values))
        return np.asarray(total[ends] - total[self.starts], np.float32)

    @cached_property
    def lengths(self) -> Floats:
        """Return the Euclidean length of each document."""
        return np.sqrt(np.maximum(self.sums(self.weights**2), 0))
