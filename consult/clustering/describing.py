"""Turn labels into groups that explain themselves."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.corpus import Corpus, Row
from consult.clustering.grouping import Group
from consult.clustering.keywords import keywords
from consult.clustering.linkage import UNSEEN, strongest
from consult.clustering.similarity import chance
from consult.clustering.vectors import Floats, Integers

#: A member is uncertain if its place would change for so little in log-odds.
MARGIN = 0.6


@dataclass(frozen=True)
class Graph:
    """Distinct texts in canonical order, their group, and the links between them.

    ``copies`` lists, for each distinct text, the positions of the documents that have it.
    """

    corpus: Corpus
    rows: Sequence[Row]
    copies: Sequence[Sequence[int]]
    labels: Sequence[int]
    pairs: Integers
    odds: Floats
    reach: float
    limit: float

    def groups(self) -> tuple[Group, ...]:
        """Describe every group, the largest first."""
        links = self._links()
        members: dict[int, list[int]] = defaultdict(list)
        for text, label in enumerate(self.labels):
            members[label].append(text)
        between = self._between(members)
        sized = {
            label: sum(len(self.copies[text]) for text in texts) for label, texts in members.items()
        }
        order = sorted(members, key=lambda label: (-sized[label], label))
        place = {label: at for at, label in enumerate(order)}
        return tuple(self._group(members, label, links, between[label], place) for label in order)

    def _links(self) -> list[dict[int, float]]:
        links: list[dict[int, float]] = [{} for _ in self.rows]
        for (first, second), value in zip(self.pairs.tolist(), self.odds.tolist(), strict=True):
            if value > UNSEEN:
                links[first][second] = value
                links[second][first] = value
        return links

    def _between(self, members: dict[int, list[int]]) -> dict[int, tuple[int, float] | None]:
        """Return for each group the nearest other and how strongly it is linked."""
        lists: dict[tuple[int, int], list[float]] = defaultdict(list)
        for (first, second), value in zip(self.pairs.tolist(), self.odds.tolist(), strict=True):
            one, other = self.labels[first], self.labels[second]
            if one != other:
                lists[min(one, other), max(one, other)].append(value)
        nearest: dict[int, tuple[int, float] | None] = dict.fromkeys(members)
        for (one, other), values in sorted(lists.items()):
            strength = strongest(values, len(members[one]) * len(members[other]), self.reach)
            for label, neighbour in ((one, other), (other, one)):
                best = nearest[label]
                if best is None or strength > best[1]:
                    nearest[label] = (neighbour, strength)
        return nearest

    def _group(
        self,
        members: dict[int, list[int]],
        label: int,
        links: list[dict[int, float]],
        nearest: tuple[int, float] | None,
        place: dict[int, int],
    ) -> Group:
        texts = members[label]
        inside = {text: self._inside(text, texts, links[text]) for text in texts}
        central = {text: _centrality(texts, links[text]) for text in texts}
        texts = sorted(texts, key=lambda text: (-central[text], text))
        positions = [at for text in texts for at in self.copies[text]]
        marks = [chance(inside[text]) for text in texts for _ in self.copies[text]]
        doubtful = [
            text for text in texts if self._is_uncertain(text, members, inside, links[text])
        ]
        return Group(
            members=tuple(positions),
            similarities=tuple(round(mark, 4) for mark in marks),
            cohesion=round(float(np.mean(marks)), 4),
            keywords=keywords(self.corpus, [self.rows[text] for text in texts]),
            nearest=place[nearest[0]] if nearest else None,
            nearest_similarity=round(chance(nearest[1]), 4) if nearest else 0.0,
            uncertain=tuple(at for text in doubtful for at in self.copies[text]),
        )

    def _inside(self, text: int, texts: Sequence[int], links: dict[int, float]) -> float:
        """Return how strongly a text is linked to the rest of its group; alone, fully."""
        if len(texts) == 1:
            return -5 * UNSEEN
        found = [links[other] for other in texts if other != text and other in links]
        return strongest(found, len(texts) - 1, self.reach)

    def _is_uncertain(
        self,
        text: int,
        members: dict[int, list[int]],
        inside: dict[int, float],
        links: dict[int, float],
    ) -> bool:
        own = self.labels[text]
        by_group: dict[int, list[float]] = defaultdict(list)
        for other, value in links.items():
            if self.labels[other] != own:
                by_group[self.labels[other]].append(value)
        outside = max(
            (strongest(values, len(members[g]), self.reach) for g, values in by_group.items()),
            default=UNSEEN,
        )
        if len(members[own]) == 1:
            return outside > self.limit - MARGIN
        return inside[text] - max(outside, self.limit) < MARGIN


def _centrality(texts: Sequence[int], links: dict[int, float]) -> float:
    """Return how many of these texts are likely to say the same, as an expected number."""
    return sum(chance(links[other]) for other in texts if other in links)
