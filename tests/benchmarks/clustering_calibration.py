"""Fit the weights of the similarity on labelled messages, and measure them by cross-validation.

    python -m tests.benchmarks.clustering_calibration DATA [--model M] [--write]

DATA is a folder with messages_grouped.csv (id, group, title, body) and, if there,
arguments_grouped_en.csv (id, group, body, topic, stance). ``--write`` puts weights fitted on
everything into the shipped model. Figures are those of folds that were not trained on: all
documents of a group lie in one fold, all arguments of a topic in one.
"""

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score

from consult.clustering import Document, Encoder, encode_documents, load_encoder
from consult.clustering.evaluation import evaluate, retrieval
from consult.clustering.grouping import candidates
from consult.clustering.grouping.clusterer import distinct
from consult.clustering.grouping.linkage import crowd, floor_of, telling
from consult.clustering.grouping.merging import Merging
from consult.clustering.grouping.numbers import REACH
from consult.clustering.similarity.calibration import Lesson, fit, signals_of, stored
from consult.clustering.similarity.scoring import WEIGHTS, Weights, against
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.tokens.tables import Side
from consult.clustering.vectors import centre_of, centred, halved
from tests.benchmarks.clustering_policy_pairs import lessons_of

FOLDS = 5
DEMO = Path(__file__).parents[2] / "consult" / "demo" / "data" / "topics"
#: A mate that is missed is as bad as so many strangers taken in.
MISSED = 3.0
#: What published paraphrases count beside titles in the weights of short sentences: more of them make
#: grouping of titles worse (0.25: AMI 0.33 instead of 0.35), none leaves paraphrases to chance wording.
PARAPHRASES = 0.1
csv.field_size_limit(10**9)


@dataclass
class Set:
    """Labelled documents: distinct texts, their candidate pairs and the signals of those."""

    documents: list[Document]
    gold: np.ndarray
    pairs: np.ndarray
    signals: np.ndarray
    fold: np.ndarray
    elsewhere: np.ndarray
    even: bool = False

    @property
    def same(self) -> np.ndarray:
        return self.gold[self.pairs[:, 0]] == self.gold[self.pairs[:, 1]]

    def counts(self) -> np.ndarray:
        """Every document of a group counts the same, however large its group, unless ``even``."""
        if self.even:
            return np.ones(len(self.pairs))
        _, place, size = np.unique(self.gold, return_inverse=True, return_counts=True)
        mates = np.maximum(size[place][self.pairs[:, 0]] - 1, 1)
        return np.where(self.same, 2 * MISSED / mates, 1.0)

    def lesson(self, chosen: np.ndarray) -> Lesson:
        return Lesson(self.signals[chosen], self.same[chosen], self.counts()[chosen])

    def inside(self, fold: int) -> np.ndarray:
        return (self.fold[self.pairs] == fold).any(axis=1)


def build(
    documents: Sequence[Document],
    gold: Sequence[str],
    encoder: Encoder,
    *,
    fold: int | None = None,
    titles_asked: bool = False,
) -> Set:
    """Take distinct texts, their candidates and signals."""
    kept = [copies[0] for copies in distinct(documents, [])]
    texts, labels = [documents[at] for at in kept], np.array([gold[at] for at in kept])
    corpus = Corpus()
    vectors = encode_documents(encoder, texts)
    vectors = halved(centred(vectors, centre_of(vectors.sum(axis=0), len(vectors))))
    side = Side.of(corpus, corpus.add_all(texts), vectors)
    pairs = candidates.pairs(corpus, side, each=20, progress=None)
    asked = [Document(text.title) for text in texts] if titles_asked else None
    signals = signals_of(texts, pairs, encoder, asked)
    names, place = np.unique(labels, return_inverse=True)
    if fold is None:
        folds = np.random.default_rng(0).integers(0, FOLDS, len(names))[place]
    else:
        folds = np.full(len(texts), fold)
    elsewhere = against(side, side, pairs, signals)
    return Set(texts, labels, pairs, signals, folds, elsewhere, even=fold is not None)


