"""Fit what the company of two texts adds to their likeness, and measure it by cross-validation.

    python -m tests.benchmarks.clustering_company DATA [--times 5] [--write]

DATA as for clustering_calibration, whose weights of whole texts are to be written first. Figures are those
of folds that were not trained on, with and without company. ``--write`` puts the weights fitted on
everything into the shipped model.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from consult.clustering import encode_documents, load_encoder
from consult.clustering.grouping.company import AGAINST, COMPANY, LEAST, STORED, WORDY, company
from consult.clustering.similarity.calibration import fit
from consult.clustering.similarity.scoring import SIGNALS, WEIGHTS
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import centre_of, centred, halved
from tests.benchmarks.clustering_calibration import (
    FOLDS,
    Set,
    build,
    crossed,
    figures,
    grouped,
    messages,
    shown,
)

THRESHOLDS = (-0.5, -0.25, 0.0, 0.25, 0.5)


def with_company(one: Set) -> tuple[Set, np.ndarray]:
    """Return the same pairs with one more signal, and for which of them it counts."""
    corpus, encoder = Corpus(), load_encoder("shipped")
    vectors = encode_documents(encoder, one.documents)
    vectors = halved(centred(vectors, centre_of(vectors.sum(axis=0), len(vectors))))
    side = Side.of(corpus, corpus.add_all(one.documents), vectors)
    signals = np.column_stack([one.signals, company(side, one.pairs)])
    telling = side.whole & (side.words.sizes >= WORDY)
    return replace(one, signals=signals), telling[one.pairs].all(axis=1)


def measured(one: Set, more: Set, telling: np.ndarray, times: int) -> None:
    """Print means over several divisions into folds."""
    names, place = np.unique(one.gold, return_inverse=True)
    alone, together = [], []
    for seed in range(times):
        one.fold = more.fold = np.random.default_rng(seed).integers(0, FOLDS, len(names))[place]
        [odds], [known] = crossed([one], [[one]]), crossed([more], [[more]])
        alone.append(odds)
        known = np.maximum(known, odds - AGAINST)
        together.append(np.where((odds > LEAST) & telling, known, odds))
    for name, found in (("a pair alone", alone), ("with its company", together)):
        print(f"{name}, mean of {times} divisions")
        for threshold in THRESHOLDS:
            rows = [figures(one.gold, grouped(one, odds, threshold)) for odds in found]
            print(f"  {threshold:5.2f}", shown(np.mean(rows, axis=0)))


def write(more: Set) -> None:
    weights = fit([more.lesson(np.ones(len(more.pairs), bool))])
    names = (*SIGNALS, COMPANY)
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    stored[STORED] = {
        "plain": dict(zip(names, map(float, weights.plain), strict=True)),
        "rooted": dict(zip(names, map(float, weights.rooted), strict=True)),
        "offset": weights.offset,
    }
    WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {WEIGHTS}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--times", type=int, default=5, help="divisions into folds")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    texts, gold = messages(options.data)
    one = build(texts, gold, load_encoder("shipped"))
    more, telling = with_company(one)
    measured(one, more, telling, options.times)
    if options.write:
        write(more)


if __name__ == "__main__":
    main()
