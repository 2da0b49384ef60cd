"""How good a grouping is, against groups made by people.

All figures are of two labellings of the same texts, given as any hashable labels; a text that
stands alone has a label of its own (see :func:`labelled`). Cost of all but retrieval: time and
memory grow with the number of texts (one million: some seconds).

Sources: B-cubed, Bagga and Baldwin 1998; adjusted mutual information, Vinh, Epps and Bailey 2010.
"""

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import gammaln

from consult.clustering.vectors import Floats, Integers

#: Labels of a text that stands alone, and of one to leave out of all figures.
ALONE = frozenset({"", "S", "-1"})
LEFT_OUT = "?"
#: Groups from this size on must be found; half of all that is in either must be in both.
LARGE, FOUND = 4, 0.5

Labels = Sequence[Hashable] | npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both, 0 if both are."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every figure of one grouping.

    ``pairs`` and ``bcubed`` are over all texts; ``pairs_without_largest`` leaves out the texts of
    the largest gold group, which else dominates; ``bcubed_mates`` is over texts that have mates.
    ``large_found`` is the share of gold groups of four or more with a group that shares half of
    their union, ``single_kept`` the share of single texts left single. Where there is nothing
    to find a share is 1.
    """

    texts: int
    gold_groups: int
    found_groups: int
    pairs: Score
    pairs_without_largest: Score
    bcubed: Score
    bcubed_mates: Score
    adjusted_mutual_information: float
    large_found: float
    single_kept: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How well texts find their mates among all others.

    ``recall`` is, by the number *k* of texts looked at, the mean share of mates among the first
    *k* (of *k* where there are more mates). ``mean_reciprocal_rank`` is of the first mate.
    """

    queries: int
    recall: dict[int, float]
    mean_reciprocal_rank: float


class Contingency:
    """How often each gold label and each predicted label go together.

    Parameters
    ----------
    gold, predicted
        A label for each text.

    Examples
    --------
    >>> from consult.clustering.evaluation import Contingency
    >>> table = Contingency(["a", "a", "b", "c"], [1, 1, 1, 2])
    >>> table.pairs().precision, table.pairs().recall
    (0.3333333333333333, 1.0)
    """

    def __init__(self, gold: Labels, predicted: Labels) -> None:
        if len(gold) != len(predicted):
            raise ValueError(f"{len(gold)} gold labels do not go with {len(predicted)} predicted")
        self.gold, self.predicted = numbered(gold), numbered(predicted)
        self.gold_sizes = np.bincount(self.gold)
        self.predicted_sizes = np.bincount(self.predicted)

    @cached_property
    def cells(self) -> tuple[Integers, Integers, Integers]:
        """Return predicted label, gold label and count of every cell that is not empty."""
        ones = np.ones(len(self.gold), np.int64)
        shape = (len(self.predicted_sizes), len(self.gold_sizes))
        table = sparse.csr_matrix((ones, (self.predicted, self.gold)), shape=shape).tocoo()
        return table.row, table.col, table.data

    def pairs(self) -> Score:
        """Return the score over pairs of texts: found together against belonging together."""
        both = _pairs(self.cells[2])
        found, wanted = _pairs(self.predicted_sizes), _pairs(self.gold_sizes)
        return Score(both / found if found else 1.0, both / wanted if wanted else 1.0)

    def without_largest(self) -> "Contingency":
        """Leave out the texts of the largest gold group, the first of several."""
        if not len(self.gold):
            return self
        rest = self.gold != self.gold_sizes.argmax()
        return Contingency(self.gold[rest], self.predicted[rest])

    def bcubed(self, *, mates_only: bool = False) -> Score:
        """Return B-cubed: the mean over texts of how pure and how whole the group of each is."""
        rows, columns, counts = self.cells
        if mates_only:
            chosen = self.gold_sizes[columns] > 1
            rows, columns, counts = rows[chosen], columns[chosen], counts[chosen]
        total = counts.sum()
        if not total:
            return Score(1.0, 1.0)
        squares = counts.astype(float) ** 2
        precision = float((squares / self.predicted_sizes[rows]).sum() / total)
        return Score(precision, float((squares / self.gold_sizes[columns]).sum() / total))

    def large_found(self) -> float:
        """Return the share of gold groups of four or more that one group matches by half."""
        rows, columns, counts = self.cells
        union = self.predicted_sizes[rows] + self.gold_sizes[columns] - counts
        best = np.zeros(len(self.gold_sizes))
        np.maximum.at(best, columns, counts / union)
        large = self.gold_sizes >= LARGE
        return float((best[large] >= FOUND).mean()) if large.any() else 1.0

    def single_kept(self) -> float:
        """Return the share of single texts that were left single."""
        single = self.gold_sizes[self.gold] == 1
        kept = self.predicted_sizes[self.predicted[single]] == 1
        return float(kept.mean()) if single.any() else 1.0

    def mutual_information(self) -> float:
        """Return adjusted mutual information: 1 the same groups, 0 as good as chance."""
        if len(self.gold_sizes) == len(self.predicted_sizes) and len(self.gold_sizes) in {
            *(0, 1),
            len(self.gold),
        }:
            return 1.0  # all alone, or all together, on both sides
        rows, columns, counts = self.cells
        count = len(self.gold)
        outer = self.predicted_sizes[rows].astype(float) * self.gold_sizes[columns]
        shared = float((counts / count * np.log(counts * count / outer)).sum())
        entropy = (_entropy(self.gold_sizes) + _entropy(self.predicted_sizes)) / 2
        expected = expected_information(self.gold_sizes, self.predicted_sizes)
        tiny = np.finfo(float).eps
        below = entropy - expected
        return (shared - expected) / (min(below, -tiny) if below < 0 else max(below, tiny))


