"""What a run costs: time of each stage, memory of all processes."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Self

from consult.clustering.bulk.folder import Folder

#: Seconds between two looks at the memory.
EVERY = 0.5
SPENT = "spent"
STATUS = "/proc/{}/smaps_rollup"


@dataclass
class Summary:
    """What a bulk run found and what it cost.

    ``seconds`` and ``cpu_seconds`` are by stage, those of all processes together. A run that went on
    from an earlier one is ``resumed``: times of both are added up, only those of tasks that were cut
    off by force are missing. ``peak_bytes`` is the most memory that all processes held at one time,
    what they share counted once. ``mode`` is how texts were grouped,
    ``requests`` or ``ideas``.
    """

    rows: int = 0
    bad_rows: int = 0
    distinct: int = 0
    pairs: int = 0
    links: int = 0
    groups: int = 0
    alone: int = 0
    applied_threshold: float = 0.0
    mode: str = ""
    workers: int = 1
    resumed: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    peak_bytes: int = 0
    settings: dict[str, object] = field(default_factory=dict)

    @property
    def total_seconds(self) -> float:
        """Return the time from the file to the groups."""
        return sum(self.seconds.values())

    def as_dict(self) -> dict[str, object]:
        """Return everything as JSON can hold it."""
        return asdict(self) | {
            "total_seconds": round(self.total_seconds, 2),
            "total_cpu_seconds": round(sum(self.cpu_seconds.values()), 2),
        }


class Watch:
    """Measures stages, and the memory of this process and its workers."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.processes: set[int] = {os.getpid()}
        self.cpu_elsewhere = 0.0
        self._stop = Event()
        self._thread = Thread(target=self._look, daemon=True)
        self._work: Folder | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        wall, cpu, elsewhere = time.perf_counter(), time.process_time(), self.cpu_elsewhere
        try:
            yield
        finally:
            spent = time.process_time() - cpu + self.cpu_elsewhere - elsewhere
            seconds, found = time.perf_counter() - wall, self.summary
            found.seconds[name] = round(found.seconds.get(name, 0) + seconds, 2)
            found.cpu_seconds[name] = round(found.cpu_seconds.get(name, 0) + spent, 2)
            if self._work:
                self._work.keep(SPENT, (found.seconds, found.cpu_seconds, found.peak_bytes))

    def go_on(self, work: Folder) -> None:
        """Add to what earlier runs in this folder cost, and keep it there."""
        found, self._work = self.summary, work
        if work.has(SPENT):
            found.resumed = True
            found.seconds, found.cpu_seconds, found.peak_bytes = work.kept(SPENT)

    def _look(self) -> None:
        while not self._stop.wait(EVERY):
            held = sum(map(_held, list(self.processes)))
            self.summary.peak_bytes = max(self.summary.peak_bytes, held)


def _held(process: int) -> int:
    """Return the memory of a process, what it shares divided; where that is not told, its peak."""
    try:
        lines = Path(STATUS.format(process)).read_text(encoding="ascii").splitlines()
    except OSError:
        return (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            if process == os.getpid()
            else 0
        )
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
