"""Sees to it that of several processes one does what only one may do at a time."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from flask import Flask
from sqlalchemy import Engine

from consult.database import ServerLock

#: Where the numbers of the locks begin, one a topic; others of the same database must not use them.
RUN_LOCKS = 0x6A697369 << 32
#: The same, one a worker of the queue.
WORKER_LOCKS = 0x6A697377 << 32


class Office(Protocol):
    """What at most one process holds; it is lost with the process, however that ends."""

    def held(self) -> bool:
        """Take it if it is free, and say whether it is held; asked before each turn."""
        ...

    def leave(self) -> None:
        """Let another process have it."""
        ...


@contextmanager
def in_office(office: Office) -> Iterator[bool]:
    """Hold it for a block, if it is free; says whether it is held."""
    held = office.held()
    try:
        yield held
    finally:
        office.leave()


class FileOffice:
    """Held by locking a file: of the processes of one machine, one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def held(self) -> bool:
        """Take the lock if it is free."""
        if self._file is not None:
            return True
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def leave(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def office_for_jobs(app: Flask) -> Office:
    """Who holds it runs the jobs on SQLite, which has one writer; PostgreSQL has a queue instead."""
    return FileOffice(Path(app.config["DATA_DIR"]) / "jobs.lock")


def office_for_run(engine: Engine, config: Mapping[str, Any], topic_id: int) -> Office:
    """Who holds it computes the run of a topic: on PostgreSQL one process of all machines."""
    if engine.dialect.name == "postgresql":
        return ServerLock(engine, RUN_LOCKS | topic_id)
    return FileOffice(Path(config["DATA_DIR"]) / "locks" / f"run-{topic_id}.lock")
