"""Middle stages: tokens numbered for all shards, texts put in the order of their cells."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.taking import FACTS, column_of
from consult.clustering.grouping.cells import FEW, divide, middles, partition
from consult.clustering.tokens.columns import Column, Places
from consult.clustering.tokens.corpus import Corpus, Rows
from consult.clustering.tokens.places import Spot
from consult.clustering.vectors import Floats, Integers, centre_of, centred

KINDS = ("words", "grams")
#: Texts put in order at a time; of few texts a part, that many workers may share.
CHUNK, CHUNKS = 50_000, 4


@dataclass(frozen=True)
class Rarity:
    """How rare tokens are, and in how many of the texts they are, by number."""

    rarities: Floats
    counts: Floats
    documents: int

    def __len__(self) -> int:
        return len(self.rarities)

    def rarity(self, numbers: Integers) -> Floats:
        """Return the inverse document frequency of tokens."""
        return np.asarray(self.rarities[numbers], np.float32)

    def found(self, numbers: Integers) -> Floats:
        """Return in how many texts tokens are."""
        return np.asarray(self.counts[numbers], np.float32)


@dataclass(frozen=True)
class Counts:
    """Both kinds of tokens of all texts; stands for a :class:`Corpus`."""

    words: Rarity
    grams: Rarity

    @classmethod
    def of(cls, work: Folder) -> "Counts":
        """Return what was counted; it stays in its files."""
        texts = len(work.load("order"))
        found = [(work.load(f"{kind}.rarity"), work.load(f"{kind}.found")) for kind in KINDS]
        return cls(*(Rarity(*both, texts) for both in found))


def count(work: Folder, shards: int) -> int:
    """Number the tokens and named places of all shards; return the number of texts."""
    corpus = Corpus()
    texts = sum(int(work.kept(f"shards/{shard}.done")[0]) for shard in range(shards))
    for kind, vocabulary in (("words", corpus.words), ("grams", corpus.grams)):
        for shard in range(shards):
            known, shown = work.kept(f"shards/{shard}.{kind}.tokens")
            vocabulary.show(shown)
            numbers = vocabulary.learn(known)
            vocabulary.add(numbers, work.load(f"shards/{shard}.{kind}.found"))
            work.save(f"shards/{shard}.{kind}.fresh", numbers.astype(np.int32))
        vocabulary.documents = texts
        every = np.arange(len(vocabulary))
        work.save(f"{kind}.rarity", vocabulary.rarity(every))
        work.save(f"{kind}.found", vocabulary.found(every))
    work.keep("words.tokens", corpus.words.tokens)
    named: dict[tuple[Spot, ...], int] = {(): 0}
    for shard in range(shards):
        known = work.kept(f"shards/{shard}.places")
        fresh = [named.setdefault(spots, len(named)) for spots in known]
        work.save(f"shards/{shard}.places.fresh", np.array(fresh, np.int32))
    work.keep("texts.places", list(named))
    return texts


def centre(work: Folder, shards: int, texts: int) -> Floats:
    """Return what the vectors of all texts have in common."""
    sums = [
        work.load(f"shards/{shard}.vectors").astype(np.float32).sum(axis=0, dtype=np.float64)
        for shard in range(shards)
    ]
    return centre_of(np.sum(sums, axis=0), texts)


def centre_shard(folder: Path, shard: int, start: int) -> None:
    """Take what is common out of the vectors of a shard, and put them among all."""
    work = Folder(folder)
    rows = np.asarray(work.load(f"shards/{shard}.vectors"), np.float32)
    work.change("vectors")[start : start + len(rows)] = centred(rows, work.load("centre"))


def top_parts(work: Folder) -> list[Integers]:
    """Divide all texts into parts, which are divided further by :func:`cells_of`."""
    vectors = work.load("vectors")
    everyone = np.arange(len(vectors))
    return divide(vectors, everyone) if len(vectors) > FEW else [everyone]


def cells_of(folder: Path, members: Integers) -> list[Integers]:
    """Divide some texts into cells."""
    vectors = Folder(folder).load("vectors")
    if len(members) == len(vectors):
        return partition(vectors)
    return [members[cell] for cell in parted(vectors[members])]


def parted(vectors: np.ndarray) -> list[Integers]:
    """Divide the vectors of one part into cells, however few they are."""
    return partition(vectors, few=0)


def lay_out(work: Folder, order: Integers, firsts: Integers) -> None:
    """Make room for all texts in their order; ``firsts`` are the first texts of the shards."""
    sizes: dict[str, list[np.ndarray]] = {kind: [] for kind in KINDS}
    for shard in range(len(firsts) - 1):
        for kind in KINDS:
            sizes[kind].append(np.diff(work.load(f"shards/{shard}.{kind}.starts")))
    for kind in KINDS:
        starts = np.append(0, np.cumsum(np.concatenate(sizes[kind])[order]))
        work.save(f"texts.{kind}.starts", starts)
        work.create(f"texts.{kind}.numbers", (int(starts[-1]),), np.int32)
        for part in ("titles", "bodies"):
            work.create(f"texts.{kind}.{part}", (int(starts[-1]),), np.uint8)
    for fact, type_of in FACTS.items():
        work.create(f"texts.{fact}", (len(order),), type_of)
    work.create("texts.places", (len(order),), np.int32)
    vectors = work.load("vectors")
    work.create("texts.vectors", vectors.shape, np.float16)


def chunk(texts: int) -> int:
    """Return how many of so many texts are put in order at a time."""
    return max(1, min(CHUNK, -(-texts // CHUNKS)))


def arrange(folder: Path, start: int) -> None:
    """Put texts from ``start`` on into their places."""
    work = Folder(folder)
    every = work.load("order")
    order = every[start : start + chunk(len(every))]
    firsts = work.load("firsts")
    here = slice(start, start + len(order))
    work.change("texts.vectors")[here] = work.load("vectors")[order]
    rows = _collected(work, order, firsts)
    for kind, column in (("words", rows.words), ("grams", rows.grams)):
        starts = work.load(f"texts.{kind}.starts")
        room = slice(int(starts[start]), int(starts[start + len(order)]))
        for part in ("numbers", "titles", "bodies"):
            work.change(f"texts.{kind}.{part}")[room] = getattr(column, part)
    for fact in FACTS:
        work.change(f"texts.{fact}")[here] = getattr(rows, fact)
    work.change("texts.places")[here] = rows.places.ids


def _collected(work: Folder, order: Integers, firsts: Integers) -> Rows:
    """Return texts from all shards with the numbers that hold for all, in order."""
    shard_of = np.searchsorted(firsts, order, side="right") - 1
    columns: dict[str, list[Column]] = {kind: [] for kind in KINDS}
    facts: list[list[np.ndarray]] = [[] for _ in (*FACTS, "places")]
    back = np.argsort(shard_of, kind="stable")
    for shard in np.unique(shard_of).tolist():
        name = f"shards/{shard}"
        local = order[back[shard_of[back] == shard]] - firsts[shard]
        for kind in KINDS:
            column = column_of(work, f"{name}.{kind}").take(local)
            columns[kind].append(column.renumbered(work.load(f"{name}.{kind}.fresh")))
        for at, fact in enumerate(FACTS):
            facts[at].append(work.load(f"{name}.{fact}")[local])
        facts[-1].append(work.load(f"{name}.places.fresh")[work.load(f"{name}.places")[local]])
    place = np.argsort(back)
    words, grams = (Column.joined(columns[kind]).take(place) for kind in KINDS)
    *marks, ids = (np.concatenate(lists)[place] for lists in facts)
    named = dict(zip(FACTS, marks, strict=True))
    return Rows(words=words, grams=grams, places=Places(ids, [()]), **named)


def close(work: Folder) -> None:
    """Keep what is needed of all texts, and delete what is not."""
    vectors, starts = work.load("texts.vectors"), work.load("cells")
    work.save("middles", middles(vectors, starts))
    work.drop("vectors")
