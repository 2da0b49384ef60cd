"""Which group a newcomer belongs to, by the documents most like it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from consult.clustering.documents import Document, digest
from consult.clustering.grouping.linkage import strongest
from consult.clustering.grouping.numbers import MARGIN, REACH
from consult.clustering.index.index import SURE, Index
from consult.clustering.similarity.scoring import chance, log_odds

#: Texts looked at for one newcomer.
NEIGHBOURS = 40

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Placement(Generic[Key]):
    """Where a newcomer goes: a group, or None (it begins its own).

    Parameters
    ----------
    group
        The group that it joins; None for a beginner.
    score
        The probability of its best links to the group, 1 for a beginner.
    uncertain
        Whether a slightly different threshold would send it elsewhere.
    nearest
        The nearest group that it does not join, if it is like any.
    nearest_score
        The probability of its best links to that one.

    Examples
    --------
    >>> placement({"lamps": [4.0]}, {"lamps": 1}, 0.5).group
    'lamps'
    """

    group: Key | None
    score: float
    uncertain: bool
    nearest: Key | None = None
    nearest_score: float = 0.0


def placement(
    links: Mapping[Key, Sequence[float]],
    sizes: Mapping[Key, int],
    threshold: float,
    *,
    forbidden: Collection[Key] = (),
    reach: float = REACH,
) -> Placement[Key]:
    """Choose as a run would merge a single text: by the mean of its best links, in log-odds.

    ``links`` are the log-odds of a newcomer and the members of each group that are like it,
    ``sizes`` say of how many different texts the groups are. Of a group of *n*, the best
    ``n ** reach`` links count, and those that are missing as unlike. ``threshold`` is the
    probability that the last run applied. Ties go to the group that is first in ``links``.

    Parameters
    ----------
    links
        Log-odds to members, by group.
    sizes
        Different texts, by group.
    threshold
        As a probability.
    forbidden
        Groups that it must not join.
    reach
        That of the run, see :class:`~consult.clustering.Clusterer`.

    Examples
    --------
    >>> placement({"lamps": [4.0, 3.0], "lifts": [0.5]}, {"lamps": 3, "lifts": 1}, 0.5)
    Placement(group='lamps', score=0.9707, uncertain=False, nearest='lifts', nearest_score=0.6225)
    """
    strengths = {
        group: strongest(found, max(1, sizes.get(group, 1)), reach)
        for group, found in links.items()
        if group not in forbidden
    }
    ranked = sorted(strengths, key=lambda group: -strengths[group])[:2]
    limit = log_odds(threshold)
    if not ranked or strengths[ranked[0]] < limit:
        near = ranked[0] if ranked else None
        best = strengths[ranked[0]] if ranked else -SURE
        score = round(chance(best), 4) if ranked else 0.0
        return Placement(None, 1.0, best > limit - MARGIN, near, score)
    best, *others = (strengths[group] for group in ranked)
    close = best - max([limit, *others]) < MARGIN
    second = ranked[1] if others else None
    near_score = round(chance(others[0]), 4) if others else 0.0
    return Placement(ranked[0], round(chance(best), 4), close, second, near_score)


class Placer:
    """Groups that grow one document at a time, between two runs.

    A newcomer joins the group that a run would merge it with, were all others where they are;
    it never moves another, which is left to the next run. Cost: a search of :class:`Index`
    and some arithmetic, whatever the number of documents.

    Parameters
    ----------
    threshold
        The probability that the last run applied, ``Grouping.settings["applied_threshold"]``.
    reach
        That of the run, see :class:`Clusterer`.

    Examples
    --------
    >>> from consult.clustering import Clusterer, HashingEncoder, encode_documents
    >>> encoder, texts = HashingEncoder(), ["wider cycle lanes", "lower the rents"]
    >>> vectors, run = encode_documents(encoder, texts), Clusterer(encoder).cluster(texts)
    >>> placer = Placer(threshold=run.settings["applied_threshold"])
    >>> placer.begin(["a", "b"], texts, vectors, run.labels)
    >>> [vector] = encode_documents(encoder, ["cycle lanes, wider"])
    >>> placer.add("c", "cycle lanes, wider", vector).group == placer.groups["a"]
    True
    """

    def __init__(self, *, threshold: float = 0.5, reach: float = REACH) -> None:
        self.index = Index(threshold=threshold)
        self.reach = reach
        self.groups: dict[Hashable, Hashable] = {}
        self._sizes: Counter[Hashable] = Counter()

    def begin(
        self,
        ids: Sequence[Hashable],
        documents: Sequence[str | Document],
        vectors: npt.ArrayLike,
        groups: Sequence[Hashable],
    ) -> None:
        """Take documents that a run has put into groups."""
        self.index.add(ids, documents, vectors)
        self.groups.update(zip(ids, groups, strict=True))
        texts = {(group, digest(text)) for group, text in zip(groups, documents, strict=True)}
        self._sizes.update(group for group, _ in texts)

    def add(
        self, key: Hashable, document: str | Document, vector: npt.ArrayLike
    ) -> Placement[Hashable]:
        """Place a document and enter it; one that joins nobody begins a group named by its id."""
        links: dict[Hashable, list[float]] = defaultdict(list)
        for match in self.index.search(document, vector, NEIGHBOURS, copies=1):
            links[self.groups[match.id]].append(match.odds)
        found = placement(links, self._sizes, self.index.threshold, reach=self.reach)
        self.index.add([key], [document], np.asarray(vector)[None])
        group = ("new", key) if found.group is None else found.group
        self.groups[key] = group
        self._sizes[group] += SURE not in links[group]
        return found
