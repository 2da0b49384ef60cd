"""Which unit a message goes to, learned from where others went: words, meaning and place.

A ridge regression with one output a unit, over words and pairs of characters (hashed, weighted by
rarity), the vector of the meaning, and the domain and region that were given. It is small, exact,
the same each time, and can say which words spoke for a unit. It proposes; a person decides.
"""

import io
import math
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from consult.clustering.tokens.words import grams, words

Floats = npt.NDArray[np.float32]

#: Places that words are hashed to. Twice as many learn 1 in 100 better and weigh twice as much.
WIDTH = 8192
#: Of them so many at a time are laid out densely, which bounds the memory of learning.
BLOCK = 1024
#: How much is held against large weights; of 0.1, 0.3, 1 and 3 the best on real messages.
RIDGE = 0.3
#: How much the meaning and the place weigh beside the words.
MEANING, PLACE = 0.7, 0.7
#: Dimensions for domains and regions, and for both together.
PLACES = 512
#: How sharp shares may be made of scores; the one is taken that held-out cases fit best.
SHARPNESS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
#: Names the way of learning: what was learned in another is learned again.
METHOD = f"ridge-1-{WIDTH}"
SHOWN_WORDS = 3
#: Nobody is ever quite sure.
SUREST = 0.99
#: A word that more than every other message has explains nothing.
TELLING = 1 + math.log(2)


@dataclass(frozen=True)
class Told:
    """What a message says, and what is known of it."""

    title: str
    text: str
    domain: str = ""
    region: str = ""
    #: Of its meaning, under one model; None where it was not worked out yet.
    vector: Floats | None = None


