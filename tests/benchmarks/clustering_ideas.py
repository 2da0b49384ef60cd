"""Ideas in other words, grouped by cross-validation over topics.

    python -m tests.benchmarks.clustering_ideas DATA [--model M]

English arguments (arguments_grouped_en.csv in DATA) within topic and stance, those that make
several points left out; and the demo's consultations on drafts in Chinese, each by weights learnt
from the others. ``AMI`` takes all parts as one set, whose parts never meet. That alone rewards
knowing the parts: one group for each part has an AMI of 0.63 in English, so ``within``, the mean
of each part's own AMI (0 for one group a part), has to be read beside it.
"""

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score

from consult.clustering import load_encoder
from consult.clustering.grouping import candidates
from consult.clustering.grouping.communities import LENIENCE, communities, every_pair
from consult.clustering.grouping.prevalence import LEARNT, shift_of
from consult.clustering.similarity.calibration import fit
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from consult.clustering.tokens.words import words
from tests.benchmarks.clustering_calibration import (
    Set,
    arguments,
    crossed,
    figures,
    grouped,
    ideas,
    merged,
)

COMPARED = candidates.pairs
Grouped = Callable[[Set, np.ndarray], Sequence[object]]


def alone(one: Set, odds: np.ndarray) -> Sequence[object]:
    return range(len(one.gold))


def together(one: Set, odds: np.ndarray) -> Sequence[object]:
    return [0] * len(one.gold)


def near_duplicates(one: Set, odds: np.ndarray) -> Sequence[object]:
    return grouped(one, odds, 0.0).tolist()


def by_ideas(one: Set, odds: np.ndarray) -> Sequence[object]:
    latin = one.even  # those of arguments
    shift = shift_of(odds, LEARNT) if latin else 0.0
    return communities(len(one.gold), one.pairs, odds + shift, LENIENCE)


def by_words(one: Set, odds: np.ndarray) -> Sequence[object]:
    """The same moves, for the cosine of words alone: the best simple method that was found."""
    rows = TfidfVectorizer(analyzer=words, sublinear_tf=True).fit_transform(
        [document.text for document in one.documents]
    )
    first, second = np.triu_indices(len(one.gold), 1)
    cosines = np.asarray(rows[first].multiply(rows[second]).sum(axis=1)).ravel()
    spread = (cosines - np.quantile(cosines, 0.9)) / max(float(cosines.std()), 1e-9)
    return communities(len(one.gold), np.stack([first, second], axis=1), spread, 0.0)


WAYS: dict[str, Grouped] = {
    "every text alone": alone,
    "one group a part": together,
    "words": by_words,
    "near duplicates": near_duplicates,
    "ideas": by_ideas,
}


def every(corpus: Corpus, side: Side, **settings: object) -> np.ndarray:
    """Take the place of the search for candidates: few ideas are all compared with each other."""
    return every_pair(len(side.vectors))


def compared(make: Callable[[], list[Set]]) -> tuple[list[Set], list[Set]]:
    """Return sets with the pairs worth comparing, and with all pairs."""
    near = make()
    try:
        candidates.pairs = every
        return near, make()
    finally:
        candidates.pairs = COMPARED


def odds_of(
    near: Sequence[Set], full: Sequence[Set], teachers: Sequence[Sequence[Set]]
) -> list[np.ndarray]:
    """Return odds of all pairs by weights learnt, as shipped, on those worth comparing elsewhere."""
    odds: list[np.ndarray] = [np.zeros(0)] * len(full)
    for fold in {int(one.fold[0]) for one in near}:
        lessons = [merged([one.lesson(~one.inside(fold)) for one in group]) for group in teachers]
        weights = fit([lesson for lesson in lessons if len(lesson.same)])
        for at, one in enumerate(full):
            if one.fold[0] == fold:
                odds[at] = weights.odds(one.signals) - one.elsewhere
    return odds


def report(
    name: str, near: Sequence[Set], full: Sequence[Set], teachers: Sequence[Sequence[Set]]
) -> None:
    print(f"{name}: {sum(len(one.gold) for one in near)} texts in {len(near)} parts")
    of_near, of_full = crossed(near, teachers), odds_of(near, full, teachers)
    for way, group in WAYS.items():
        few = group is near_duplicates
        sets, odds = (near, of_near) if few else (full, of_full)
        labels = [group(one, values) for one, values in zip(sets, odds, strict=True)]
        gold = [f"{at} {label}" for at, one in enumerate(sets) for label in one.gold]
        found = [f"{at} {label}" for at, part in enumerate(labels) for label in part]
        own = [
            adjusted_mutual_info_score(one.gold, part)
            for one, part in zip(sets, labels, strict=True)
        ]
        print(f"  {way:28}{figures(gold, found)}  within {np.mean(own):.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="shipped")
    options = parser.parse_args()
    encoder = load_encoder(options.model)
    near, full = compared(lambda: list(arguments(options.data, encoder)))
    report("English arguments", near, full, [near])
    for part in ("whole", "titles", "bodies"):
        near, full = compared(partial(ideas, encoder, part))
        report(f"Chinese drafts, {part}", near, full, [[one] for one in near])


if __name__ == "__main__":
    main()
