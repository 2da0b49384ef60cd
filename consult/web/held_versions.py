"""Versions of public pages, held for a moment while many ask: else every write makes each page anew."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

#: So many pages at most; then all are asked for again.
MOST = 4096
#: A page is in a rush if so many asked for it within the seconds for which a version may be held.
RUSH = 8


@dataclass
class _Page:
    """A version (empty: none is held), how long it holds, and how many asked since when."""

    since: float
    version: str = ""
    until: float = 0.0
    asked: int = 0
    rushed: bool = False


class HeldVersions:
    """What version each page has, asked again once it is older than ``seconds``; for threads.

    Nothing is held of a page that few ask for. Of many who ask just when the time is over, one is
    told nothing, and makes the page anew; the others get the version before for so many seconds
    more. 0 seconds hold nothing.
    """

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, rush: int = RUSH
    ) -> None:
        self._seconds, self._clock, self._rush = seconds, clock, rush
        self._pages: dict[Hashable, _Page] = {}
        self._lock = Lock()

    def get(self, page: Hashable) -> str | None:
        """The version of ``page``, unless the caller must ask for it."""
        if not self._seconds:
            return None
        now = self._clock()
        with self._lock:
            if len(self._pages) >= MOST and page not in self._pages:
                self._pages.clear()
            found = self._pages.setdefault(page, _Page(now))
            gone = now - found.since
            if gone >= self._seconds:
                found.rushed = gone < 2 * self._seconds and found.asked >= self._rush
                found.since, found.asked = now, 0
            found.asked += 1
            if now < found.until:
                return found.version
            if found.version and found.rushed:
                found.until = now + self._seconds
            return None

    def put(self, page: Hashable, version: str) -> None:
        """Hold what was found, in a rush; call it once the page of that version is there."""
        if not self._seconds:
            return
        with self._lock:
            found = self._pages.get(page)
            if found is not None and (found.rushed or found.asked >= self._rush):
                found.version, found.until = version, self._clock() + self._seconds

    def drop(self, page: Hashable) -> None:
        """Hold ``page`` no more: it is not public now."""
        with self._lock:
            self._pages.pop(page, None)
