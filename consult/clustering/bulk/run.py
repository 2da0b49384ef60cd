"""The stages of a bulk run, one after another."""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from consult.clustering.bulk import arranging, joining, searching, taking
from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.joining import Ruled
from consult.clustering.bulk.measures import Summary, Watch
from consult.clustering.bulk.reading import BadRow, Reader, Source
from consult.clustering.bulk.workers import Crew
from consult.clustering.grouping.candidates import Progress
from consult.clustering.grouping.clusterer import Clusterer
from consult.clustering.grouping.communities import FEW, LENIENCE
from consult.clustering.grouping.describing import Graph, Links
from consult.clustering.grouping.linkage import crowd, telling
from consult.clustering.grouping.merging import Merging, firsts_of
from consult.clustering.grouping.prevalence import LEARNT, shift_of
from consult.clustering.grouping.sparing import lowest_for
from consult.clustering.similarity.scoring import chance, log_odds
from consult.clustering.vectors import Floats, Integers

#: Texts searched, and compared, in one task; of few texts a part, that many workers may share.
LOT, LOTS = 16_384, 8
#: Texts by which it is told what is ordinary.
SAMPLE = 20_000
#: Entries of shared names in one task.
NAMED = 100_000


class Run:
    """One run: its folder, its workers, and what was counted so far."""

    def __init__(
        self, clusterer: Clusterer, work: Folder, crew: Crew, watch: Watch, progress: Progress
    ) -> None:
        taking.known_places.cache_clear()  # the folder may have held another run
        self._clusterer, self._work, self._crew = clusterer, work, crew
        self._watch, self._summary, self._progress = watch, watch.summary, progress
        self._shards = self._texts = self._step = self._lot = 0
        self._ideas = False
        self._starts: list[int] = []

    @property
    def work(self) -> Folder:
        """Return where everything lies."""
        return self._work

    @property
    def summary(self) -> Summary:
        """Return what was found and what it cost so far."""
        return self._summary

    def find(self) -> None:
        """Do all that does not depend on what people said."""
        self.cut()
        self.arrange()
        self.search()
        self.compare()

    def read(self, source: Source, on_bad_row: BadRow) -> None:
        """Read all texts; they are kept in batches, in the order of their digests."""
        work = self._work
        with self._watch.stage("reading"):
            if not work.has("read"):
                work.drop("batches")
                reader = Reader(work, source)
                calls = reader.batches()
                done = 0
                for done_now in self._crew.map_here(taking.take, calls):
                    done += done_now
                    self._progress("reading", done, 0)
                reader.finish()
            rows, batches, bad = work.kept("read")
            for line, reason in bad:
                on_bad_row(line, reason)
        self._summary.rows, self._summary.bad_rows, self._batches = rows, len(bad), batches

    def cut(self) -> None:
        """Gather copies, cut texts into tokens and encode them."""
        self._shards = taking.shards_of(self._summary.rows)
        with self._watch.stage("cutting and encoding"):
            calls = [
                (self._work.path, self._batches, shard, self._shards)
                for shard in range(self._shards)
            ]
            rows = 0
            for _texts, more in self._crew.map(taking.cut, calls):
                rows += more
                self._progress("encoding", rows, self._summary.rows)

    def arrange(self) -> None:
        """Number tokens for all, find cells, and put texts in their order."""
        work, place = self._work, self._work.path
        with self._watch.stage("arranging"):
            if not work.has("arranged"):
                texts = arranging.count(work, self._shards) if self._summary.rows else 0
                sizes = [work.kept(f"shards/{shard}.done")[0] for shard in range(self._shards)]
                firsts = np.append(0, np.cumsum(sizes))
                work.save("firsts", firsts)
                work.save("centre", arranging.centre(work, self._shards, texts))
                work.create("vectors", (texts, self._clusterer.encoder.dimension), np.float16)
                calls = [(place, shard, int(firsts[shard])) for shard in range(self._shards)]
                list(self._crew.map_here(arranging.centre_shard, calls))
                top = arranging.top_parts(work)
                found = self._crew.map(arranging.cells_of, [(place, part) for part in top])
                cells = [cell for part in found for cell in part]
                work.save("order", np.concatenate(cells))
                work.save("cells", np.append(0, np.cumsum([len(cell) for cell in cells])))
                arranging.lay_out(work, work.load("order"), firsts)
                chunks = [(place, at) for at in range(0, texts, arranging.chunk(texts))]
                for done, _ in enumerate(self._crew.map_here(arranging.arrange, chunks), start=1):
                    self._progress("arranging", min(done * arranging.chunk(texts), texts), texts)
                arranging.close(work)
                work.keep("arranged", texts)
            self._texts = work.kept("arranged")
        self._summary.distinct = self._texts
        self._lot = LOT if self._texts <= FEW else min(LOT, -(-self._texts // LOTS))
        self._starts = list(range(0, self._texts, self._lot))
        self._step = max(1, self._texts // SAMPLE)

    def search(self) -> None:
        """Find candidate pairs by wording, by names and by meaning."""
        work, place = self._work, self._work.path
        with self._watch.stage("searching"):
            if not work.has("names"):
                calls = [(place, at, min(at + self._lot, self._texts)) for at in self._starts]
                list(self._crew.map(searching.prepare, calls))
                searching.invert(work, self._starts)
                work.drop("wording")
            named = np.asarray(work.load("names")[:, 0])
            cuts = np.searchsorted(named, named[::NAMED]) if len(named) else np.zeros(0, int)
            ends = sorted({*cuts.tolist(), len(named)})
            crowds = [(place, a, b) for a, b in pairwise(ends)]
            self._files = [f"met/{first}" for _, first, _ in crowds]
            list(self._crew.map(searching.meet, crowds))
            runs = joining.ranges(work.load("cells"), self._lot)
            near = [(place, first, last, self._clusterer.neighbours) for first, last in runs]
            self._files += [f"found/{first}" for first, _ in runs]
            for done, _ in enumerate(self._crew.map(searching.search, near), start=1):
                self._progress("searching", done, len(near))

    def compare(self) -> None:
        """Compare all candidate pairs."""
        near = ideas = 0
        mode, lowest = self._clusterer.mode, lowest_for(self._clusterer.threshold)
        with self._watch.stage("comparing"):
            calls = [
                (
                    self._work.path,
                    self._files,
                    at,
                    min(at + self._lot, self._texts),
                    self._step,
                    mode,
                    lowest,
                )
                for at in self._starts
            ]
            for done, found in enumerate(self._crew.map(searching.compare, calls), start=1):
                self._summary.pairs += found[0]
                near += found[1]
                ideas += found[2]
                self._progress("comparing", done, len(calls))
        self._ideas = mode == "ideas" or (mode == "auto" and 2 * ideas > near)
        self._summary.mode = "ideas" if self._ideas else "requests"

    def merge(self, together: Integers = joining.NONE, apart: Integers = joining.NONE) -> Graph:
        """Merge what hangs together, and describe the groups; pairs of rows hold as people said."""
        with self._watch.stage("merging"):
            ruled = Ruled.of_rows(self.text_of_row, together, apart)
            self._progress("merging", 0, 0)
            pairs, odds = self._linked(ruled)
            self._summary.links = len(odds)
            limit = self._limit()
            labels = self._labels(pairs, odds, limit, ruled)
        with self._watch.stage("describing"):
            links = Links.of(self._texts, pairs, odds)
            copies = self._copies()
            graph = Graph(links, labels, copies, self._clusterer.reach, limit)
            self._summary.applied_threshold = round(chance(limit), 6)
            self._summary.groups = int(((weights := np.bincount(labels, copies)) > 1).sum())
            self._summary.alone = int((weights == 1).sum())
            graph.described  # noqa: B018 - it is measured here
        return graph

    def _linked(self, ruled: Ruled) -> tuple[Integers, Floats]:
        pairs, odds = joining.linked(self._work, self._starts, "links")
        more = searching.compare_more(self._work, pairs, ruled.pairs)
        pairs, odds = np.concatenate([pairs, more[0]]), np.concatenate([odds, more[1]])
        if self._ideas:
            pairs, odds = self._with_far(pairs, odds, ruled, lambda far: np.ones(len(far), bool))
            alike, among = joining.alike(self._work, self._starts)
            alike = np.append(alike, np.zeros(len(odds) - len(alike), bool))
            if len(among):
                odds[alike] += shift_of(among, LEARNT)
        return pairs, odds

    def _limit(self) -> float:
        if self._ideas:
            return log_odds(self._clusterer.threshold) + LENIENCE
        sample = joining.linked(self._work, self._starts, "sample")
        floor = joining.floor(*sample, self._step)
        wanted = log_odds(self._clusterer.threshold) + crowd(self._texts)
        return max(wanted, floor)

    def _labels(self, pairs: Integers, odds: Floats, limit: float, ruled: Ruled) -> Integers:
        reach = self._clusterer.reach
        found = Merging(limit, reach).parts(self._texts, pairs, odds, ruled.ties, ruled.bars)
        if not self._ideas:
            kept = telling(odds)
            pairs, odds = self._with_far(pairs[kept], odds[kept], ruled, found.hold)
        labels, lots = firsts_of(found.part), joining.lots(found, pairs, ruled)
        large: list[tuple[Integers, Ruled]] = []

        def calls() -> Iterator[tuple[Any, ...]]:
            for lot, told in lots:
                if len(lot) > joining.FULL:
                    large.append((lot, told))
                else:
                    yield pairs[lot], odds[lot], limit, reach, self._ideas, told

        for texts, names in self._crew.map(joining.merge, calls()):
            labels[texts] = names
        for lot, told in large:
            texts, names = joining.merge(pairs[lot], odds[lot], limit, reach, self._ideas, told)
            labels[texts] = names
        return labels

    def _with_far(
        self, pairs: Integers, odds: Floats, ruled: Ruled, wanted: Callable[[Integers], np.ndarray]
    ) -> tuple[Integers, Floats]:
        """Add what the ``wanted`` ones say of the pairs that were too unlike to be compared."""

        def calls() -> Iterator[tuple[Path, Integers]]:
            for start in self._starts:
                far = joining.far_pairs(self._work, start)
                far = searching.without(far[wanted(far)], ruled.pairs, self._texts)
                if len(far):
                    yield self._work.path, far

        more = list(self._crew.map(searching.compare_far, calls()))
        every = np.concatenate([pairs, *(found for found, _ in more)])
        values = np.concatenate([odds, *(found for _, found in more)])
        kept = np.append(np.ones(len(odds), bool), telling(values[len(odds) :]))
        return every[kept], values[kept]

    def _copies(self) -> Integers:
        parts = [self._work.load(f"shards/{shard}.copies") for shard in range(self._shards)]
        return np.asarray(np.concatenate(parts)[self._work.load("order")])

    @cached_property
    def text_of_row(self) -> Integers:
        """Return which text, by its place in the order of cells, each row holds."""
        work = self._work
        order, shards = work.load("order"), range(self._shards)
        rows = np.concatenate([work.load(f"shards/{shard}.rows") for shard in shards])
        copies = np.concatenate([work.load(f"shards/{shard}.copies") for shard in shards])
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        found = np.empty(len(rows), np.int64)
        found[rows] = np.repeat(place, copies)
        return found

    def write(self, graph: Graph, out: Path, groups: Path | None, column: str) -> None:
        """Write the group of each row, and what groups say."""
        work = self._work
        with self._watch.stage("writing"):
            ids = joining.Ids(work, column)
            joining.write_rows(graph, self.text_of_row, ids, out)
            if groups:
                first_rows = joining.first_rows(self.text_of_row)
                joining.write_groups(work, graph, ids, first_rows, groups)
