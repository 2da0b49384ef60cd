"""Which cluster a newcomer belongs to, by the suggestions most like it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consult.clustering import placement
from consult.clustering.index.index import SURE
from consult.services.grouping.cluster_counts import chunks
from consult.services.grouping.documents import document_of
from consult.services.grouping.similarity import TopicIndexes, applied_threshold
from consult.services.grouping.vectors import stored_vectors, unpacked
from models.cluster import Cluster, Membership, PairConstraint, Verdict
from models.suggestion import Suggestion
from models.topic import Topic

#: Neighbours looked at for one newcomer.
NEIGHBOURS = 40


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

    A newcomer joins where a run would put it, were all others where they are, see
    :func:`~consult.clustering.index.placing.placement`; in a topic of ideas only where it is
    surely the same, see :func:`~consult.services.grouping.similarity.applied_threshold`.
    """

    def __init__(
        self, session: Session, topic: Topic, indexes: TopicIndexes, batch: Sequence[Suggestion]
    ) -> None:
        self.session = session
        self.applied = applied_threshold(session, topic)
        self.indexes = indexes.search(session, topic)
        ids = [one.id for one in batch]
        self.vectors = _vectors(session, topic, indexes, set(ids))
        self.pairs = _pairs(session, ids)
        self.cluster_of: dict[int, int | None] = {}
        self.sizes: dict[int, int] = {}

    def choose(self, suggestion: Suggestion) -> Place:
        """The cluster that a run would join it to, of those that no "not the same" forbids."""
        links = self._links(suggestion)
        together, apart = self._told(suggestion.id)
        for cluster_id in sorted(together - apart):
            only = {cluster_id: links.get(cluster_id, [SURE])}
            told = placement(only, self.sizes, 0.0)
            return Place(cluster_id, told.score, uncertain=False)
        found = placement(links, self.sizes, self.applied.joins, forbidden=apart)
        if found.group is not None:
            return Place(found.group, found.score, found.uncertain)
        return Place(
            None,
            1.0,
            uncertain=found.uncertain or found.nearest_score >= self.applied.doubtful,
            nearest_id=found.nearest,
            nearest_similarity=found.nearest_score,
        )

    def settle(self, suggestion: Suggestion, cluster_id: int) -> None:
        """Remember where ``suggestion`` went, for those that follow."""
        self._sizes([cluster_id])
        self.cluster_of[suggestion.id] = cluster_id
        self.sizes[cluster_id] += 1

    def _links(self, suggestion: Suggestion) -> dict[int, list[float]]:
        """The log-odds of likeness to neighbours, by the cluster that they are in; a text counts once."""
        document, vector = document_of(suggestion), self.vectors[suggestion.id]
        known: dict[int, float] = {}
        for index in self.indexes:
            # a second copy, since the first may be this one itself
            for match in index.search(document, vector, NEIGHBOURS, copies=2):
                known.setdefault(cast("int", match.id), match.odds)
        known.pop(suggestion.id, None)
        self._look_up(known)
        links: dict[int, set[float]] = defaultdict(set)
        for neighbour, value in known.items():
            if (cluster_id := self.cluster_of.get(neighbour)) is not None:
                links[cluster_id].add(value)
        self._sizes(links)
        return {cluster_id: sorted(links[cluster_id]) for cluster_id in sorted(links)}

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

    def _sizes(self, cluster_ids: Collection[int]) -> None:
        unknown = [one for one in cluster_ids if one not in self.sizes]
        if unknown:
            self.sizes.update(dict.fromkeys(unknown, 0))
            query = select(Cluster.id, Cluster.text_count).where(Cluster.id.in_(unknown))
            self.sizes.update((row[0], row[1]) for row in self.session.execute(query))


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
