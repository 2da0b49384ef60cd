"""First stages: texts by their digests, copies gathered, cut into tokens and encoded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.workers import shared
from consult.clustering.documents import Document, digest
from consult.clustering.encoders.loading import encode_documents
from consult.clustering.tokens.columns import Column, Places
from consult.clustering.tokens.corpus import Corpus, Rows
from consult.clustering.tokens.places import Spot
from consult.clustering.vectors import Integers

#: Texts in a shard, about and at most; a small file is cut into so many shards, that many workers may share.
SHARD, SHARDS = 40_000, 8
#: Fewer texts are not worth a shard.
FEWEST = 2_500
#: Bytes of a digest by which texts are put in order.
WIDTH = 16
FACTS: dict[str, type] = {
    "whole": np.bool_,
    "latin": np.bool_,
    "named": np.bool_,
    "wishes": np.int8,
}


@dataclass(frozen=True)
class Taken:
    """Different texts of one shard, and the rows of the table that hold each."""

    documents: list[Document]
    rows: Integers
    copies: Integers


def shards_of(rows: int) -> int:
    """Return into how many shards a table of so many rows is cut."""
    return max(1, round(rows / SHARD), min(SHARDS, rows // FEWEST))


def take(folder: Path, batch: int, first: int, texts: Sequence[tuple[str, str]]) -> int:
    """Keep a batch of texts in the order of their digests; ``first`` is the row of the first."""
    work = Folder(folder)
    digests = [digest(Document(title, body)) for title, body in texts]
    order = sorted(range(len(texts)), key=lambda at: (digests[at], at))
    halves = [half.encode() for at in order for half in texts[at]]
    work.save(f"batches/{batch}.ends", np.cumsum([0, *map(len, halves)]))
    work.save(f"batches/{batch}.bytes", np.frombuffer(b"".join(halves), np.uint8))
    work.save(f"batches/{batch}.rows", first + np.array(order, np.int64))
    codes = np.frombuffer(bytes.fromhex("".join(digests[at] for at in order)), np.uint8)
    work.save(f"batches/{batch}.digests", codes.reshape(-1, WIDTH))
    return len(texts)


def gathered(work: Folder, batches: int, shard: int, shards: int) -> Taken:
    """Return the different texts of a shard in the order of their digests, copies joined."""
    found = []
    for batch in range(batches):
        digests = work.load(f"batches/{batch}.digests")
        bounds = [_bound(shard, shards), _bound(shard + 1, shards)]
        first, last = np.searchsorted(_leading(digests), bounds).tolist()
        found += list(_read(work, batch, digests, first, last))
    found.sort()
    documents: list[Document] = []
    rows: list[int] = []
    copies: list[int] = []
    before = b""
    for code, title, body, row in found:
        if code == before and (title or body):
            copies[-1] += 1
        else:
            documents.append(Document(title, body))
            copies.append(1)
        rows.append(row)
        before = code
    return Taken(documents, np.array(rows, np.int64), np.array(copies, np.int64))


def _read(
    work: Folder, batch: int, digests: np.ndarray, first: int, last: int
) -> Iterator[tuple[bytes, str, str, int]]:
    ends = work.load(f"batches/{batch}.ends")[2 * first : 2 * last + 1].tolist()
    data = work.load(f"batches/{batch}.bytes")[ends[0] : ends[-1]].tobytes()
    rows = work.load(f"batches/{batch}.rows")[first:last].tolist()
    halves = [data[a - ends[0] : b - ends[0]].decode() for a, b in pairwise(ends)]
    codes = digests[first:last]
    for at, row in enumerate(rows):
        yield codes[at].tobytes(), halves[2 * at], halves[2 * at + 1], row


def _leading(digests: np.ndarray) -> np.ndarray:
    """Return the first four bytes of digests as numbers in the same order."""
    return np.ascontiguousarray(digests[:, :4]).view(">u4").ravel().astype(np.int64)


def _bound(shard: int, shards: int) -> int:
    return -(-(shard << 32) // shards)


def cut(folder: Path, batches: int, shard: int, shards: int) -> tuple[int, int]:
    """Cut and encode the texts of a shard; tokens get numbers that hold in this shard only."""
    work, name = Folder(folder), f"shards/{shard}"
    if work.has(f"{name}.done"):
        texts, held = work.kept(f"{name}.done")
        return int(texts), int(held)
    taken = gathered(work, batches, shard, shards)
    corpus = Corpus()
    rows = corpus.add_all(taken.documents)
    vectors = encode_documents(shared("encoder"), taken.documents)
    save_rows(work, name, rows)
    work.save(f"{name}.vectors", vectors.astype(np.float16))
    work.save(f"{name}.rows", taken.rows)
    work.save(f"{name}.copies", taken.copies)
    for kind, vocabulary in (("words", corpus.words), ("grams", corpus.grams)):
        numbers = np.arange(len(vocabulary))
        work.save(f"{name}.{kind}.found", vocabulary.found(numbers))
        work.keep(f"{name}.{kind}.tokens", (vocabulary.known, vocabulary.shown))
    found = len(taken.documents), len(taken.rows)
    work.keep(f"{name}.done", found)
    return found


def save_rows(work: Folder, name: str, rows: Rows) -> None:
    """Keep rows column by column."""
    for kind, column in (("words", rows.words), ("grams", rows.grams)):
        work.save(f"{name}.{kind}.starts", column.starts)
        work.save(f"{name}.{kind}.numbers", column.numbers)
        work.save(f"{name}.{kind}.titles", column.titles)
        work.save(f"{name}.{kind}.bodies", column.bodies)
    for fact in FACTS:
        work.save(f"{name}.{fact}", getattr(rows, fact))
    work.save(f"{name}.places", rows.places.ids)
    work.keep(f"{name}.places", list(rows.places.known))


def column_of(work: Folder, name: str) -> Column:
    """Return a column that stays in its files."""
    return Column(
        *(work.load(f"{name}.{part}") for part in ("starts", "numbers", "titles", "bodies"))
    )


@lru_cache(maxsize=1)
def known_places(folder: Path, name: str) -> Sequence[tuple[Spot, ...]]:
    """Return the named places of some texts; read once in a process."""
    known: Sequence[tuple[Spot, ...]] = Folder(folder).kept(f"{name}.places")
    return known


def rows_of(work: Folder, name: str) -> Rows:
    """Return rows that stay in their files."""
    return Rows(
        words=column_of(work, f"{name}.words"),
        grams=column_of(work, f"{name}.grams"),
        places=Places(work.load(f"{name}.places"), known_places(work.path, name)),
        **{fact: work.load(f"{name}.{fact}") for fact in FACTS},
    )
