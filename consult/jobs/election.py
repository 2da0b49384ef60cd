"""Sees to it that one process of several runs the jobs."""

import fcntl
from pathlib import Path
from typing import IO, Protocol

from flask import Flask

from consult.database import ServerLock
from consult.extensions import db

#: The number of the lock; others of the same database must not use it.
JOBS_LOCK = 0x6A697369


class Office(Protocol):
    """What at most one process holds; it is lost with the process, however that ends."""

    def held(self) -> bool:
        """Take it if it is free, and say whether it is held; asked before each turn."""
        ...

    def leave(self) -> None:
        """Let another process have it."""
        ...


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


def office_of(app: Flask) -> Office:
    """The office for the database of ``app``: one on PostgreSQL, else one on this machine."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        return ServerLock(engine, JOBS_LOCK)
    return FileOffice(Path(app.config["DATA_DIR"]) / "jobs.lock")
