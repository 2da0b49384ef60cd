"""Candidates and their likeness, for some texts at a time."""

from pathlib import Path

import numpy as np
from scipy import sparse

from consult.clustering.bulk.arranging import Counts
from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.taking import FACTS, known_places, rows_of
from consult.clustering.bulk.workers import shared
from consult.clustering.grouping.candidates import BLOCK as LINES
from consult.clustering.grouping.candidates import sorted_once
from consult.clustering.grouping.cells import Space, near_cells
from consult.clustering.grouping.communities import FEW, every_pair, ideas_in
from consult.clustering.grouping.linkage import UNLIKE, UNSEEN, telling
from consult.clustering.grouping.prevalence import KIND
from consult.clustering.grouping.results import counted
from consult.clustering.grouping.sparing import NEVER, Bounds, bounds, compared
from consult.clustering.grouping.wording import Postings, combined, crowds, met, names
from consult.clustering.similarity.scoring import Similarity, among_requests, apart, kinds_of
from consult.clustering.tokens.columns import Places
from consult.clustering.tokens.tables import Facts, Side
from consult.clustering.vectors import Floats, Integers


def side_of(work: Folder, texts: Integers) -> Side:
    """Return some texts, ready to be compared."""
    rows = rows_of(work, "texts").take(texts)
    return Side.of(Counts.of(work), rows, np.asarray(work.load("texts.vectors")[texts], np.float32))


def facts_of(work: Folder, texts: Integers) -> Facts:
    """Return what is known of some texts beside their tokens; vectors in half precision."""
    starts = work.load("texts.words.starts")
    return Facts(
        vectors=work.load("texts.vectors")[texts],
        sizes=starts[texts + 1] - starts[texts],
        places=Places(work.load("texts.places")[texts], known_places(work.path, "texts")),
        **{fact: work.load(f"texts.{fact}")[texts] for fact in FACTS},
    )


def prepare(folder: Path, start: int, stop: int) -> None:
    """Weigh the wording of a range of texts; note the names that may find others."""
    work = Folder(folder)
    if work.has(f"wording/{start}.names"):
        return
    counts, count = Counts.of(work), len(work.load("order"))
    side = side_of(work, np.arange(start, stop))
    rows = combined(side.words, side.grams, counts.words.found, counts.grams.found, count)
    work.save(f"wording/{start}.data", rows.data)
    work.save(f"wording/{start}.indices", rows.indices)
    work.save(f"wording/{start}.sizes", np.diff(rows.indptr))
    found = []
    for at, (table, rarity) in enumerate(((side.words, counts.words), (side.grams, counts.grams))):
        tokens, owners = names(
            table.numbers, rarity.found(table.numbers), table.owners, table.titled > 0, count
        )
        found.append(np.stack([2 * tokens.astype(np.int64) + at, owners + start], axis=1))
    work.save(f"wording/{start}.names", np.concatenate(found))


def invert(work: Folder, starts: list[int]) -> None:
    """Put the wording of all texts together, and turn it."""
    parts = {
        part: np.concatenate([work.load(f"wording/{start}.{part}") for start in starts])
        for part in ("data", "indices", "sizes")
    }
    counts = Counts.of(work)
    shape = (len(parts["sizes"]), len(counts.words) + len(counts.grams))
    ends = np.append(0, np.cumsum(parts["sizes"], dtype=np.int64))
    rows = sparse.csr_matrix((parts["data"], parts["indices"], ends), shape=shape)
    del parts
    for name, table in (("rows", rows), ("turned", rows.T.tocsr())):
        for part in ("data", "indices", "indptr"):
            work.save(f"postings.{name}.{part}", getattr(table, part))
    named = np.concatenate([work.load(f"wording/{start}.names") for start in starts])
    named = named[np.lexsort((named[:, 1], named[:, 0]))]
    work.save("names", named)


def postings_of(work: Folder) -> Postings:
    """Return the wording of all texts; it stays in its files."""
    counts, count = Counts.of(work), len(work.load("order"))
    width = len(counts.words) + len(counts.grams)
    tables = []
    for name, shape in (("rows", (count, width)), ("turned", (width, count))):
        table = sparse.csr_matrix(shape, dtype=np.float32)
        table.data, table.indices, table.indptr = (
            work.load(f"postings.{name}.{part}") for part in ("data", "indices", "indptr")
        )
        tables.append(table)
    return Postings(*tables)


def meet(folder: Path, first: int, last: int) -> None:
    """Find pairs that share a name and are near in meaning; entries ``first`` to ``last`` of names."""
    work = Folder(folder)
    if work.has(f"met/{first}"):
        return
    named = work.load("names")[first:last]
    vectors, count = work.load("texts.vectors"), len(work.load("order"))
    codes = [np.zeros(0, np.int64)]
    for members in crowds(named[:, 0], named[:, 1]):
        one, other, _ = met(vectors, members)
        codes.append(np.minimum(one, other) * count + np.maximum(one, other))
    work.save(f"met/{first}", sorted_once(np.concatenate(codes)))


