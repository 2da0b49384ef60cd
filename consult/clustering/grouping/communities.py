"""Groups of one idea in many words: no two texts need be close, all together are.

Correlation clustering on the sparse graph of compared pairs (Bansal, Blum and Chawla 2004), by
moving texts and then whole groups while that adds evidence (Blondel et al. 2008; the constant
Potts model of Traag et al. 2011, which has no resolution limit).
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from consult.clustering.similarity.scoring import UNNAMED, kinds_of
from consult.clustering.tokens.tables import Facts
from consult.clustering.vectors import Floats, Integers

#: A pair begins to speak for being together so much (in log-odds) below the threshold of two texts
#: alone: where many pairs speak together, pairs are best chosen at half of the F1 that is reached
#: (Lipton, Elkan and Naryanaswamy 2014), here about a quarter, not at one half.
LENIENCE = -1.75
#: So many texts are all compared with each other: an idea is told by many doubtful pairs.
FEW = 400
#: What a pair that was not worth comparing says against being together.
STRANGERS = -1.0
#: The logarithm of the evidence of a pair grows no further than this.
HIGHEST = 4.0
#: Rounds of moving texts and joining groups; three are usual.
ROUNDS = 20
#: Gains below this are noise of the arithmetic.
NOTHING = 1e-9


def most_are_ideas(side: Facts, pairs: Integers) -> bool:
    """Say whether most pairs name no place, or are in Latin script, whose places are not known."""
    return 2 * ideas_in(side, pairs) > len(pairs)


def ideas_in(side: Facts, pairs: Integers) -> int:
    """Count pairs that name no place, or are in Latin script."""
    latin = side.latin[pairs].all(axis=1)
    return int(np.count_nonzero(latin | (kinds_of(side, side, pairs) >= UNNAMED)))


def every_pair(count: int) -> Integers:
    """Return all pairs of so many texts, in order."""
    return np.stack(np.triu_indices(count, 1), axis=1)


def evidence_of(odds: Floats, limit: float) -> Floats:
    """Return what pairs say for being together (positive) or against it, from log-odds.

    ``2 (√(o / o₀) - 1)``, for odds *o* and those of ``limit`` *o₀*: a likely pair outweighs
    several doubtful ones, and a hopeless one never counts more than -2.
    """
    grown = np.exp(np.minimum((np.asarray(odds, float) - limit) / 2, HIGHEST))
    return np.asarray(2 * (grown - 1), np.float32)


def communities(
    count: int,
    pairs: Integers,
    odds: Floats,
    limit: float,
    *,
    together: Iterable[tuple[int, int]] = (),
    apart: Iterable[tuple[int, int]] = (),
) -> list[int]:
    """Group texts so that the evidence inside groups is as large as moves can make it.

    ``limit`` are the log-odds at which a pair speaks neither for nor against. Nothing is random:
    texts are moved in their order, ties go to the group of the first. Time grows with the number
    of pairs (100,000 pairs: two seconds).
    """
    ties = np.array(sorted(together), np.int64).reshape(-1, 2)
    knots = sparse.csr_matrix((np.ones(len(ties)), (ties[:, 0], ties[:, 1])), shape=(count, count))
    units, unit = csgraph.connected_components(knots, directed=False)
    strength = evidence_of(odds, limit) - np.float32(STRANGERS)
    graph = _Graph.of(units, unit[pairs], strength, np.bincount(unit, minlength=units))
    for first, second in apart:
        graph.bar(int(unit[first]), int(unit[second]))
    labels = list(range(units))
    for _ in range(ROUNDS):
        moved = graph.move(labels)
        joined = graph.joined(labels)
        tops = list(range(len(joined.sizes)))
        merged = joined.move(tops)
        labels = _numbered([tops[label] for label in _numbered(labels)])
        if not (moved or merged):
            break
    return [labels[at] for at in unit.tolist()]


@dataclass(frozen=True)
class _Graph:
    """Nodes with the number of their texts, how strongly they are linked, and who must not meet."""

    links: list[dict[int, float]]
    sizes: list[int]
    barred: list[set[int]]

    @classmethod
    def of(cls, count: int, pairs: Integers, strength: Floats, sizes: Integers) -> "_Graph":
        """Add up the links between nodes; those inside one do not matter."""
        links: list[dict[int, float]] = [{} for _ in range(count)]
        for (one, other), value in zip(pairs.tolist(), strength.tolist(), strict=True):
            if one != other:
                links[one][other] = links[other][one] = links[one].get(other, 0.0) + value
        return cls(links, sizes.tolist(), [set() for _ in range(count)])

    def bar(self, one: int, other: int) -> None:
        """Keep two nodes apart."""
        self.barred[one].add(other)
        self.barred[other].add(one)

    def joined(self, labels: Sequence[int]) -> "_Graph":
        """Return the graph of the groups."""
        place = _numbered(labels)
        count = max(place, default=-1) + 1
        joined = _Graph([{} for _ in range(count)], [0] * count, [set() for _ in range(count)])
        for node, (here, links) in enumerate(zip(place, self.links, strict=True)):
            joined.sizes[here] += self.sizes[node]
            joined.barred[here].update(place[other] for other in self.barred[node])
            for other, value in links.items():
                there = place[other]
                if there != here:
                    joined.links[here][there] = joined.links[here].get(there, 0.0) + value
        return joined

    def move(self, labels: list[int]) -> bool:
        """Move nodes to the group for which most speaks until none gains; say if any moved."""
        texts = [0] * (len(labels) + 1)
        for node, label in enumerate(labels):
            texts[label] += self.sizes[node]
        empty = [label for label in range(len(texts)) if not texts[label]]
        waiting, queued, moved = deque(range(len(labels))), [True] * len(labels), False
        while waiting:
            node = waiting.popleft()
            queued[node] = False
            best = self._best(node, labels, texts)
            if best is None:
                continue
            target = empty.pop() if best < 0 else best
            moved, left = True, labels[node]
            texts[left] -= self.sizes[node]
            texts[target] += self.sizes[node]
            labels[node] = target
            if not texts[left]:
                empty.append(left)
            for other in self.links[node]:
                if labels[other] != target and not queued[other]:
                    queued[other] = True
                    waiting.append(other)
        return moved

    def _best(self, node: int, labels: list[int], texts: list[int]) -> int | None:
        """Return the group that a node should go to, -1 for one of its own, None to stay."""
        own, size = labels[node], self.sizes[node]
        found: dict[int, float] = {}
        for other, value in self.links[node].items():
            label = labels[other]
            found[label] = found.get(label, 0.0) + value
        here = found.get(own, 0.0) + STRANGERS * size * (texts[own] - size)
        refused = {labels[other] for other in self.barred[node]}
        best, target = max(here, 0.0) + NOTHING, -1 if here < -NOTHING else None
        for label, value in found.items():
            gain = value + STRANGERS * size * texts[label]
            if label != own and gain > best and label not in refused:
                best, target = gain, label
        return target


def _numbered(labels: Sequence[int]) -> list[int]:
    """Number labels by their first place."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels]
