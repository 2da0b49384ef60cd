"""The jobs within a process that serves pages: for one machine, or for trying things out."""

from typing import Protocol

from flask import Flask

from consult.extensions import db
from consult.jobs.runner import Runner


class Background(Protocol):
    """Work that goes on in threads of this process."""

    def start(self) -> None:
        """Begin; returns at once."""
        ...

    def stop(self, patience: float = 10.0) -> None:
        """End after the steps in hand; waits for them as long as ``patience`` (seconds)."""
        ...


def start(app: Flask) -> Background:
    """Do the jobs in threads of this process, until it ends or :meth:`Background.stop`."""
    runner = made_for(app, embedded=True)
    app.extensions["runner"] = runner
    runner.start()
    return runner


def made_for(app: Flask, *, embedded: bool) -> Background:
    """What does the jobs on the database of ``app``."""
    with app.app_context():
        server = db.engine.dialect.name == "postgresql"
    if not server:
        return Runner(app)
    from consult.jobs.queue import QueueWorker  # noqa: PLC0415 - 20 MB that web servers can do without

    return QueueWorker(app, embedded=embedded)
