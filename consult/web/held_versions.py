"""Versions of public pages, held for a moment while many ask: else every write makes each page anew."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

#: So many pages at most; then all are asked for again.
MOST = 4096
#: It is a rush if so many ask this process within the seconds for which a version may be held.
RUSH = 40


@dataclass
class _Page:
    """A version (empty: none is held), and how long it holds."""

    version: str = ""
    until: float = 0.0


class HeldVersions:
    """What version each page has, asked again once it is older than ``seconds``; for threads.

    Nothing is held while few ask. Of many who ask just when the time is over, one is
    told nothing, and makes the page anew; the others get the version before for so many seconds
    more: nobody gets what is older than twice that. 0 seconds hold nothing.
    """

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, rush: int = RUSH
    ) -> None:
        self._seconds, self._clock, self._rush = seconds, clock, rush
        self._pages: dict[Hashable, _Page] = {}
        self._since, self._asked, self._rushed = 0.0, 0, False
        self._lock = Lock()

    def get(self, page: Hashable) -> str | None:
        """The version of ``page``, unless the caller must ask for it."""
        if not self._seconds:
            return None
        now = self._clock()
        with self._lock:
            if len(self._pages) >= MOST and page not in self._pages:
                self._pages.clear()
            self._count(now)
            found = self._pages.setdefault(page, _Page())
            if now < found.until:
                return found.version
            if (
                self._rushed and now < found.until + self._seconds
            ):  # what is older is given to nobody
                found.until = now + self._seconds
            return None

    def _count(self, now: float) -> None:
        gone = now - self._since
        if gone >= self._seconds:
            self._rushed = gone < 2 * self._seconds and self._asked >= self._rush
            self._since, self._asked = now, 0
        self._asked += 1

    def put(self, page: Hashable, version: str) -> None:
        """Hold what was found, in a rush; call it once the page of that version is there."""
        if not self._seconds:
            return
        with self._lock:
            found = self._pages.get(page)
            if found is not None and (self._rushed or self._asked >= self._rush):
                found.version, found.until = version, self._clock() + self._seconds

    def drop(self, page: Hashable) -> None:
        """Hold ``page`` no more: it is not public now."""
        with self._lock:
            self._pages.pop(page, None)
