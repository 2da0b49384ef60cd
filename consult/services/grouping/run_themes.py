"""Which theme each planned cluster will be in, and what the themes are called. Pure."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from consult.clustering import Document, find_themes, match_groups
from consult.clustering.themes.finding import middles, spoken
from consult.clustering.themes.naming import Name, names
from consult.services.grouping.run_inputs import Inputs

#: Members of a cluster whose published titles are read for a name.
READ = 5


class Shown(Protocol):
    """What a member shows of itself."""

    @property
    def title(self) -> str:
        """What the public may call it."""

    @property
    def is_public(self) -> bool:
        """Whether the public may read it."""

    @property
    def published(self) -> str:
        """The beginning of what the public may read of it."""


@dataclass(frozen=True)
class PlannedTheme:
    """A theme as it will be; ``theme_id`` is None for a new one, ``clusters`` are places in the plan."""

    clusters: tuple[int, ...]
    name: str
    keywords: tuple[str, ...]
    theme_id: int | None = None


def themed(
    inputs: Inputs,
    clusters: Sequence[Sequence[int]],
    cluster_ids: Sequence[int | None],
    vectors: Mapping[int, npt.NDArray[np.float32]],
) -> list[PlannedTheme]:
    """The themes of the planned clusters (ids of their members), the largest first.

    Themes keep their identity by the suggestions in them, those first that people named or filled;
    a cluster that a person put into a theme stays there. Names are taken from published words only.
    """
    if not clusters:
        return []
    members = {member.id: member for member in inputs.members}
    at = {member.id: place for place, member in enumerate(inputs.members)}
    places = [[at[one] for one in ids] for ids in clusters]
    every = np.stack([vectors[member.id] for member in inputs.members])
    found = find_themes(
        spoken(places, [member.document for member in inputs.members]), middles(places, every)
    )
    groups = [list(theme.groups) for theme in found]
    identities = _identities(inputs, clusters, groups)
    groups, identities = pinned(inputs, cluster_ids, groups, identities)
    told = names([published([members[one] for one in ids]) for ids in clusters], groups)
    return [theme_of(*each) for each in zip(groups, identities, told, strict=True)]


def theme_of(groups: Sequence[int], identity: int | None, name: Name) -> PlannedTheme:
    """A theme as it will be."""
    return PlannedTheme(tuple(groups), name.text, name.keywords, identity)


def _identities(
    inputs: Inputs, clusters: Sequence[Sequence[int]], groups: Sequence[Sequence[int]]
) -> list[int | None]:
    """The known theme that each found one carries on: the one whose suggestions it has."""
    theme_of = {key: theme.id for theme in inputs.themes for key in theme.cluster_ids}
    before: dict[Hashable, list[int]] = {theme.id: [] for theme in inputs.themes}
    for member in inputs.members:
        theme_id = theme_of.get(member.cluster_id) if member.cluster_id is not None else None
        if theme_id is not None:
            before[theme_id].append(member.id)
    after = [[one for place in theme for one in clusters[place]] for theme in groups]
    held = [theme.id for theme in inputs.themes if theme.is_named or theme.held]
    matching = match_groups({**before}, after, held=held)
    return [key if isinstance(key, int) else None for key in matching.identities]


def pinned(
    inputs: Inputs,
    cluster_ids: Sequence[int | None],
    groups: Sequence[Sequence[int]],
    identities: Sequence[int | None],
) -> tuple[list[list[int]], list[int | None]]:
    """Move held clusters to the theme that holds them; a theme without clusters is left out."""
    holder = {key: theme.id for theme in inputs.themes for key in theme.held}
    pinned = {
        place: holder[key]
        for place, key in enumerate(cluster_ids)
        if key is not None and key in holder
    }
    kept = [[place for place in theme if place not in pinned] for theme in groups]
    known = list(identities)
    for place, theme_id in sorted(pinned.items()):
        if theme_id not in known:
            known.append(theme_id)
            kept.append([])
        kept[known.index(theme_id)].append(place)
    order = sorted((at for at in range(len(kept)) if kept[at]), key=lambda at: -len(kept[at]))
    return [kept[at] for at in order], [known[at] for at in order]


def published(members: Sequence[Shown]) -> Document:
    """What the public may read of a cluster: its most typical published member, titles of others."""
    shown = [member for member in members if member.is_public][:READ]
    if not shown:
        return Document("")
    first, *others = shown
    titles = dict.fromkeys([first.title, *(one.title for one in others)])
    return Document("\n".join(titles), first.published)


def successors(inputs: Inputs, theme_of: Mapping[int, int]) -> dict[int, int]:
    """For each known theme the one that most of its suggestions are in now, by ``theme_of`` them."""
    before = {key: theme.id for theme in inputs.themes for key in theme.cluster_ids}
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for member in inputs.members:
        old = before.get(member.cluster_id) if member.cluster_id is not None else None
        if old is not None and member.id in theme_of:
            counts[old][theme_of[member.id]] += 1
    return {old: min(new, key=lambda key: (-new[key], key)) for old, new in counts.items()}
