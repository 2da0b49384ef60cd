"""Compare encoders on what none of them was trained on.

    python -m tests.benchmarks.clustering_encoders MODEL [MODEL …] [--data DATA]

Paraphrases of our own share no words (mean reciprocal rank of the mate among all). With DATA:
pairs held out of training (area under the curve of same against different, or rank correlation
of grades), and title → body of messages that no training saw.
"""

import argparse
import csv
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from consult.clustering import Encoder, load_encoder
from consult.clustering.training.archive import is_held_out
from consult.clustering.training.sources import from_pairs
from tests.benchmarks.clustering_paraphrases import CHINESE, ENGLISH

csv.field_size_limit(10**9)


def rank(encoder: Encoder, pairs: Sequence[tuple[str, str]]) -> float:
    first, second = (encoder.encode([pair[side] for pair in pairs]) for side in (0, 1))
    scores = first @ second.T
    better = (scores > np.diag(scores)[:, None]).sum(axis=1)
    return float((1 / (1 + better)).mean())


def held_out(encoder: Encoder, path: Path) -> float | None:
    kept = [row for row in from_pairs(path).graded if is_held_out(row[0])]
    if len({mark for *_, mark in kept}) < 2:
        return None
    marks = np.array([mark for *_, mark in kept])
    first, second = (encoder.encode([row[side] for row in kept]) for side in (0, 1))
    scores = (first * second).sum(axis=1)
    if len(set(marks)) == 2:
        return float(roc_auc_score(marks > 0.5, scores))
    return float(spearmanr(scores, marks).statistic)


def speed(encoder: Encoder) -> float:
    texts = [first for first, _ in CHINESE + ENGLISH] * 200
    encoder.encode(texts[:100])
    started = time.process_time()
    encoder.encode(texts)
    return len(texts) / (time.process_time() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    for name in options.models:
        encoder = load_encoder(name)
        print(name, f"{speed(encoder):.0f} short texts/s")
        print(f"  paraphrases zh {rank(encoder, CHINESE):.3f}  en {rank(encoder, ENGLISH):.3f}")
        if options.data:
            found = {
                path.stem: held_out(encoder, path)
                for path in sorted(options.data.glob("pairs/*.tsv"))
            }
            print("  held out", {key: round(value, 3) for key, value in found.items() if value})
            with (options.data / "messages_grouped.csv").open(encoding="utf-8-sig") as lines:
                rows = [(row["title"], row["body"]) for row in csv.DictReader(lines)]
            print(
                f"  title → body of {len(rows)} unseen messages {rank(encoder, rows):.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