def messages(data: Path) -> tuple[list[Document], list[str]]:
    with (data / "messages_grouped.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    gold = [row["group"] if row["group"] != "S" else row["id"] for row in rows]
    return [Document(row["title"], row["body"]) for row in rows], gold


def ideas(encoder: Encoder, part: str) -> list[Set]:
    """The demo's consultations on drafts in Chinese, one fold each."""
    found = []
    for path in sorted(DEMO.glob("*/suggestions.json")):
        rows = json.loads(path.read_text(encoding="utf-8"))
        texts = [Document(row["title"], f"{row['facts']} {row['proposal']}") for row in rows]
        if "".join(text.title for text in texts).isascii():
            continue
        gold = [row.get("group") or row["key"] for row in rows]
        if part == "titles":
            texts = [Document(text.title) for text in texts]
        if part == "bodies":
            texts = [Document(text.body) for text in texts]
        one = build(texts, gold, encoder, fold=len(found), titles_asked=part == "half")
        one.even = False
        found.append(one)
    return found


def arguments(data: Path, encoder: Encoder) -> Iterator[Set]:
    """One set per topic and stance; what makes several points is left out."""
    path = data / "arguments_grouped_en.csv"
    found: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if row["group"] != "?":
                found[row["topic"], row["stance"]].append(row)
    topics = sorted({topic for topic, _ in found})
    for (topic, _), rows in found.items():
        gold = [row["group"] if row["group"] != "S" else row["id"] for row in rows]
        texts = [Document(row["body"]) for row in rows]
        yield build(texts, gold, encoder, fold=topics.index(topic) % FOLDS)


def crossed(sets: Sequence[Set], teachers: Sequence[Sequence[Set]]) -> list[np.ndarray]:
    """Return odds for each set by weights that never saw the fold; a teacher is a list of sets."""
    sums = [np.zeros(len(one.pairs)) for one in sets]
    times = [np.zeros(len(one.pairs)) for one in sets]
    for fold in range(FOLDS):
        lessons = [merged([one.lesson(~one.inside(fold)) for one in group]) for group in teachers]
        weights = fit([lesson for lesson in lessons if len(lesson.same)])
        for at, one in enumerate(sets):
            here = one.inside(fold)
            sums[at][here] += weights.odds(one.signals[here]) - one.elsewhere[here]
            times[at] += here
    return [total / count for total, count in zip(sums, times, strict=True)]


def merged(lessons: Sequence[Lesson]) -> Lesson:
    return Lesson(
        np.concatenate([lesson.signals for lesson in lessons]),
        np.concatenate([lesson.same for lesson in lessons]),
        np.concatenate([lesson.counts for lesson in lessons]),
    )


def grouped(one: Set, odds: np.ndarray, threshold: float) -> np.ndarray:
    """Group as the engine does among requests: the same floor, links and merging."""
    threshold = max(threshold + crowd(len(one.gold)), floor_of(len(one.gold), one.pairs, odds))
    kept = telling(odds)
    return Merging(threshold, REACH).labels(len(one.gold), one.pairs[kept], odds[kept])


def report(name: str, sets: Sequence[Set], odds: Sequence[np.ndarray]) -> None:
    """Print ranking and grouping of sets taken as one; groups of different sets never meet."""
    precision = [
        average_precision_score(one.same, values, sample_weight=one.counts())
        for one, values in zip(sets, odds, strict=True)
        if one.same.any()
    ]
    print(f"{name}: average precision {np.mean(precision):.3f}")
    for threshold in (-1.0, 0.0, 1.0):
        gold, found = [], []
        for at, (one, values) in enumerate(zip(sets, odds, strict=True)):
            gold += [f"{at} {label}" for label in one.gold]
            found += [f"{at} {label}" for label in grouped(one, values, threshold)]
        print(f"  {threshold:5.1f}", shown(figures(gold, found)))


def figures(gold: Sequence[str] | np.ndarray, found: Sequence[str] | np.ndarray) -> np.ndarray:
    """Return the figures that :func:`shown` names."""
    scores = evaluate(gold, found)
    pairs = scores.pairs
    return np.array(
        [
            scores.adjusted_mutual_information,
            pairs.precision,
            pairs.recall,
            pairs.f1,
            scores.pairs_without_largest.f1,
            scores.bcubed.f1,
        ]
    )


def shown(values: np.ndarray) -> str:
    names = ("AMI", "pairs P", "R", "F1", "F1 without the largest group", "B-cubed F1")
    return "  ".join(f"{name} {value:.3f}" for name, value in zip(names, values, strict=True))


def repeated(one: Set, times: int) -> None:
    """Print the mean over several divisions into folds: one alone is off by up to 0.01.

    The thresholds are given ones: none is chosen by what is measured.
    """
    names, place = np.unique(one.gold, return_inverse=True)
    grid = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5)
    found: dict[float, list[np.ndarray]] = defaultdict(list)
    ranked = []
    for seed in range(times):
        one.fold = np.random.default_rng(seed).integers(0, FOLDS, len(names))[place]
        [odds] = crossed([one], [[one]])
        for threshold in grid:
            found[threshold].append(figures(one.gold, grouped(one, odds, threshold)))
        best = ranking(one, odds)
        scores = retrieval(best, range(len(best)), one.gold)
        ranked.append((scores.recall[5], scores.mean_reciprocal_rank))
    recall, rank = np.mean(ranked, axis=0)
    print(f"whole, mean of {times} divisions: recall@5 {recall:.3f}  MRR {rank:.3f}")
    for threshold, values in found.items():
        print(f"  {threshold:5.2f}", shown(np.mean(values, axis=0)))


