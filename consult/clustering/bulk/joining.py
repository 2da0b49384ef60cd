"""Last stages: what hangs together is merged, described and written."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from consult.clustering.bulk.arranging import Counts
from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.taking import column_of
from consult.clustering.grouping.communities import communities
from consult.clustering.grouping.describing import Graph
from consult.clustering.grouping.linkage import floor_of
from consult.clustering.grouping.merging import Merging, Parts
from consult.clustering.similarity.scoring import probability
from consult.clustering.tokens.naming import Naming
from consult.clustering.vectors import Floats, Integers

#: Texts that are merged step by step in one task, about.
LOT = 20_000
#: A part with more links is merged where they are: to send them costs more than it gains.
FULL = 1_000_000
#: What a spreadsheet would run as a formula is written with an apostrophe before it.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
NONE = np.zeros((0, 2), np.int64)
#: Rows written at a time.
BLOCK = 100_000


def linked(work: Folder, starts: list[int], part: str) -> tuple[Integers, Floats]:
    """Return what the comparison kept of all texts."""
    pairs = [work.load(f"links/{start}.{part}.pairs") for start in starts]
    odds = [work.load(f"links/{start}.{part}.odds") for start in starts]
    return np.concatenate(pairs), np.concatenate(odds)


def far_pairs(work: Folder, start: int) -> Integers:
    """Return the pairs of a range of texts that were too unlike to be compared."""
    return work.load(f"links/{start}.far.pairs")


def alike(work: Folder, starts: list[int]) -> tuple[np.ndarray, Floats]:
    """Return which links are of single sentences in Latin script, and the odds of such pairs.

    They are what :func:`~consult.clustering.grouping.prevalence.adapted` changes.
    """
    links = np.concatenate([work.load(f"links/{start}.links.alike") for start in starts])
    odds = [
        work.load(f"links/{start}.sample.odds")[work.load(f"links/{start}.sample.alike")]
        for start in starts
    ]
    return links, np.concatenate(odds)


def floor(pairs: Integers, odds: Floats, step: int) -> float:
    """Return what :func:`floor_of` gives, from every ``step``-th text."""
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]]).astype(np.int64)
    values = np.tile(odds, 2)
    chosen = ends % step == 0
    ends, values = (ends[chosen] // step).astype(np.int64), values[chosen]
    known = int(ends.max(initial=-1)) + 1
    others = known + np.arange(len(ends))  # each met once: ordinary for nobody
    return floor_of(known + len(ends), np.stack([ends, others], axis=1), values)


@dataclass(frozen=True)
class Ruled:
    """Pairs of texts that people said are the same, or not."""

    ties: Integers
    bars: Integers

    @classmethod
    def of_rows(cls, text_of_row: Integers, together: Integers, apart: Integers) -> "Ruled":
        """Take pairs of rows; copies of one text are neither tied nor kept apart."""
        found = []
        for rows in (together, apart):
            pairs = np.sort(text_of_row[rows.reshape(-1, 2)], axis=1)
            found.append(np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0))
        return cls(*found)

    def within(self, lots: Integers, lot: int) -> "Ruled":
        """Return what concerns the texts of one lot; ``lots`` says which each text is in."""
        ties = self.ties[lots[self.ties[:, 0]] == lot]
        return Ruled(ties, self.bars[(lots[self.bars] == lot).all(axis=1)])

    @property
    def pairs(self) -> Integers:
        """Return all of them."""
        return np.concatenate([self.ties, self.bars])

    def __len__(self) -> int:
        return len(self.ties) + len(self.bars)


def lots(found: Parts, pairs: Integers, ruled: Ruled) -> Iterator[tuple[Integers, Ruled]]:
    """Yield the places of links by the parts that must be merged step by step, some at a time.

    With each come the rulings on its texts.
    """
    part, hard = found.part, found.hard
    mine, here = part[pairs[:, 0]], np.flatnonzero(found.hold(pairs))
    here = here[np.argsort(mine[here], kind="stable")]
    sizes = np.where(hard, np.bincount(part, minlength=len(hard)), 0)
    lot_of = np.cumsum(sizes) // LOT
    lot = lot_of[mine[here]]
    cuts = np.flatnonzero(np.diff(lot))
    lots = np.where(hard, lot_of, -1)[part]
    for links in np.split(here, cuts + 1) if len(here) else ():
        number = int(lot_of[mine[links[0]]])
        yield links, ruled.within(lots, number) if len(ruled) else ruled


def merge(
    pairs: Integers,
    odds: Floats,
    limit: float,
    reach: float,
    ideas: bool,  # noqa: FBT001
    ruled: Ruled,
) -> Integers:
    """Merge the texts of some links; return each text and one that stands for its group."""
    ends = (pairs.ravel(), ruled.ties.ravel(), ruled.bars.ravel())
    there = np.bincount(np.concatenate(ends).astype(np.int64)) > 0
    texts = np.flatnonzero(there)
    number = np.cumsum(there) - 1
    inner = number[pairs]
    ties, bars = (set(map(tuple, number[rows].tolist())) for rows in (ruled.ties, ruled.bars))
    labels = (
        np.array(communities(len(texts), inner, odds, limit, together=ties, apart=bars))
        if ideas
        else Merging(limit, reach).labels(len(texts), inner, odds, ties, bars)
    )
    return np.stack([texts, texts[labels]])


def first_rows(text_of_row: Integers) -> Integers:
    """Return the first row that holds each text."""
    found = np.empty(int(text_of_row.max(initial=-1)) + 1, np.int64)
    found[text_of_row[::-1]] = np.arange(len(text_of_row))[::-1]
    return found


def write_rows(graph: Graph, text_of_row: Integers, ids: "Ids", out: Path) -> None:
    """Write for each row its group, the id of the group's representative, and how sure that is."""
    order = graph.order
    groups = order.place[graph.labels]
    heads = first_rows(text_of_row)[order.texts[order.starts[:-1]]]
    marks, uncertain = graph.marks.round(4), graph.uncertain
    with out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            [defused(ids.column), "cluster", "representative", "similarity", "uncertain"]
        )
        for start in range(0, len(text_of_row), BLOCK):
            texts = text_of_row[start : start + BLOCK]
            here = groups[texts]
            writer.writerows(
                zip(
                    map(defused, ids[np.arange(start, start + len(texts))]),
                    (here + 1).tolist(),
                    map(defused, ids[heads[here]]),
                    map("{:.4f}".format, marks[texts].tolist()),
                    uncertain[texts].astype(int).tolist(),
                    strict=True,
                )
            )