@dataclass(frozen=True)
class Guess:
    """A unit, its share of what speaks for any, and the words that spoke for it most."""

    unit: int
    share: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Learned:
    """What was learned: units in columns, features in rows."""

    units: tuple[int, ...]
    rarity: Floats
    weights: Floats
    sharpness: float
    #: Dimensions of the meaning; 0: it was learned without.
    dimension: int

    def guess(self, told: Told, *, most: int = 3) -> list[Guess]:
        """The likeliest units, with words that speak for each."""
        if not self.units:
            return []
        row = _row(told, self.rarity, self.dimension)
        scores = row.values @ self.weights[row.places]
        shares = _shares(scores[None], self.sharpness)[0]
        best = np.argsort(-shares, kind="stable")[:most]
        return [
            Guess(self.units[one], min(SUREST, float(shares[one])), self._words(row, int(one)))
            for one in best
        ]

    def to_bytes(self) -> bytes:
        """To be kept; half as precise, which changes no order."""
        out = io.BytesIO()
        np.savez_compressed(
            out,
            units=np.array(self.units, np.int64),
            rarity=self.rarity.astype(np.float16),
            weights=self.weights.astype(np.float16),
            rest=np.array([self.sharpness, self.dimension]),
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Learned":
        """As it was kept."""
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            sharpness, dimension = kept["rest"].tolist()
            return cls(
                tuple(int(one) for one in kept["units"]),
                kept["rarity"].astype(np.float32),
                kept["weights"].astype(np.float32),
                sharpness,
                int(dimension),
            )

    def _words(self, row: "_Row", unit: int) -> tuple[str, ...]:
        """The words that spoke for ``unit`` rather than for the others, the strongest first."""
        weights = self.weights[row.places]
        pull = row.values * (weights[:, unit] - weights.mean(axis=1))
        best = (n for n in np.argsort(-pull, kind="stable") if pull[n] > 0)
        found = (
            row.names[n]
            for n in best
            if len(row.names[n]) > 1 and self.rarity[row.places[n]] > TELLING
        )
        return tuple(islice(found, SHOWN_WORDS))


@dataclass(frozen=True)
class _Said:
    """How often a message says what falls on each place; the words only where they are wanted."""

    places: npt.NDArray[np.int64]
    times: Floats
    names: list[str]


@dataclass(frozen=True)
class _Row:
    """The features of one message that are not nothing: where, how much, and called what."""

    places: npt.NDArray[np.int64]
    values: Floats
    names: list[str]


def learn(told: Sequence[Told], units: Sequence[int]) -> Learned:
    """Learn from messages and the units that answered them; memory grows with their square.

    4,000 messages take some 400 MB and six seconds of one core.
    """
    known = tuple(sorted(set(units)))
    dimension = _dimension(told)
    said = [_said(one, named=False) for one in told]
    rarity = _rarity(said)
    rows = [_row(one, rarity, dimension, words) for one, words in zip(told, said, strict=True)]
    wanted = np.full((len(told), len(known)), -1, np.float32)
    for n, unit in enumerate(units):
        wanted[n, known.index(unit)] = 1
    likeness = np.zeros((len(told), len(told)), np.float32)
    for block, _start in _blocks(rows, dimension):
        likeness += block @ block.T
    likeness[np.diag_indices_from(likeness)] += RIDGE
    pulls = np.linalg.solve(likeness, wanted) if len(told) else wanted
    weights = np.zeros((_width(dimension), len(known)), np.float32)
    for block, start in _blocks(rows, dimension):
        weights[start : start + block.shape[1]] = block.T @ pulls
    return Learned(known, rarity, weights, 1.0, dimension)


def sharpened(learned: Learned, told: Sequence[Told], units: Sequence[int]) -> Learned:
    """The same, its shares made honest by messages that it had not seen."""
    known = {unit: n for n, unit in enumerate(learned.units)}
    seen = [(one, known[unit]) for one, unit in zip(told, units, strict=True) if unit in known]
    if not seen:
        return learned
    rows = [_row(one, learned.rarity, learned.dimension) for one, _place in seen]
    scores = np.stack([row.values @ learned.weights[row.places] for row in rows])
    right = np.array([place for _one, place in seen])

    def surprise(sharpness: float) -> float:
        shares = _shares(scores, sharpness)[np.arange(len(right)), right]
        return float(-np.log(np.maximum(shares, 1e-9)).mean())

    best = min(SHARPNESS, key=surprise)
    return Learned(learned.units, learned.rarity, learned.weights, best, learned.dimension)


def _shares(scores: Floats, sharpness: float) -> Floats:
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _said(told: Told, *, named: bool = True) -> _Said:
    """Words of the title count twice, pairs of characters half."""
    times: dict[int, float] = {}
    names: dict[int, str] = {}
    for text, each in ((told.title, 2.0), (told.text, 1.0)):
        for word in words(text):
            place = _place(word)
            times[place] = times.get(place, 0.0) + each
            if named:
                names.setdefault(place, word)
        for gram in grams(text):
            place = _place(f"\0{gram}")
            times[place] = times.get(place, 0.0) + each / 2
    return _Said(
        np.fromiter(times, np.int64, len(times)),
        np.fromiter(times.values(), np.float32, len(times)),
        [names.get(place, "") for place in times] if named else [],
    )


def _place(name: str, width: int = WIDTH) -> int:
    return zlib.crc32(name.encode(errors="replace")) % width


def _rarity(said: Sequence[_Said]) -> Floats:
    """How much a place says: more where fewer messages have it, nothing where none has."""
    having = np.zeros(WIDTH, np.float32)
    for one in said:
        having[one.places] += 1
    rarity = np.log((1 + len(said)) / (1 + having)) + 1
    rarity[having == 0] = 0
    return rarity.astype(np.float32)


def _row(told: Told, rarity: Floats, dimension: int, said: _Said | None = None) -> _Row:
    """What a message says, as numbers; words that nobody ever used are left out."""
    said = said or _said(told)
    known = rarity[said.places] > 0
    places = said.places[known]
    spots = _spots(told)
    parts = [
        (places, _unit(np.log1p(said.times[known]) * rarity[places])),
        (WIDTH + spots, PLACE * _unit(np.ones(len(spots), np.float32))),
    ]
    if dimension and told.vector is not None and len(told.vector) == dimension:
        first = WIDTH + PLACES
        parts.append((np.arange(first, first + dimension), MEANING * _unit(told.vector)))
    all_places = np.concatenate([part[0] for part in parts])
    named = [name for name, is_known in zip(said.names, known, strict=False) if is_known]
    return _Row(
        all_places,
        np.concatenate([part[1] for part in parts]).astype(np.float32),
        named + [""] * (len(all_places) - len(named)),
    )


def _spots(told: Told) -> npt.NDArray[np.int64]:
    """Where the domain, the region, the city it lies in, and both together fall."""
    given = [name for name in (f"d{told.domain}", f"r{told.region}") if len(name) > 1]
    given += [f"c{told.region[:4]}", f"b{told.domain}{told.region}"] if told.region else []
    return np.array(sorted({_place(name, PLACES) for name in given}), np.int64)


def _unit(numbers: Floats) -> Floats:
    length = float(np.linalg.norm(numbers))
    scaled: Floats = numbers / length if length else numbers
    return scaled


def _dimension(told: Sequence[Told]) -> int:
    """That of most vectors; those of another model are left out."""
    found = Counter(len(one.vector) for one in told if one.vector is not None)
    return found.most_common(1)[0][0] if found else 0


def _width(dimension: int) -> int:
    return WIDTH + PLACES + dimension


def _blocks(rows: Sequence[_Row], dimension: int) -> Iterator[tuple[Floats, int]]:
    """All features of all messages, so many columns at a time."""
    if not rows:
        return
    lines = np.repeat(np.arange(len(rows)), [len(row.places) for row in rows])
    places = np.concatenate([row.places for row in rows])
    values = np.concatenate([row.values for row in rows])
    order = np.argsort(places, kind="stable")
    lines, places, values = lines[order], places[order], values[order]
    for start in range(0, _width(dimension), BLOCK):
        wide = min(BLOCK, _width(dimension) - start)
        first, last = np.searchsorted(places, [start, start + wide])
        block = np.zeros((len(rows), wide), np.float32)
        block[lines[first:last], places[first:last] - start] = values[first:last]
        yield block, start