def search(folder: Path, first: int, last: int, each: int) -> None:
    """Find candidate pairs of the texts in cells ``first`` to ``last``."""
    work = Folder(folder)
    if work.has(f"found/{first}"):
        return
    starts, centres = work.load("cells"), work.load("middles")
    vectors, count = work.load("texts.vectors"), len(work.load("order"))
    lines = near_cells(centres, starts, np.arange(first, last))
    near = dict(zip(range(first, last), lines, strict=True))
    space, postings = Space(vectors, starts, near), postings_of(work)
    codes = [np.zeros(0, np.int64)]

    def enter(one: Integers, other: Integers, _scores: Floats) -> None:
        codes.append(np.minimum(one, other) * count + np.maximum(one, other))

    each = min(each, count - 1)
    for cell in range(first, last):
        enter(*space.nearest(cell, each))
    for start in range(int(starts[first]), int(starts[last]), LINES):
        enter(*postings.nearest(start, min(start + LINES, int(starts[last])), each))
    work.save(f"found/{first}", sorted_once(np.concatenate(codes)))


def pairs_from(work: Folder, files: list[str], start: int, stop: int) -> Integers:
    """Return the candidate pairs whose first text lies in a range."""
    count = len(work.load("order"))
    codes = [np.zeros(0, np.int64)]
    for name in files:
        stored = work.load(name)
        first, last = np.searchsorted(stored, [start * count, stop * count])
        codes.append(np.asarray(stored[first:last]))
    every = sorted_once(np.concatenate(codes))
    return np.stack([every // count, every % count], axis=1)


def compare(
    folder: Path, files: list[str], start: int, stop: int, step: int, mode: str, lowest: float
) -> tuple[int, ...]:
    """Compare the candidate pairs of a range of texts; keep those that say something.

    Of every ``step``-th text all pairs are kept besides, to tell what is ordinary here; and all where
    most are of ideas, since many doubtful pairs tell an idea. What cannot exceed ``lowest`` is not
    compared yet, see :func:`compare_far`. Returns the number of pairs compared,
    of candidates, how many of these are of ideas, then all compared by their odds.
    """
    work = Folder(folder)
    name = f"links/{start}"
    if work.has(f"{name}.compared"):
        return tuple(work.kept(f"{name}.compared"))
    pairs = pairs_from(work, files, start, stop)
    count, near = len(work.load("order")), len(pairs)
    texts, places = np.unique(pairs, return_inverse=True)
    facts = facts_of(work, texts)
    inner: Integers = places.reshape(pairs.shape)
    ideas = ideas_in(facts, inner)
    of_ideas = mode == "ideas" or (mode == "auto" and 2 * ideas > near)
    if of_ideas and count <= FEW:
        pairs = inner = every_pair(count)
        texts, facts = np.arange(count), facts_of(work, np.arange(count))
    similarity, least = measure(of_ideas=of_ideas), NEVER if of_ideas else lowest
    odds, far = likeness(work, texts, bounds(similarity, facts, inner, least), inner, similarity)
    sampled = (pairs % step == 0).any(axis=1)
    kept = ((odds > UNSEEN) | telling(odds) | of_ideas) & ~far
    alike = kinds_of(facts, facts, inner) == KIND
    for part, chosen in (("links", kept), ("sample", sampled)):
        work.save(f"{name}.{part}.pairs", pairs[chosen].astype(np.int32))
        work.save(f"{name}.{part}.odds", odds[chosen])
        work.save(f"{name}.{part}.alike", alike[chosen])
    work.save(f"{name}.far.pairs", pairs[far & (odds > UNLIKE)].astype(np.int32))
    found = (len(pairs), near, ideas, *counted(odds))
    work.keep(f"{name}.compared", found)
    return found


def likeness(
    work: Folder, texts: Integers, found: Bounds, pairs: Integers, similarity: Similarity
) -> tuple[Floats, np.ndarray]:
    """Return the log-odds of pairs of ``texts``, and which are too unlike to be compared.

    Those of the latter are what they cannot exceed.
    """
    odds, elsewhere, far = found
    left = np.flatnonzero(~far)
    some, places = np.unique(pairs[left], return_inverse=True)
    side, inner = side_of(work, texts[some]), places.reshape(-1, 2)
    odds[left] = compared(similarity, side, inner, elsewhere[left])
    return odds, far


def measure(*, of_ideas: bool) -> Similarity:
    """Return what texts of one kind are compared by."""
    similarity: Similarity = shared("similarity")
    return similarity if of_ideas else Similarity(among_requests(similarity.weights))


def compare_far(folder: Path, pairs: Integers) -> tuple[Integers, Floats]:
    """Compare pairs of texts that were left out; return them with their log-odds."""
    texts, places = np.unique(pairs, return_inverse=True)
    side, inner = side_of(Folder(folder), texts), places.reshape(pairs.shape)
    return pairs, compared(measure(of_ideas=False), side, inner, apart(side, side, inner))


def compare_more(work: Folder, known: Integers, wanted: Integers) -> tuple[Integers, Floats]:
    """Return the log-odds of those ``wanted`` pairs of texts that are not ``known`` already."""
    wanted = wanted.astype(known.dtype)
    if not len(wanted):
        return wanted, np.zeros(0, np.float32)
    return compare_far(work.path, without(wanted, known, len(work.load("order"))))


def without(pairs: Integers, others: Integers, count: int) -> Integers:
    """Return those pairs of ``count`` texts that are not among ``others``."""
    if not len(others):
        return pairs
    mine, known = (some[:, 0].astype(np.int64) * count + some[:, 1] for some in (pairs, others))
    return pairs[~np.isin(mine, known)]
