"""Tasks in several processes; what comes out does not depend on how many, nor where they are."""

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Protocol, Self

from threadpoolctl import threadpool_limits

from consult.clustering.bulk.measures import Watch

#: Read by libraries when they are loaded: one thread in each process.
ALONE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Task = Callable[..., Any]
Calls = Iterable[tuple[Any, ...]]

_SHARED: dict[str, Any] = {}
#: What a thread was given that works for several crews in turn.
_THREAD = threading.local()


class Crew(Protocol):
    """Who does the tasks of a run: processes of this machine, or workers of many."""

    def map(self, task: Task, calls: Calls) -> Iterator[Any]:
        """Do a task for each tuple of arguments, and yield what it returns, in their order."""

    def map_here(self, task: Task, calls: Calls) -> Iterator[Any]:
        """Do the same on this machine: for tasks that change files in their place."""


def _begin(shared: dict[str, Any]) -> None:
    threadpool_limits(1)
    _SHARED.update(shared)


def shared(name: str) -> Any:
    """Return what every worker was given when it began."""
    return getattr(_THREAD, "given", _SHARED)[name]


def give(given: Mapping[str, Any]) -> None:
    """Let the tasks of this thread have ``given`` from now on."""
    _THREAD.given = given


def timed(task: Task, *arguments: object) -> tuple[Any, float, int]:
    """Do a task; return its value, the processor seconds of this thread, and which process it was."""
    started = time.thread_time()
    return task(*arguments), time.thread_time() - started, os.getpid()


def in_order(
    submit: Callable[..., Any], finish: Callable[[Any], Any], calls: Calls, most: int
) -> Iterator[Any]:
    """Yield results in the order of the calls; only ``most`` tasks wait at a time.

    So what they are given may be made while others run.
    """
    waiting: deque[Any] = deque()
    for call in calls:
        waiting.append(submit(*call))
        if len(waiting) > most:
            yield finish(waiting.popleft())
    while waiting:
        yield finish(waiting.popleft())


class LocalCrew:
    """Processes of this machine; with one worker, tasks are done here."""

    def __init__(self, count: int, watch: Watch, **given: object) -> None:
        self.count = count
        self._watch = watch
        self._limits = threadpool_limits(1)
        self._pool: ProcessPoolExecutor | None = None
        give(given)
        if count > 1:
            before = {name: os.environ.get(name) for name in (*ALONE, "TOKENIZERS_PARALLELISM")}
            os.environ.update(dict.fromkeys(ALONE, "1") | {"TOKENIZERS_PARALLELISM": "false"})
            self._pool = ProcessPoolExecutor(
                count, multiprocessing.get_context("spawn"), _begin, (dict(given),)
            )
            for future in [self._pool.submit(os.getpid) for _ in range(4 * count)]:
                watch.processes.add(future.result())
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._limits.restore_original_limits()
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def map(self, task: Task, calls: Calls) -> Iterator[Any]:
        """Do a task for each tuple of arguments, and yield what it returns."""
        pool = self._pool
        if pool is None:
            for call in calls:
                yield task(*call)
            return

        def submit(*call: object) -> "Future[tuple[Any, float, int]]":
            return pool.submit(timed, task, *call)

        yield from in_order(submit, self._result, calls, 2 * self.count)

    def map_here(self, task: Task, calls: Calls) -> Iterator[Any]:
        """Do the same: all processes share the files."""
        return self.map(task, calls)

    def _result(self, future: "Future[tuple[Any, float, int]]") -> Any:
        value, seconds, process = future.result()
        self._watch.cpu_elsewhere += seconds
        self._watch.processes.add(process)
        return value