def evaluate(gold: Labels, predicted: Labels) -> Evaluation:
    """Score ``predicted`` against ``gold``.

    >>> evaluate(["a", "a", "b"], [1, 1, 2]).pairs.f1
    1.0

    :raises ValueError: if they differ in length.
    """
    table = Contingency(gold, predicted)
    return Evaluation(
        texts=len(table.gold),
        gold_groups=int((table.gold_sizes > 1).sum()),
        found_groups=int((table.predicted_sizes > 1).sum()),
        pairs=table.pairs(),
        pairs_without_largest=table.without_largest().pairs(),
        bcubed=table.bcubed(),
        bcubed_mates=table.bcubed(mates_only=True),
        adjusted_mutual_information=table.mutual_information(),
        large_found=table.large_found(),
        single_kept=table.single_kept(),
    )


def labelled(marks: Sequence[str]) -> list[str]:
    """Give each text that stands alone (empty, ``S`` or ``-1``) a label of its own.

    >>> len(set(labelled(["G1", "S", "", "G1"])))
    3
    """
    # no cell of a table holds a NUL, so that no group has such a name
    return [f"\0{place}" if mark in ALONE else mark for place, mark in enumerate(marks)]


def retrieval(
    found: Sequence[Sequence[int]],
    queries: Sequence[int],
    gold: Labels,
    ranks: Sequence[int] = (1, 5, 10),
) -> Retrieval:
    """Score rankings: for each text in ``queries`` the positions of others, the likest first.

    Queries without a mate are not counted; a query among its own results is passed over.
    """
    labels = numbered(gold)
    sizes = np.bincount(labels)
    recalls: list[list[float]] = []
    reciprocal: list[float] = []
    for query, results in zip(queries, found, strict=True):
        mates = int(sizes[labels[query]]) - 1
        if not mates:
            continue
        right = [labels[other] == labels[query] for other in results if other != query]
        recalls.append([sum(right[:rank]) / min(rank, mates) for rank in ranks])
        reciprocal.append(1 / (right.index(True) + 1) if True in right else 0.0)
    means = np.mean(recalls, axis=0).tolist() if recalls else [1.0] * len(ranks)
    return Retrieval(
        queries=len(recalls),
        recall=dict(zip(ranks, means, strict=True)),
        mean_reciprocal_rank=float(np.mean(reciprocal)) if reciprocal else 1.0,
    )


def as_numbers(evaluation: Evaluation, retrieved: Retrieval | None = None) -> dict[str, object]:
    """Return every figure under its name, rounded to four places, for JSON."""
    figures: dict[str, object] = {}
    for name, value in asdict(evaluation).items():
        if isinstance(value, dict):
            score = Score(**value)
            value = {"precision": score.precision, "recall": score.recall, "f1": score.f1}  # noqa: PLW2901
            figures[name] = {key: round(number, 4) for key, number in value.items()}
        else:
            figures[name] = round(value, 4)
    if retrieved:
        figures["retrieval"] = {
            "queries": retrieved.queries,
            **{f"recall@{rank}": round(value, 4) for rank, value in retrieved.recall.items()},
            "mean_reciprocal_rank": round(retrieved.mean_reciprocal_rank, 4),
        }
    return figures


def expected_information(ones: Integers, others: Integers) -> float:
    """Return the mutual information that two labellings with groups of these sizes have by chance.

    The cost depends on how many different sizes there are, not on how many groups: one million
    texts in three hundred thousand groups take a second.
    """
    count = int(ones.sum())
    sizes, times = np.unique(ones, return_counts=True)
    other_sizes, other_times = np.unique(others, return_counts=True)
    logs = gammaln(np.arange(count + 2))
    total = 0.0
    for size, many in zip(sizes.tolist(), times.tolist(), strict=True):
        least = np.maximum(1, size + other_sizes - count)
        most = np.minimum(size, other_sizes)
        spans = most - least + 1
        which = np.repeat(np.arange(len(other_sizes)), spans)
        shared = np.arange(spans.sum()) - np.repeat(np.cumsum(spans) - spans, spans) + least[which]
        other = other_sizes[which]
        chance = np.exp(
            (logs[size + 1] + logs[other + 1] + logs[count - size + 1] + logs[count - other + 1])
            - (logs[count + 1] + logs[shared + 1] + logs[size - shared + 1])
            - (logs[other - shared + 1] + logs[count - size - other + shared + 1])
        )
        gain = shared / count * np.log(count * shared / (float(size) * other))
        total += many * float((gain * chance * other_times[which]).sum())
    return total


def numbered(labels: Labels) -> Integers:
    """Number labels of any kind from 0: numbers and texts in their order, others as they come."""
    if isinstance(labels, np.ndarray) or {type(label) for label in labels} in ({int}, {str}):
        return np.unique(np.asarray(labels), return_inverse=True)[1].astype(np.int64)
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)


def _pairs(counts: Integers) -> float:
    return float((counts.astype(float) * (counts - 1) / 2).sum())


def _entropy(sizes: Integers) -> float:
    shares: Floats = sizes[sizes > 0] / sizes.sum()
    return float(-(shares * np.log(shares)).sum())