def defused(text: str) -> str:
    """Return text that no spreadsheet runs as a formula."""
    runs = FORMULA.match(text) and not NUMBER.fullmatch(text)
    return f"'{text}" if runs else text


def write_groups(work: Folder, graph: Graph, ids: "Ids", first_row: Integers, out: Path) -> None:
    """Write what each group of two rows or more says of itself, one JSON object a line."""
    order, found = graph.order, graph.described
    weights = np.add.reduceat(graph.copies[order.texts], order.starts[:-1])
    kept = int(np.searchsorted(-weights, -1))
    sums = np.add.reduceat((graph.marks * graph.copies)[order.texts], order.starts[:-1])
    sure = np.add.reduceat(graph.uncertain[order.texts].astype(int), order.starts[:-1])
    nearest = np.where(found.nearest >= 0, order.place[found.nearest], -1)[order.names]
    nearness = probability(found.nearness)[order.names]
    naming = Naming(work.kept("words.tokens"), Counts.of(work).words)
    words = naming.groups(column_of(work, "texts.words"), order.texts, order.starts[: kept + 1])
    heads = ids[first_row[order.texts[order.starts[:kept]]]]
    with out.open("w", encoding="utf-8") as stream:
        for at, (keywords, head) in enumerate(zip(words, heads, strict=True)):
            near = int(nearest[at])
            line = {
                "cluster": at + 1,
                "size": int(weights[at]),
                "texts": int(order.starts[at + 1] - order.starts[at]),
                "representative": head,
                "cohesion": round(float(sums[at] / weights[at]), 4),
                "keywords": keywords,
                "nearest": None if near < 0 else near + 1,
                "nearest_similarity": 0.0 if near < 0 else round(float(nearness[at]), 4),
                "uncertain": int(sure[at]),
            }
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


class Ids:
    """The id of each row, end to end in a file."""

    def __init__(self, work: Folder, column: str) -> None:
        self.column = column
        self._bytes = work.load("ids.bytes")
        self._ends = work.load("ids.ends")

    def __getitem__(self, rows: Integers) -> list[str]:
        """Return the ids of some rows."""
        starts, ends = self._ends[rows].tolist(), self._ends[rows + 1].tolist()
        if len(rows) and bool((np.diff(rows) == 1).all()):
            data = self._bytes[starts[0] : ends[-1]].tobytes()
            return [
                data[a - starts[0] : b - starts[0]].decode()
                for a, b in zip(starts, ends, strict=True)
            ]
        return [self._bytes[a:b].tobytes().decode() for a, b in zip(starts, ends, strict=True)]


def ranges(starts: Integers, most: int) -> list[tuple[int, int]]:
    """Return (first, last) of runs of cells that hold about ``most`` texts together."""
    lot = (starts[:-1] // most).astype(np.int64)
    cuts = [0, *(np.flatnonzero(np.diff(lot)) + 1).tolist(), len(lot)]
    return list(pairwise(cuts))
