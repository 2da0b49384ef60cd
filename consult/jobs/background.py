"""Who does the jobs: threads of the process that serves pages, or a process of its own."""

from collections.abc import Callable, Mapping
from typing import Protocol

from flask import Flask

from consult.extensions import db
from consult.jobs.runner import Runner
from models.job import Lane

#: Within a process that serves pages: one short and one long thing at a time.
EMBEDDED = {Lane.QUICK: 1, Lane.LONG: 1}


class Background(Protocol):
    """Work that goes on in threads of this process."""

    def start(self, ready: Callable[[], object] = ...) -> None:
        """Begin; returns at once. ``ready`` is called when work begins."""
        ...

    def end(self) -> None:
        """Ask it to end after the steps in hand."""
        ...

    def stop(self, patience: float = 10.0) -> None:
        """Ask it to end, and wait for that as long as ``patience`` (seconds)."""
        ...

    @property
    def is_alive(self) -> bool:
        """Whether its threads still work."""
        ...


def start(app: Flask) -> Background:
    """Do the jobs in threads of this process, until it ends or :meth:`Background.stop`."""
    worker = worker_for(app, at_once=EMBEDDED, embedded=True)
    app.extensions["runner"] = worker
    worker.start()
    return worker


def worker_for(app: Flask, *, at_once: Mapping[Lane, int], embedded: bool = False) -> Background:
    """What does the jobs on the database of ``app``; SQLite has one worker, with a thread a lane."""
    with app.app_context():
        server = db.engine.dialect.name == "postgresql"
    if not server:
        return Runner(app, embedded=embedded)
    from consult.jobs.queue import QueueWorker  # noqa: PLC0415 - for workers only

    return QueueWorker(app, at_once=at_once, embedded=embedded)
