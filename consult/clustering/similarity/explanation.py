"""Why two documents are together, in words that a person can check."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from consult.clustering.documents import Document, as_document, digest
from consult.clustering.encoders.loading import Encoder, encode_documents
from consult.clustering.similarity.passages import passages
from consult.clustering.similarity.phrases import described
from consult.clustering.similarity.scoring import (
    ELSEWHERE,
    KINDS,
    OPPOSITE,
    SIGNALS,
    Similarity,
    Weights,
    apart,
    kinds_of,
    opposed,
    probability,
    shipped_weights,
    strange,
)
from consult.clustering.tokens.corpus import Corpus, Row
from consult.clustering.tokens.keywords import own_words, shared_words
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import Floats, centred

#: Passages and words shown at most.
MOST = 12


@dataclass(frozen=True)
class Contribution:
    """What one signal adds to the log-odds that two documents make the same request.

    Parameters
    ----------
    signal
        Its name, as in :data:`~consult.clustering.similarity.scoring.SIGNALS`, or ``start`` (what
        any two texts begin with), ``places`` (what differing places take away), ``wishes`` (what
        opposite wishes do) or ``strange`` (what is taken among many texts where each title has
        something rarer than all that both have).
    kind
        ``meaning``, ``wording``, ``names``, ``places``, ``wishes``, ``strange`` or ``start``.
    value
        How strong the signal is, from 0 to 1.
    log_odds
        What it adds; below 0 it speaks against.

    Examples
    --------
    >>> from consult.clustering import HashingEncoder, explain
    >>> explain("wider cycle lanes", "cycle lanes, wider", HashingEncoder()).signals[0].signal
    'meaning'
    """

    signal: str
    kind: str
    value: float
    log_odds: float


@dataclass(frozen=True)
class Explanation:
    """The likeness of two documents, taken apart; the same in both directions.

    Parameters
    ----------
    score
        The probability that a person would call them the same request.
    log_odds
        The same as the sum of all ``signals``, exactly: ``score`` is 1 / (1 + exp(-log_odds)),
        save that copies have a score of 1.
    signals
        What each signal adds.
    contributions
        How much of what speaks for it is meaning, wording and shared names; together 1.
    passages
        What stands word for word in both, the longest first.
    shared_words, only_first, only_second
        Telling words in both or in one only, the rarest first.
    places_first, places_second
        Roads and estates that the title of one names and that of the other does not.
    copies
        Whether the texts differ in case, width, blanks and punctuation at most.

    Examples
    --------
    >>> from consult.clustering import HashingEncoder, explain
    >>> found = explain("青松路路灯坏了", "丹枫路路灯坏了", HashingEncoder())
    >>> found.places_first, found.places_second
    (('青松路',), ('丹枫路',))
    >>> sum(part.log_odds for part in found.signals if part.signal == "places")
    -24.0
    """

    score: float
    log_odds: float
    signals: tuple[Contribution, ...]
    contributions: dict[str, float]
    passages: tuple[str, ...]
    shared_words: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    places_first: tuple[str, ...]
    places_second: tuple[str, ...]
    copies: bool

    def in_words(self, language: str = "en") -> str:
        """Say it in lines that anybody can read, in English (``en``) or Chinese (``zh``).

        :raises WrongSettings: for another language.
        """
        return described(self, language)


def explain(
    first: str | Document,
    second: str | Document,
    encoder: Encoder,
    corpus: Corpus | None = None,
    centre: Floats | None = None,
    *,
    weights: Mapping[str, Weights] | None = None,
) -> Explanation:
    """Say how alike two documents are, and why. Cost: some ten milliseconds.

    Parameters
    ----------
    first, second
        The two documents; a bare text is a title.
    encoder
        Turns texts into unit vectors.
    corpus
        Says how rare words are in their topic; without it they are as rare as in ordinary
        messages. The two are not counted. Not to be shared with a thread that changes it.
    centre
        What all vectors of the topic have in common, see
        :func:`~consult.clustering.vectors.centre_of`. With it and ``corpus`` the score is that
        of a run.
    weights
        Calibration of the similarity, the shipped one by default.

    Raises
    ------
    WrongDocuments
        If one is no text.

    Examples
    --------
    >>> from consult.clustering import HashingEncoder, explain
    >>> found = explain("Wider cycle lanes soon!", "Build wider cycle lanes", HashingEncoder())
    >>> found.passages
    ('wider cycle lanes',)
    >>> found.in_words().splitlines()[2]
    'Word for word in both: “wider cycle lanes”.'
    """
    one, other = as_document(first), as_document(second)
    if (one.title, one.body) <= (other.title, other.body):
        return _explained(one, other, encoder, corpus or Corpus(), centre, weights)
    # found in one order only, so that no rounding and no tie tells the two orders apart
    found = _explained(other, one, encoder, corpus or Corpus(), centre, weights)
    return replace(
        found,
        only_first=found.only_second,
        only_second=found.only_first,
        places_first=found.places_second,
        places_second=found.places_first,
    )


def _explained(
    one: Document,
    other: Document,
    encoder: Encoder,
    corpus: Corpus,
    centre: Floats | None,
    weights: Mapping[str, Weights] | None,
) -> Explanation:
    # they get numbers, so that their words can be shown, but do not make those less rare
    rows = [corpus.add(one), corpus.add(other)]
    for row in rows:
        corpus.remove(row)
    vectors = encode_documents(encoder, [one, other])
    if centre is not None:
        vectors = centred(vectors, centre)
    signals = _signals(Side.of(corpus, rows, vectors), Similarity(weights or shipped_weights()))
    log_odds = fsum(part.log_odds for part in signals)
    copies = bool(one.text.strip()) and digest(one) == digest(other)
    return Explanation(
        score=1.0 if copies else round(float(probability(np.array([log_odds], float))[0]), 4),
        log_odds=log_odds,
        signals=signals,
        contributions=_shares(signals),
        passages=passages(one.text, other.text, MOST),
        shared_words=shared_words(corpus, rows[0], rows[1], MOST),
        only_first=own_words(corpus, rows[0], rows[1], MOST),
        only_second=own_words(corpus, rows[1], rows[0], MOST),
        places_first=_places(rows[0], rows[1]),
        places_second=_places(rows[1], rows[0]),
        copies=copies,
    )


def _signals(side: Side, similarity: Similarity) -> tuple[Contribution, ...]:
    """Take the log-odds of the one pair apart."""
    pair = np.array([[0, 1]])
    values = similarity.signals(side, side, pair)
    weights = similarity.weights[KINDS[int(kinds_of(side, side, pair)[0])]]
    elsewhere = float(apart(side, side, pair)[0])
    contrary = float(opposed(side, side, pair, values)[0])
    taken = float(strange(side, side, pair)[0])
    parts = zip(SIGNALS.items(), values[0].tolist(), weights.parts(values)[0].tolist(), strict=True)
    return (
        *(Contribution(name, kind, value, adds) for (name, kind), value, adds in parts),
        Contribution("places", "places", elsewhere, -ELSEWHERE * elsewhere if elsewhere else 0.0),
        Contribution("wishes", "wishes", contrary, -OPPOSITE * contrary if contrary else 0.0),
        Contribution("strange", "strange", 1.0 if taken else 0.0, -taken if taken else 0.0),
        Contribution("start", "start", 1.0, float(weights.offset)),
    )


def _shares(signals: tuple[Contribution, ...]) -> dict[str, float]:
    """Add up what each kind of likeness speaks for; what speaks against counts as nothing."""
    sums = dict.fromkeys(SIGNALS.values(), 0.0)
    for part in signals:
        if part.kind in sums:
            sums[part.kind] += part.log_odds
    total = sum(max(part, 0.0) for part in sums.values())
    return {kind: round(max(part, 0.0) / total, 4) if total else 0.0 for kind, part in sums.items()}


def _places(row: Row, other: Row) -> tuple[str, ...]:
    """Return the places that one title names and the other does not."""
    there = {spot.name + spot.part for spot in other.places}
    mine = dict.fromkeys(spot.name + spot.part for spot in row.places)
    return tuple(name for name in mine if name not in there)
