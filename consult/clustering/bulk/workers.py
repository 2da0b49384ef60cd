"""Tasks in several processes; what comes out does not depend on how many."""

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Self

from threadpoolctl import threadpool_limits

from consult.clustering.bulk.measures import Watch

#: Read by libraries when they are loaded: one thread in each process.
ALONE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Task = Callable[..., Any]

_SHARED: dict[str, Any] = {}


def _begin(shared: dict[str, Any]) -> None:
    threadpool_limits(1)
    _SHARED.update(shared)


def shared(name: str) -> Any:
    """Return what every worker was given when it began."""
    return _SHARED[name]


def _timed(task: Task, *arguments: object) -> tuple[Any, float, int]:
    started = time.process_time()
    return task(*arguments), time.process_time() - started, os.getpid()


class Crew:
    """Processes that do tasks; with one worker, tasks are done here.

    Results come in the order of the tasks, and only a few tasks wait at a time, so that what
    they are given may be made while others run.
    """

    def __init__(self, count: int, watch: Watch, **given: object) -> None:
        self.count = count
        self._watch = watch
        self._limits = threadpool_limits(1)
        self._pool: ProcessPoolExecutor | None = None
        _SHARED.update(given)
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

    def map(self, task: Task, calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Do a task for each tuple of arguments, and yield what it returns."""
        if self._pool is None:
            for call in calls:
                yield task(*call)
            return
        waiting: deque[Future[tuple[Any, float, int]]] = deque()
        for call in calls:
            waiting.append(self._pool.submit(_timed, task, *call))
            if len(waiting) > 2 * self.count:
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _result(self, future: "Future[tuple[Any, float, int]]") -> Any:
        value, seconds, process = future.result()
        self._watch.cpu_elsewhere += seconds
        self._watch.processes.add(process)
        return value
