"""Themes of a large topic: found among its largest clusters, the others put where they are nearest."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from consult.clustering import Document, find_themes
from consult.clustering.bulk import BulkGrouping
from consult.clustering.grouping.carrying import carried
from consult.clustering.themes.finding import TYPICAL
from consult.clustering.themes.naming import READ as NAMED_BY
from consult.clustering.themes.naming import names
from consult.clustering.themes.partition import STRANGE, nearest
from consult.clustering.vectors import unit
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.run_standing import Array, Standing
from consult.services.grouping.run_themes import READ, PlannedTheme, pinned, published, theme_of

#: Themes are found among so many clusters, the largest.
THEMED = 20_000
#: Vectors read at a time.
BLOCK = 20_000


class Titled(NamedTuple):
    """What the public may call and read of a suggestion."""

    title: str
    is_public: bool
    published: str


Words = Callable[[Sequence[int]], Mapping[int, Titled]]


def themed(
    found: BulkGrouping,
    standing: Standing,
    groups: Array,
    order: Array,
    starts: Array,
    keys: Array,
    inputs: Inputs,
    words: Words,
) -> list[PlannedTheme]:
    """The themes of the planned clusters, the largest first; see ``run_themes.themed``."""
    chosen = np.argsort(-np.diff(starts), kind="stable")[:THEMED]
    rows = standing.rows[order]
    first = [rows[starts[at] : starts[at + 1]] for at in chosen.tolist()]
    middles = _middles(found, first)
    theme = _everywhere(found, rows[starts[:-1]], chosen, middles, _spoken(found, first))
    places = [np.flatnonzero(theme == at).tolist() for at in range(int(theme.max(initial=-1)) + 1)]
    identities = _identities(standing, theme[groups], len(places), inputs)
    cluster_ids = [key or None for key in keys.tolist()]
    parts, identities = pinned(inputs, cluster_ids, places, identities)
    sizes = np.diff(starts)
    parts = [sorted(part, key=lambda at: (-int(sizes[at]), at)) for part in parts]
    told = names(*_named(parts, standing, order, starts, words))
    return [theme_of(*each) for each in zip(parts, identities, told, strict=True)]


def _spoken(found: BulkGrouping, members: Sequence[Array]) -> list[Document]:
    """One text for each cluster: its most typical member, and the titles of the next."""
    heads = [rows[:READ] for rows in members]
    texts = iter(found.documents(np.concatenate([np.zeros(0, np.int64), *heads])))
    spoken = []
    for rows in heads:
        first, *others = (next(texts) for _row in rows)
        titles = dict.fromkeys([first.title, *(one.title for one in others)])
        spoken.append(Document("\n".join(titles), first.body))
    return spoken


def _middles(found: BulkGrouping, members: Sequence[Array]) -> Array:
    heads = [rows[:TYPICAL] for rows in members]
    every = np.concatenate([np.zeros(0, np.int64), *heads])
    vectors = found.vectors(every)
    begins = np.cumsum([0, *(len(rows) for rows in heads)])[:-1]
    return unit(np.add.reduceat(vectors, begins, axis=0)) if heads else vectors


def _everywhere(
    found: BulkGrouping, heads: Array, chosen: Array, middles: Array, spoken: Sequence[Document]
) -> Array:
    """The theme of each cluster, -1 for none; those not among ``chosen`` go by their vectors."""
    theme = np.full(len(heads), -1, np.int64)
    themes = find_themes(spoken, middles)
    for at, one in enumerate(themes):
        theme[chosen[list(one.groups)]] = at
    if len(chosen) == len(heads) or not len(themes):
        return theme
    common = middles.mean(axis=0)
    centred = unit(middles - common)
    centres = unit(np.stack([centred[list(one.groups)].sum(axis=0) for one in themes]))
    usual = float(np.median(nearest(centred, centres)[1]))
    rest = np.setdiff1d(np.arange(len(heads)), chosen)
    for at in range(0, len(rest), BLOCK):
        part = rest[at : at + BLOCK]
        best, likeness = nearest(unit(found.vectors(heads[part]) - common), centres)
        theme[part] = np.where(likeness < STRANGE * usual, -1, best)
    return theme


def _identities(
    standing: Standing, after: Array, count: int, inputs: Inputs
) -> Sequence[int | None]:
    """The known theme that each found one carries on: the one whose suggestions it has."""
    inside = after >= 0
    olds = before(standing, inputs)[inside]
    held = [theme.id for theme in inputs.themes if theme.is_named or theme.held]
    return [key or None for key in carried(olds, after[inside], count, held).tolist()]


def before(standing: Standing, inputs: Inputs) -> Array:
    """The theme that each suggestion is in now, 0 for none."""
    theme_of = {key: theme.id for theme in inputs.themes for key in theme.cluster_ids}
    known = np.array(sorted(theme_of), np.int64)
    values = np.array([theme_of[key] for key in known.tolist()], np.int64)
    if not len(known):
        return np.zeros(len(standing), np.int64)
    at = np.minimum(np.searchsorted(known, standing.clusters), len(known) - 1)
    return np.where(known[at] == standing.clusters, values[at], 0)


def successors(olds: Array, news: Array) -> dict[int, int]:
    """For each theme of before the one that most of its suggestions are in now; 0 is none."""
    counts = Counter(zip(olds.tolist(), news.tolist(), strict=True))
    best: dict[int, tuple[int, int]] = {}
    for (old, new), count in counts.items():
        if old and new and (count, -new) > best.get(old, (0, 0)):
            best[old] = (count, -new)
    return {old: -new for old, (_count, new) in best.items()}


def _named(
    parts: Sequence[Sequence[int]], standing: Standing, order: Array, starts: Array, words: Words
) -> tuple[list[Document], list[list[int]]]:
    """What names of themes are made of: published words of their first clusters."""
    heads = [at for part in parts for at in part[:NAMED_BY]]
    members = {at: standing.ids[order[starts[at] : starts[at + 1]][: 4 * READ]] for at in heads}
    told = words([one for ids in members.values() for one in ids.tolist()])
    documents = [
        published([told[one] for one in members[at].tolist() if one in told]) for at in heads
    ]
    place = {at: number for number, at in enumerate(heads)}
    return documents, [[place[at] for at in part[:NAMED_BY]] for part in parts]
