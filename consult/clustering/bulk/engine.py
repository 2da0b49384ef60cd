"""Grouping of files: what a caller sees of it."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from consult.clustering.bulk.clusters import DaskCrew
from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.found import BulkGrouping
from consult.clustering.bulk.joining import NONE
from consult.clustering.bulk.measures import Summary, Watch
from consult.clustering.bulk.reading import BadRow, Columns, Source, TableFile
from consult.clustering.bulk.run import Run
from consult.clustering.bulk.workers import LocalCrew
from consult.clustering.encoders.loading import Encoder
from consult.clustering.grouping.candidates import Progress
from consult.clustering.grouping.clusterer import Clusterer, described
from consult.clustering.grouping.numbers import REACH
from consult.clustering.similarity.scoring import Similarity, Weights
from consult.clustering.vectors import Integers


class BulkClusterer:
    r"""Group the texts of files as :class:`Clusterer` groups those in memory.

    Texts pass through stages, each in parts that are kept in a working folder, so that memory
    stays small and a run that was stopped goes on where it was. The groups do not depend on the
    order of the texts, on the number of workers or on interruptions. Cost with texts of a hundred
    characters: about half a millisecond of processor time and two kilobytes of disk a text.

    Parameters
    ----------
    encoder
        Turns texts into unit vectors; it is sent to the workers.
    threshold, neighbours, reach, weights, mode
        Those of :class:`Clusterer`. Ideas are told on one core, 20 microseconds a pair.
    workers
        Processes; as many as there are cores by default.
    scheduler, shared_disk
        Address of a Dask scheduler whose workers do the tasks instead, see :class:`DaskCrew`.

    Examples
    --------
    >>> import tempfile
    >>> from consult.clustering import HashingEncoder
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "in.csv").write_text("text\nwider lanes\nlower rents\nlanes: wider\n")
    >>> bulk = BulkClusterer(HashingEncoder(), workers=1)
    >>> bulk.cluster(folder / "in.csv", folder / "out.csv", text=["text"]).groups
    1
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        threshold: float = 0.5,
        neighbours: int = 32,
        reach: float = REACH,
        weights: Mapping[str, Weights] | None = None,
        mode: str = "auto",
        workers: int | None = None,
        scheduler: str | None = None,
        shared_disk: bool = False,
    ) -> None:
        self._clusterer = Clusterer(
            encoder,
            threshold=threshold,
            neighbours=neighbours,
            reach=reach,
            weights=weights,
            mode=mode,
        )
        self.encoder = encoder
        self.workers = workers or os.cpu_count() or 1
        self.scheduler, self.shared_disk = scheduler, shared_disk

    def cluster(
        self,
        path: Path,
        out: Path,
        *,
        text: Sequence[str] = ("title", "body"),
        id_column: str | None = None,
        groups: Path | None = None,
        work: Path | None = None,
        progress: Progress | None = None,
        on_bad_row: BadRow | None = None,
    ) -> Summary:
        """Group the rows of a CSV, TSV or JSON lines file; write the group of each to ``out``.

        ``groups`` gets one JSON object for each group of two rows or more. ``work`` is kept, and a
        stopped run goes on from it; without it a folder beside ``out`` is used and deleted.
        ``on_bad_row`` is told the line of what was left out, and why.

        :raises TableUnreadable: if the file is none, or has not the columns.
        :raises WorkFolderTaken: if ``work`` belongs to another run.
        """
        columns = Columns(tuple(text), id_column)
        with _folder(work, out) as place:
            source = TableFile(path, columns)
            with self._begun(source, place, progress) as run:
                run.read(source, on_bad_row or _ignored)
                run.find()
                run.write(run.merge(), out, groups, columns.id or "id")
        return run.summary

    def group(
        self,
        source: Source,
        work: Path,
        *,
        together: Integers = NONE,
        apart: Integers = NONE,
        progress: Progress | None = None,
    ) -> BulkGrouping:
        """Group the texts of ``source``; what is found stays in ``work``, in files and arrays.

        ``together`` and ``apart`` are pairs of rows, counted from 0, that people said are the same
        request or not; see :func:`~consult.clustering.grouping.constraints.settle`. They are no part
        of what the folder is for: with others only merging is done again.

        :raises WorkFolderTaken: if ``work`` belongs to another run.
        """
        with self._begun(source, work, progress) as run:
            run.read(source, _ignored)
            run.find()
            return BulkGrouping.of(run, run.merge(together, apart))

    def prepare(self, source: Source, work: Path, progress: Progress | None = None) -> None:
        """Do all of :meth:`group` that does not depend on what people said: most of it.

        :raises WorkFolderTaken: if ``work`` belongs to another run.
        """
        with self._begun(source, work, progress) as run:
            run.read(source, _ignored)
            run.find()

    @contextmanager
    def _begun(self, source: Source, place: Path, progress: Progress | None) -> Iterator[Run]:
        summary = Summary(workers=self.workers, settings=dict(self._clusterer.settings))
        with Watch(summary) as watch:
            folder = Folder(place)
            folder.claim(self._facts(source))
            watch.go_on(folder)
            with self._crew(folder, watch) as crew:
                yield Run(self._clusterer, folder, crew, watch, progress or _silent)

    def _crew(self, folder: Folder, watch: Watch) -> LocalCrew | DaskCrew:
        given = {"encoder": self.encoder, "similarity": Similarity(self._clusterer.weights)}
        if self.scheduler is None:
            return LocalCrew(self.workers, watch, **given)
        shared = self.shared_disk
        return DaskCrew(self.scheduler, folder, watch, shared_disk=shared, **given)

    def _facts(self, source: Source) -> dict[str, object]:
        return {
            **source.facts(),
            "settings": self._clusterer.settings,
            "weights": repr(sorted(self._clusterer.weights.items())),
            "encoder": described(self.encoder),
        }


def cluster_file(
    path: str | Path,
    out: str | Path,
    *,
    encoder: Encoder,
    text: Sequence[str] = ("title", "body"),
    id_column: str | None = None,
    groups: str | Path | None = None,
    work: str | Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    shared_disk: bool = False,
    threshold: float = 0.5,
    neighbours: int = 32,
    weights: Mapping[str, Weights] | None = None,
    mode: str = "auto",
    progress: Progress | None = None,
    on_bad_row: BadRow | None = None,
) -> Summary:
    """Group the rows of a file, see :meth:`BulkClusterer.cluster`."""
    bulk = BulkClusterer(
        encoder,
        threshold=threshold,
        neighbours=neighbours,
        weights=weights,
        mode=mode,
        workers=workers,
        scheduler=scheduler,
        shared_disk=shared_disk,
    )
    return bulk.cluster(
        Path(path),
        Path(out),
        text=text,
        id_column=id_column,
        groups=Path(groups) if groups else None,
        work=Path(work) if work else None,
        progress=progress,
        on_bad_row=on_bad_row,
    )


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass


def _ignored(_line: int, _reason: str) -> None:
    pass


@contextmanager
def _folder(work: Path | None, out: Path) -> Iterator[Path]:
    if work is not None:
        yield work
        return
    place = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
