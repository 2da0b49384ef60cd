"""A working folder that lies on another machine: files come when they are asked for."""

import threading
from collections.abc import Callable
from pathlib import Path

#: Fetches a file by its name into the folder; says whether there is one.
Fetch = Callable[[str], bool]

_MIRRORS: dict[Path, Fetch] = {}
_THREAD = threading.local()


def mirror(path: Path, fetch: Fetch) -> None:
    """From now on what ``path`` lacks is fetched."""
    _MIRRORS[path] = fetch


def forget(path: Path) -> None:
    """Fetch no more for ``path``."""
    _MIRRORS.pop(path, None)


def is_there(path: Path, name: str) -> bool:
    """Say whether a folder has a file, after fetching it where it lies elsewhere."""
    if (path / name).exists():
        return True
    fetch = _MIRRORS.get(path)
    return fetch is not None and fetch(name)


def note(name: str) -> None:
    """Remember that this thread wrote a file, if somebody wants to know."""
    written: list[str] | None = getattr(_THREAD, "written", None)
    if written is not None:
        written.append(name)


def listen() -> list[str]:
    """Return a list to which the files are added that this thread writes from now on."""
    _THREAD.written = []
    found: list[str] = _THREAD.written
    return found
