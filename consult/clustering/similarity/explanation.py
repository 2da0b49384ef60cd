"""Why two documents are together, in words that a person can check."""

from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from consult.clustering.documents import Document, as_document, clean, digest
from consult.clustering.encoders.loading import Encoder, encode_documents
from consult.clustering.similarity.scoring import (
    KINDS,
    SIGNALS,
    Similarity,
    kinds_of,
    probability,
    shipped_weights,
)
from consult.clustering.tokens.corpus import Corpus, Row
from consult.clustering.tokens.keywords import own_words, shared_words
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import Floats, centred

#: A shared passage shorter than this says nothing.
SHORTEST = 3
#: Characters compared for passages; the time grows with their square.
READ = 1500
#: Passages and words shown at most.
MOST = 12


@dataclass(frozen=True)
class Explanation:
    """The likeness of two documents, taken apart.

    ``contributions`` say how much of the evidence is meaning, wording and shared names; they
    add up to 1. ``passages`` are word for word in both. ``shared_words`` and ``only_first`` and
    ``only_second`` are in both or in one only, the rarest first: a differing place is seen there.
    """

    score: float
    contributions: dict[str, float]
    passages: tuple[str, ...]
    shared_words: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def explain(
    first: str | Document,
    second: str | Document,
    encoder: Encoder,
    corpus: Corpus | None = None,
    centre: Floats | None = None,
) -> Explanation:
    """Say how alike two documents are, and why.

    ``corpus`` says how rare words are in their topic, and ``centre`` what all its vectors have in
    common (see :func:`~consult.clustering.vectors.centre_of`): with both the score is that of a
    run. Without them rarity is that of ordinary messages.
    """
    one, other = as_document(first), as_document(second)
    corpus = corpus or Corpus()
    # they get numbers, so that their words can be shown, but do not make those less rare
    rows = [corpus.add(one), corpus.add(other)]
    for row in rows:
        corpus.remove(row)
    vectors = encode_documents(encoder, [one, other])
    if centre is not None:
        vectors = centred(vectors, centre)
    side, pair = Side.of(corpus, rows, vectors), np.array([[0, 1]])
    similarity = Similarity(shipped_weights())
    signals = similarity.signals(side, side, pair)
    weights = similarity.weights[KINDS[int(kinds_of(side, side, pair)[0])]]
    odds = similarity.odds(side, side, pair)
    score = 1.0 if digest(one) == digest(other) else float(probability(odds)[0])
    shared, first_only, second_only = _compared(corpus, *rows)
    return Explanation(
        score=round(score, 4),
        contributions=_contributions(weights.parts(signals)[0]),
        passages=_passages(clean(one.text), clean(other.text)),
        shared_words=shared,
        only_first=first_only,
        only_second=second_only,
    )


def _contributions(parts: Floats) -> dict[str, float]:
    """Add up what each kind of likeness speaks for; what speaks against counts as nothing."""
    sums = dict.fromkeys(SIGNALS.values(), 0.0)
    for kind, part in zip(SIGNALS.values(), parts.tolist(), strict=True):
        sums[kind] += part
    total = sum(max(part, 0.0) for part in sums.values())
    return {kind: round(max(part, 0.0) / total, 4) if total else 0.0 for kind, part in sums.items()}


def _compared(corpus: Corpus, first: Row, second: Row) -> tuple[tuple[str, ...], ...]:
    """Return the words in both, in the first only and in the second only."""
    return (
        shared_words(corpus, first, second, MOST),
        own_words(corpus, first, second, MOST),
        own_words(corpus, second, first, MOST),
    )


def _passages(first: str, second: str) -> tuple[str, ...]:
    """Return what stands word for word in both, the longest first."""
    blocks = SequenceMatcher(
        None, first[:READ], second[:READ], autojunk=False
    ).get_matching_blocks()
    found = {first[block.a : block.a + block.size].strip() for block in blocks}
    long_enough = [passage for passage in found if len(passage) >= SHORTEST]
    return tuple(sorted(long_enough, key=lambda passage: (-len(passage), passage))[:MOST])
