"""From what the bulk engine found to a plan for a large topic, in arrays. Pure but for published words."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from consult.clustering.bulk import BulkGrouping
from consult.clustering.grouping.carrying import carried
from consult.services.grouping import large_copies, large_themes
from consult.services.grouping.large_themes import Titled
from consult.services.grouping.run_bonds import Bonds, bonds
from consult.services.grouping.run_copies import Copies
from consult.services.grouping.run_inputs import Inputs, Pair
from consult.services.grouping.run_planning import Planned, Progress, keep_apart, part_held
from consult.services.grouping.run_standing import Array, Standing
from consult.services.grouping.run_themes import PlannedTheme

#: Gives what the public may call and read of some suggestions, by id.
Words = Callable[[Sequence[int]], Mapping[int, Titled]]


class Tied(NamedTuple):
    """A suggestion that somebody holds or judged."""

    id: int
    cluster_id: int | None
    held: bool


class Ties(NamedTuple):
    """What bonds are made of, see :func:`~consult.services.grouping.run_bonds.bonds`."""

    members: Sequence[Tied]
    same: Sequence[Pair]
    different: Sequence[Pair]


@dataclass(frozen=True)
class LargePlan:
    """What a run of a large topic will write: some 100 bytes a suggestion.

    ``groups`` is the planned cluster of each suggestion of ``standing``, and ``order`` lists these
    cluster by cluster, the most typical first: those of cluster *k* begin at ``starts[k]``. ``keys``
    are ids of clusters, 0 for one that is yet to be made; ``origins`` the group of the engine that
    each was made of.
    """

    standing: Standing
    found: BulkGrouping
    groups: Array
    similarities: Array
    uncertain: Array
    order: Array
    starts: Array
    keys: Array
    origins: Array
    nearest: Array
    nearness: Array
    themes: Sequence[PlannedTheme]
    copies: Mapping[int, Copies]
    contradictions: Sequence[tuple[str, int, int]]
    settings: Mapping[str, Any]
    fingerprint: str

    def __len__(self) -> int:
        return len(self.keys)

    def members(self, group: int) -> Array:
        """The places in ``standing`` of a cluster, the most typical first."""
        return self.order[self.starts[group] : self.starts[group + 1]]

    def head(self, group: int) -> int:
        """The place of the one that stands for a cluster: it may be shown; failing that, the first."""
        members = self.members(group)
        shown = np.flatnonzero(self.standing.public[members])
        return int(members[shown[0]] if len(shown) else members[0])


def tie(standing: Standing, inputs: Inputs) -> Bonds:
    """What must stay together and what apart, of those that somebody holds or judged."""
    judged = [one for pair in (*inputs.same, *inputs.different) for one in pair]
    places = standing.places(judged)
    chosen = np.union1d(np.flatnonzero(standing.held), places[places >= 0])
    columns = standing.ids[chosen], standing.clusters[chosen], standing.held[chosen]
    rows = zip(*(column.tolist() for column in columns), strict=True)
    members = [Tied(one, cluster or None, held) for one, cluster, held in rows]
    return bonds(Ties(members, inputs.same, inputs.different))


def rows_of(standing: Standing, pairs: Sequence[Pair]) -> Array:
    """Pairs of suggestions as rows of the working folder."""
    ids = np.array(pairs, np.int64).reshape(-1, 2)
    places = standing.places(ids.ravel()).reshape(-1, 2)  # type: ignore[arg-type]
    return np.asarray(standing.rows[places[(places >= 0).all(axis=1)]])


def plan(
    found: BulkGrouping,
    standing: Standing,
    inputs: Inputs,
    tied: Bonds,
    words: Words,
    progress: Progress,
) -> LargePlan:
    """What each cluster will hold; which old one it carries on, its theme and its copies."""
    progress("planning", 0, 3)
    groups, origins = _mended(found, standing, tied)
    count = len(origins)
    rank = np.empty(len(found.rows), np.int64)
    rank[found.rows] = np.arange(len(found.rows))
    order = np.lexsort((rank[standing.rows], groups))
    starts = np.searchsorted(groups[order], np.arange(count + 1))
    draft = LargePlan(
        standing=standing,
        found=found,
        groups=groups,
        similarities=found.similarities[standing.rows],
        uncertain=found.uncertain[standing.rows],
        order=order,
        starts=starts,
        keys=_keys(standing, groups, count, tied, inputs),
        origins=origins,
        nearest=_nearest(found, origins),
        nearness=found.nearness[origins],
        themes=(),
        copies={},
        contradictions=tuple(tied.contradictions),
        settings=_settings(found, inputs),
        fingerprint=_fingerprint(standing, inputs),
    )
    progress("planning", 1, 3)
    copies = large_copies.copied(found, standing, order, starts)
    progress("planning", 2, 3)
    themes = large_themes.themed(found, standing, groups, order, starts, draft.keys, inputs, words)
    return replace(draft, copies=copies, themes=themes)


def _mended(found: BulkGrouping, standing: Standing, tied: Bonds) -> tuple[Array, Array]:
    """The cluster of each suggestion, and the group of each cluster; what people hold apart is parted."""
    groups = found.groups[standing.rows].astype(np.int64)
    wrong = sorted(_clashing(groups, standing, tied))
    members = [np.flatnonzero(groups == group) for group in wrong]
    drafts = [_draft(standing.ids[places], found.similarities) for places in members]
    vectors = {
        one: row
        for places in members
        for one, row in zip(
            standing.ids[places].tolist(), found.vectors(standing.rows[places]), strict=True
        )
    }
    inside = standing.places(list(vectors))
    now_in = dict(zip(vectors, (standing.clusters[inside]).tolist(), strict=True))
    parted = keep_apart(
        part_held(drafts, tied, {one: key or None for one, key in now_in.items()}, vectors), tied
    )
    origins = list(range(len(found)))
    for at, planned in enumerate(parted[len(wrong) :], start=len(wrong)):
        source = planned.nearest
        while source is not None and source >= len(wrong):
            source = parted[source].nearest
        groups[standing.places(planned.members)] = len(origins)
        origins.append(wrong[source or 0])
        del at
    present, groups = np.unique(groups, return_inverse=True)
    return groups, np.array(origins, np.int64)[present]


def _draft(ids: Array, _similarities: Array) -> Planned:
    members = tuple(ids.tolist())
    return Planned(members, {}, frozenset(), (), None, 0.0)


def _clashing(groups: Array, standing: Standing, tied: Bonds) -> set[int]:
    """Groups that hold what two clusters hold, or a pair that is not the same."""
    clashing: set[int] = set()
    holder: dict[int, int] = {}
    held = list(tied.bundle)
    for one, group in zip(held, groups[standing.places(held)].tolist(), strict=True):
        cluster = tied.held_in(one)
        if cluster is not None and holder.setdefault(group, cluster) != cluster:
            clashing.add(group)
    for pair in tied.different:
        first, second = groups[standing.places(pair)].tolist()
        if first == second:
            clashing.add(first)
    return clashing


def _keys(standing: Standing, groups: Array, count: int, tied: Bonds, inputs: Inputs) -> Array:
    """The cluster that each carries on; one with held members is looked for by them alone."""
    olds = standing.clusters.copy()
    holders = set(tied.holder.values())
    held = [one for one in tied.bundle if tied.held_in(one) is not None]
    places = standing.places(held)
    stays = np.zeros(len(standing), bool)
    own = np.array([tied.held_in(one) for one in held], np.int64) == olds[places]
    stays[places[own]] = True
    olds[np.isin(olds, olds[stays]) & ~stays] = 0
    return carried(olds, groups, count, [*holders, *inputs.known])


def _nearest(found: BulkGrouping, origins: Array) -> Array:
    """The closest other cluster; parts of one group lie next to the first of them."""
    first = np.full(len(found), -1)
    first[origins[::-1]] = np.arange(len(origins))[::-1]
    near = found.nearest[origins]
    nearest = np.where(near >= 0, first[near], -1)
    own = first[origins]
    return np.where(own != np.arange(len(origins)), own, nearest)


def _settings(found: BulkGrouping, inputs: Inputs) -> dict[str, Any]:
    summary = found.summary
    return {
        **summary.settings,
        "applied_threshold": summary.applied_threshold,
        "sought": summary.mode,
        "calibrated": inputs.weights_mark,
        "weights": inputs.weights_standing.value,
    }


def _fingerprint(standing: Standing, inputs: Inputs) -> str:
    """Names what went in: which suggestions, what people said, what is held, what was learnt."""
    held = np.stack([standing.ids, standing.clusters], axis=1)[standing.held]
    said = repr((sorted(inputs.same), sorted(inputs.different), inputs.weights_mark))
    whole = hashlib.blake2b(digest_size=16)
    for part in (standing.ids.tobytes(), held.tobytes(), said.encode()):
        whole.update(part)
    return whole.hexdigest()
