"""How the writing of a large plan is cut into pieces, each a short transaction. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from consult.services.grouping.large_planning import LargePlan
from consult.services.grouping.run_changes import changes
from consult.services.grouping.run_standing import Array
from models.run import LineageEvent

#: Suggestions moved in one transaction.
MOVED = 2_000
#: A likeness that changed by less is not written.
SLIGHT = 0.005


@dataclass(frozen=True)
class Piece:
    """Suggestions to be moved (places in the standing), and what is begun and done with them.

    ``begun`` are planned clusters to be made, ``done`` planned clusters whose last member this
    piece moves, ``left`` known clusters that lose their last one to go.
    """

    places: Array
    begun: Array
    done: Array
    left: Array


class Pieces:
    """What of a plan is not yet so, in pieces; members of one old cluster go together."""

    def __init__(self, plan: LargePlan) -> None:
        self.plan = plan
        standing = plan.standing
        target = plan.keys[plan.groups]
        self.moving = (standing.clusters != target) | (target == 0)
        changed = (
            self.moving
            | (np.abs(standing.similarities - plan.similarities) > SLIGHT)
            | (standing.uncertain != plan.uncertain)
            | ~standing.encoded
        )
        beginning = np.where(standing.clusters > 0, standing.clusters, np.iinfo(np.int64).max)
        first = np.zeros(0, np.int64)
        if len(plan):
            first = np.minimum.reduceat(beginning[plan.order], plan.starts[:-1])
        rank = np.empty(len(standing), np.int64)
        rank[plan.order] = np.arange(len(standing))
        places = np.flatnonzero(changed)
        groups = plan.groups[places]
        self.places = places[np.lexsort((rank[places], groups, first[groups]))]

    def __len__(self) -> int:
        return (len(self.places) + MOVED - 1) // MOVED

    def piece(self, number: int) -> Piece:
        """One of them."""
        places = self.places[number * MOVED : (number + 1) * MOVED]
        groups = np.unique(self.plan.groups[places])
        begun = groups[(self.plan.keys[groups] == 0) & (self._first[groups] == number)]
        olds = np.unique(self.plan.standing.clusters[places[self.moving[places]]])
        olds = olds[olds > 0]
        last = self._leaving[np.searchsorted(self._olds, olds)]
        return Piece(places, begun, groups[self._last[groups] == number], olds[last == number])

    @cached_property
    def _number(self) -> Array:
        return np.arange(len(self.places)) // MOVED

    @cached_property
    def _first(self) -> Array:
        found = np.full(len(self.plan), len(self))
        np.minimum.at(found, self.plan.groups[self.places], self._number)
        return found

    @cached_property
    def _last(self) -> Array:
        found = np.full(len(self.plan), -1)
        np.maximum.at(found, self.plan.groups[self.places], self._number)
        return found

    @cached_property
    def _olds(self) -> Array:
        return np.unique(self.plan.standing.clusters[self.places])

    @cached_property
    def _leaving(self) -> Array:
        found = np.full(len(self._olds), -1)
        olds = self.plan.standing.clusters[self.places]
        gone = self.moving[self.places]
        np.maximum.at(found, np.searchsorted(self._olds, olds[gone]), self._number[gone])
        return found


class Fates:
    """What becomes of each cluster: who gave it members, and where those of an old one go.

    Until a planned cluster is made it is known by a number below zero.
    """

    def __init__(self, plan: LargePlan) -> None:
        olds = plan.standing.clusters
        names = np.where(plan.keys > 0, plan.keys, -1 - np.arange(len(plan)))
        news = names[plan.groups]
        self.names = names
        self.old = _counts(olds)
        self.new = _counts(news)
        moved = (olds != news) & (olds > 0)
        pairs, counts = np.unique(
            np.stack([olds[moved], plan.groups[moved]], axis=1), axis=0, return_counts=True
        )
        self._sources: dict[int, list[int]] = {}
        best: dict[int, tuple[int, int]] = {}
        for (old, group), count in zip(pairs.tolist(), counts.tolist(), strict=True):
            self._sources.setdefault(group, []).append(old)
            best[old] = max(best.get(old, (0, 0)), (count, -group))
        self.into = {old: -group for old, (_count, group) in best.items()}

    def of(self, group: int) -> Sequence[tuple[LineageEvent, int | None, int, int]]:
        """What became of a planned cluster: event, other cluster, members before and after."""
        name = int(self.names[group])
        sources = self._sources.get(group, [])
        sizes = self.old[name], self.new[name]
        found = changes(name, self.old, self.new, sources)
        return [(event, other, *sizes) for event, other in found]


class _Sizes(dict[int, int]):
    def __missing__(self, _key: int) -> int:
        return 0


def _counts(keys: Array) -> _Sizes:
    names, counts = np.unique(keys[keys != 0], return_counts=True)
    return _Sizes(zip(names.tolist(), counts.tolist(), strict=True))
