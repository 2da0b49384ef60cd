"""Numbers for Prometheus: counted by every process, told by whichever is asked."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from prometheus_client import REGISTRY as OWN
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from consult.observing.sharing import FOLDER

#: Seconds; finer where the aims of pages lie.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10)

REQUESTS = Counter("jisi_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("jisi_request_seconds", "How long an answer took.", ["route"], buckets=BOUNDS)
PROCESSOR = Counter("jisi_request_processor_seconds", "Processor time of answers.", ["route"])
QUERIES = Counter("jisi_request_queries", "Queries to the database for answers.", ["route"])


class Waiting(NamedTuple):
    """What waits for a job: how many things, and how long the oldest has waited (seconds)."""

    things: int
    seconds: float


def count_request(
    *, method: str, route: str, status: int, seconds: float, processor: float, queries: int
) -> None:
    """Count one answer; some microseconds."""
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
    PROCESSOR.labels(route).inc(processor)
    QUERIES.labels(route).inc(queries)


def exposition(
    *, backlogs: Mapping[str, Waiting], workers: int, parts: Iterable[tuple[str, bool]]
) -> bytes:
    """Return all numbers as text: those counted, and those looked up just now."""
    waiting = _gauge("jisi_job_waiting", "Things that wait for a job.", "job")
    age = _gauge("jisi_job_oldest_seconds", "How long the oldest waits.", "job")
    for name, backlog in backlogs.items():
        waiting.add_metric([name], backlog.things)
        age.add_metric([name], backlog.seconds)
    alive = GaugeMetricFamily("jisi_workers_alive", "Processes that do jobs.", value=workers)
    well = _gauge("jisi_part_well", "Whether a part is well.", "part")
    for name, ok in parts:
        well.add_metric([name], int(ok))
    registry = CollectorRegistry()
    registry.register(_LookedUp([waiting, age, alive, well]))
    return generate_latest(_counted()) + generate_latest(registry)


class _LookedUp(Collector):
    """Numbers of the whole platform: the same whichever process is asked."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self.families = families

    def collect(self) -> Iterable[Metric]:
        return self.families


def _gauge(name: str, what: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, labels=[label])


def forget_process(pid: int) -> None:
    """Leave the numbers that only live processes have to those; what was counted stays."""
    if os.environ.get(FOLDER):
        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def _counted() -> CollectorRegistry:
    if not os.environ.get(FOLDER):
        return OWN
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
