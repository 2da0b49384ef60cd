"""The machine: disk, folders, clock, threads."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from consult.health.findings import Finding, failure, skipped, warning, well

MEGABYTE = 1024 * 1024
#: A file written now that is dated by more than this another time tells of a wrong clock.
DRIFT = 5.0
#: 2026-01-01: before this release was made nobody ran it.
EARLIEST = 1_767_225_600


def findings(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """All that can be said of this machine."""
    folder = Path(settings["DATA_DIR"])
    yield disk(folder, least=settings["DISK_LEAST_MB"])
    yield _folder("uploads", Path(settings["UPLOAD_DIR"]))
    yield _clock(folder)
    yield _threads()


def disk(folder: Path, *, least: int) -> Finding:
    """Whether the data folder has ``least`` megabytes free and can really be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free // MEGABYTE
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return failure(
            "disk", str(error.strerror), f"Free space, or let this user write in {folder}."
        )
    if free < least:
        return failure("disk", f"{free} MB free", f"Free space in {folder}: {least} MB are needed.")
    return well("disk", f"{free} MB free")


def _folder(name: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        return failure(name, f"{folder}: {error.strerror}", "Let the platform's user write there.")
    return well(name, str(folder))


def _clock(folder: Path) -> Finding:
    """A clock that stands in the past, or apart from that of the file system, is wrong."""
    now = time.time()
    if now < EARLIEST:
        return failure("clock", time.ctime(now), "Set it, and keep it right with NTP.")
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            apart = abs(Path(file.name).stat().st_mtime - time.time())
    except OSError:
        return skipped("clock", "nothing can be written to compare with")
    if apart > DRIFT:
        return warning(
            "clock",
            f"the disk's clock is {apart:.0f} s away",
            "Have this machine and its file server take their time from NTP.",
        )
    return well("clock", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now)))


def _threads() -> Finding:
    number = os.environ.get("OMP_NUM_THREADS", "")
    if number != "1":
        return warning(
            "threads",
            f"OMP_NUM_THREADS={number}: each process computes with so many threads",
            "Leave it at 1: processes share the cores better.",
        )
    return well("threads", "one for arithmetic in each process")
