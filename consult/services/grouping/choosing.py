"""Which cluster a newcomer belongs to, by the suggestions most like it."""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consult.services.grouping.cluster_counts import chunks
from consult.services.grouping.similarity import TopicIndexes, document_of, threshold_of
from consult.services.grouping.vectors import stored_vectors, unpacked
from models.cluster import Cluster, Membership, PairConstraint, Verdict
from models.suggestion import Suggestion
from models.topic import Topic

#: Neighbours looked at for one newcomer.
NEIGHBOURS = 40
#: Good links that even the largest cluster asks for, and no more.
ENOUGH_LINKS = 3
#: A place that would change for so little, in log-odds, is uncertain.
MARGIN = 0.6


@dataclass(frozen=True)
class Place:
    """Where a newcomer goes: a cluster, or none (it begins its own)."""

    cluster_id: int | None
    similarity: float
    uncertain: bool
    #: The nearest cluster that it does not join, if it was like any.
    nearest_id: int | None = None
    nearest_similarity: float = 0.0


class Chooser:
    """Chooses places for a batch, one after the other, so that later ones see earlier ones.

    Likeness to a cluster is the mean of the best links into it: one for a single one, two
    for a small one, three for any larger. One chance likeness thus does not decide, and no
    newcomer must resemble all of a large cluster.
    """

    def __init__(
        self, session: Session, topic: Topic, indexes: TopicIndexes, batch: Sequence[Suggestion]
    ) -> None:
        self.session = session
        self.threshold = threshold_of(topic)
        self.shared = indexes.index(session, topic)
        self.fresh = indexes.uncommitted(session, topic)
        ids = [one.id for one in batch]
        self.vectors = _vectors(session, topic, indexes, set(ids))
        self.pairs = _pairs(session, ids)
        self.cluster_of: dict[int, int | None] = {}
        self.sizes: dict[int, int] = {}

    def choose(self, suggestion: Suggestion) -> Place:
        """The nearest cluster at or above the threshold that no "not the same" forbids."""
        links = self._links(suggestion)
        together, apart = self._told(suggestion.id)
        for cluster_id in together - apart:
            known = links.get(cluster_id, [1.0])
            return Place(cluster_id, round(self._likeness(known, cluster_id), 4), uncertain=False)
        ranked = sorted(
            ((self._likeness(links[key], key), -key) for key in links if key not in apart),
            reverse=True,
        )
        return verdict(ranked, self.threshold)

    def settle(self, suggestion: Suggestion, cluster_id: int) -> None:
        """Remember where ``suggestion`` went, for those that follow."""
        self._sizes([cluster_id])
        self.cluster_of[suggestion.id] = cluster_id
        self.sizes[cluster_id] += 1

    def _links(self, suggestion: Suggestion) -> Mapping[int, list[float]]:
        """The likeness to neighbours, by the cluster that they are in."""
        document, vector = document_of(suggestion), self.vectors[suggestion.id]
        scores: dict[int, float] = {}
        for index in (self.shared, self.fresh):
            for match in index.search(document, vector, NEIGHBOURS):
                scores.setdefault(cast("int", match.id), match.score)
        scores.pop(suggestion.id, None)
        self._look_up(scores)
        links: dict[int, list[float]] = defaultdict(list)
        for neighbour, score in scores.items():
            if (cluster_id := self.cluster_of.get(neighbour)) is not None:
                links[cluster_id].append(score)
        self._sizes(links)
        return links

    def _likeness(self, scores: Sequence[float], cluster_id: int) -> float:
        size = self.sizes.get(cluster_id, 1)
        wanted = min(ENOUGH_LINKS, math.ceil(math.sqrt(max(size, 1))))
        return sum(sorted(scores, reverse=True)[:wanted]) / wanted

    def _told(self, suggestion_id: int) -> tuple[set[int], set[int]]:
        """Clusters that a person's word puts this one into, and keeps it out of."""
        pairs = self.pairs.get(suggestion_id, [])
        self._look_up([other for other, _ in pairs])
        told: dict[Verdict, set[int]] = {Verdict.SAME: set(), Verdict.DIFFERENT: set()}
        for other, said in pairs:
            if (cluster_id := self.cluster_of.get(other)) is not None:
                told[said].add(cluster_id)
        return told[Verdict.SAME], told[Verdict.DIFFERENT]

    def _look_up(self, suggestion_ids: Sequence[int] | Mapping[int, float]) -> None:
        unknown = [one for one in suggestion_ids if one not in self.cluster_of]
        if not unknown:
            return
        self.cluster_of.update(dict.fromkeys(unknown))
        query = select(Membership.suggestion_id, Membership.cluster_id).where(
            Membership.suggestion_id.in_(unknown)
        )
        self.cluster_of.update((row[0], row[1]) for row in self.session.execute(query))

    def _sizes(self, cluster_ids: Sequence[int] | Mapping[int, list[float]]) -> None:
        unknown = [one for one in cluster_ids if one not in self.sizes]
        if unknown:
            self.sizes.update(dict.fromkeys(unknown, 0))
            query = select(Cluster.id, Cluster.suggestion_count).where(Cluster.id.in_(unknown))
            self.sizes.update((row[0], row[1]) for row in self.session.execute(query))


def verdict(ranked: Sequence[tuple[float, int]], threshold: float) -> Place:
    """Join the first of ``ranked`` (likeness, minus id) or begin anew, and say if it was close."""
    best = ranked[0][0] if ranked else 0.0
    if not ranked or best < threshold:
        close = odds(best) > odds(threshold) - MARGIN
        nearest = -ranked[0][1] if ranked else None
        return Place(
            None, 1.0, uncertain=close, nearest_id=nearest, nearest_similarity=round(best, 4)
        )
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    close = odds(best) - max(odds(second), odds(threshold)) < MARGIN
    return Place(-ranked[0][1], round(best, 4), uncertain=close)


def odds(share: float) -> float:
    """Log-odds, finite at the ends."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))


def _vectors(
    session: Session, topic: Topic, indexes: TopicIndexes, ids: Collection[int]
) -> dict[int, npt.NDArray[np.float32]]:
    rows = stored_vectors(session, topic.id, model=indexes.encoder.fingerprint, only=ids)
    return {row.suggestion_id: vector for row, vector in zip(rows, unpacked(rows), strict=True)}


def _pairs(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, Verdict]]]:
    pairs: dict[int, list[tuple[int, Verdict]]] = defaultdict(list)
    for part in chunks(ids):
        query = select(
            PairConstraint.first_id, PairConstraint.second_id, PairConstraint.verdict
        ).where(
            PairConstraint.undone_at.is_(None),
            or_(PairConstraint.first_id.in_(part), PairConstraint.second_id.in_(part)),
        )
        for first, second, said in session.execute(query):
            pairs[first].append((second, said))
            pairs[second].append((first, said))
    return pairs
