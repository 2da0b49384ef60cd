"""Versions of public pages, held for a moment: in a rush every write would make each page anew."""

import time
from collections.abc import Callable, Hashable
from threading import Lock

#: So many pages at most; then all are asked for again.
MOST = 4096


class HeldVersions:
    """What version each page has, asked again once it is older than ``seconds``; for threads.

    Of many who ask just when that is over, one is told nothing, and makes the page anew; the
    others get the version before for so many seconds more. 0 seconds hold nothing.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._held: dict[Hashable, tuple[str, float]] = {}
        self._lock = Lock()

    def get(self, page: Hashable) -> str | None:
        """The version of ``page``, unless the caller must ask for it."""
        if not self._seconds:
            return None
        now = self._clock()
        with self._lock:
            version, until = self._held.get(page, ("", now))
            if now < until:
                return version
            if version:
                self._held[page] = version, now + self._seconds
            return None

    def put(self, page: Hashable, version: str) -> None:
        """Hold what was found; call it once the page of that version is there."""
        if not self._seconds:
            return
        with self._lock:
            if len(self._held) >= MOST:
                self._held.clear()
            self._held[page] = version, self._clock() + self._seconds

    def drop(self, page: Hashable) -> None:
        """Hold ``page`` no more: it is not public now."""
        with self._lock:
            self._held.pop(page, None)
