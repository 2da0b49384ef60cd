"""Sees to it that one process of several on this machine runs the jobs."""

import fcntl
import threading
from pathlib import Path
from typing import IO

#: Seconds between two tries to take over from a process that has gone.
PATIENCE = 2.0


def wait_for_office(path: Path, stop: threading.Event) -> IO[str] | None:
    """Wait until no other process holds ``path``; keep the returned file open while in office.

    The lock goes with the process, however it ends. None: ``stop`` was set meanwhile.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    while not stop.is_set():
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop.wait(PATIENCE)
        else:
            return file
    file.close()
    return None
