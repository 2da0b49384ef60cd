"""What a bulk run found, in arrays: rows by group, and what groups say of themselves."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from consult.clustering.bulk import reading
from consult.clustering.bulk.arranging import Counts
from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.measures import Summary
from consult.clustering.bulk.taking import column_of
from consult.clustering.documents import Document
from consult.clustering.grouping.describing import Graph
from consult.clustering.similarity.scoring import probability
from consult.clustering.tokens.columns import Column
from consult.clustering.tokens.naming import Naming
from consult.clustering.vectors import Floats, Integers

if TYPE_CHECKING:
    from consult.clustering.bulk.run import Run


@dataclass(frozen=True)
class BulkGrouping:
    """Groups of rows, the largest first; counterpart of ``Grouping`` for millions.

    Costs some 30 bytes a row. Texts and vectors stay in the working folder, which must be kept for
    as long as they are asked for.

    Parameters
    ----------
    rows, starts
        Rows group by group, the most typical first: those of group *k* begin at ``starts[k]``.
    groups
        The group of each row.
    similarities, uncertain
        For each row how probable it is that it asks the same as its group, and whether a slightly
        different threshold would move it.
    nearest, nearness
        The closest other group of each, -1 for none, and how close it is.
    summary
        What it cost, and settings.
    """

    work: Folder
    rows: Integers
    starts: Integers
    groups: Integers
    similarities: Floats
    uncertain: np.ndarray
    nearest: Integers
    nearness: Floats
    text_of_row: Integers
    texts: Integers
    text_starts: Integers
    summary: Summary

    @classmethod
    def of(cls, run: "Run", graph: Graph) -> "BulkGrouping":
        """Lay out what a run found, row by row."""
        order, found, text_of_row = graph.order, graph.described, run.text_of_row
        rank = np.empty(len(order.texts), np.int64)
        rank[order.texts] = np.arange(len(order.texts))
        groups = order.place[graph.labels][text_of_row].astype(np.int32)
        rows = np.argsort(rank[text_of_row], kind="stable")
        nearest = np.where(found.nearest >= 0, order.place[found.nearest], -1)[order.names]
        nearness = np.where(nearest >= 0, probability(found.nearness)[order.names], 0)
        sizes = np.bincount(groups, minlength=len(order.names))
        return cls(
            work=run.work,
            rows=rows,
            starts=np.append(0, np.cumsum(sizes)),
            groups=groups,
            similarities=graph.marks.astype(np.float32)[text_of_row],
            uncertain=graph.uncertain[text_of_row],
            nearest=nearest.astype(np.int32),
            nearness=nearness.astype(np.float32),
            text_of_row=text_of_row,
            texts=order.texts,
            text_starts=order.starts,
            summary=run.summary,
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def members(self, group: int) -> Integers:
        """Return the rows of a group, the most typical first."""
        return self.rows[self.starts[group] : self.starts[group + 1]]

    def keywords(self, groups: Integers) -> list[tuple[str, ...]]:
        """Return the words of some groups."""
        first = self.text_starts[groups]
        sizes = self.text_starts[groups + 1] - first
        ends = np.append(0, np.cumsum(sizes))
        at = np.arange(ends[-1]) + np.repeat(first - ends[:-1], sizes)
        return list(self._naming.groups(self._words, self.texts[at], ends))

    def documents(self, rows: Integers) -> list[Document]:
        """Return the texts of some rows."""
        found: list[Document] = [Document("")] * len(rows)
        for batch in np.unique(rows // reading.BATCH).tolist():
            wanted = np.flatnonzero(rows // reading.BATCH == batch)
            place = np.argsort(self.work.load(f"batches/{batch}.rows"))[
                rows[wanted] - batch * reading.BATCH
            ]
            ends = self.work.load(f"batches/{batch}.ends")
            data = self.work.load(f"batches/{batch}.bytes")
            for at, here in zip(wanted.tolist(), place.tolist(), strict=True):
                first, middle, last = ends[2 * here : 2 * here + 3].tolist()
                found[at] = Document(
                    data[first:middle].tobytes().decode(), data[middle:last].tobytes().decode()
                )
        return found

    def vectors(self, rows: Integers) -> Floats:
        """Return the vectors of some rows as the encoder made them, in half precision before."""
        texts = self.work.load("order")[self.text_of_row[rows]]
        firsts = self.work.load("firsts")
        shards = np.searchsorted(firsts, texts, side="right") - 1
        found = np.zeros((len(rows), self.work.load("texts.vectors").shape[1]), np.float32)
        for shard in np.unique(shards).tolist():
            here = shards == shard
            stored = self.work.load(f"shards/{shard}.vectors")
            found[here] = stored[texts[here] - firsts[shard]]
        return found

    @cached_property
    def _naming(self) -> Naming:
        return Naming(self.work.kept("words.tokens"), Counts.of(self.work).words)

    @cached_property
    def _words(self) -> Column:
        return column_of(self.work, "texts.words")