def ranking(one: Set, odds: np.ndarray) -> list[list[int]]:
    """Return for each text the others that it was compared with, the likest first."""
    ends = np.concatenate([one.pairs, one.pairs[:, ::-1]])
    order = np.lexsort((-np.concatenate([odds, odds]), ends[:, 0]))
    starts = np.searchsorted(ends[order, 0], np.arange(len(one.gold) + 1))
    return [ends[order[a:b], 1].tolist() for a, b in pairwise(starts)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="shipped")
    parser.add_argument("--times", type=int, default=5, help="divisions into folds")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--quick", action="store_true", help="whole messages only")
    options = parser.parse_args()
    encoder = load_encoder(options.model)
    texts, gold = messages(options.data)
    whole = build(texts, gold, encoder)
    repeated(whole, options.times)
    if options.quick:
        return
    half = build(texts, gold, encoder, titles_asked=True)
    titles = build([Document(text.title) for text in texts], gold, encoder)
    bodies = build([Document(text.body) for text in texts], gold, encoder)
    english = list(arguments(options.data, encoder))
    report("whole", [whole], crossed([whole], [[whole]]))
    report("half", [half], crossed([half], [[half]]))
    single = [[titles], [bodies]]
    for name, sets in zip(("titles alone", "bodies alone"), single, strict=True):
        report(name, sets, crossed(sets, single))
    report("English", english, crossed(english, [english]))
    unnamed = {part: ideas(encoder, part) for part in ("whole", "half", "titles", "bodies")}
    for part, sets in unnamed.items():
        odds = crossed(sets, [[one] for one in sets])
        report(f"ideas, {part}", sets, odds)
        for one, values in zip(sets, odds, strict=True):
            report(f"  one of {len(one.gold)}", [one], [values])
    if options.write:
        kinds = {"whole": [[whole]], "half": [[half]], "single": single}
        kinds |= {f"{part}_unnamed": [[one] for one in unnamed[part]] for part in ("whole", "half")}
        kinds["single_unnamed"] = [[one] for one in unnamed["titles"] + unnamed["bodies"]]
        kinds["single_latin"] = [english]
        write(kinds, short(encoder, options.data, unnamed["titles"]))


def whole_lessons(groups: Sequence[Sequence[Set]]) -> list[Lesson]:
    return [merged([one.lesson(np.ones(len(one.pairs), bool)) for one in sets]) for sets in groups]


def short(encoder: Encoder, data: Path, titles: Sequence[Set]) -> Weights:
    """Fit short sentences without a place, and say what paraphrases change for titles left out."""
    others = lessons_of(encoder, data)
    for name, more in (("titles", []), ("titles and paraphrases", others)):
        found = []
        for one in titles:
            taught = [[other] for other in titles if other is not one]
            odds = fit(whole_lessons(taught), more, PARAPHRASES).odds(one.signals) - one.elsewhere
            found.append(average_precision_score(one.same, odds, sample_weight=one.counts()))
        print(f"short ideas by {name}: average precision {np.mean(found):.3f}")
    return fit(whole_lessons([[one] for one in titles]), others, PARAPHRASES)


def write(teachers: dict[str, list[list[Set]]], short_ones: Weights) -> None:
    fitted = {kind: fit(whole_lessons(groups)) for kind, groups in teachers.items()}
    fitted["short_unnamed"] = short_ones
    text = json.dumps({kind: stored(weights) for kind, weights in fitted.items()}, indent=1)
    WEIGHTS.write_text(text + "\n", encoding="utf-8")
    print(f"Written to {WEIGHTS}.")


if __name__ == "__main__":
    main()
