"""Where requests are counted that may come only so often, unless a server of counts is named."""

import time
from threading import Lock
from typing import Any

from limits.storage import Storage

#: Counts that have run out are swept away this often (seconds).
SWEEP = 60.0


class ProcessCounts(Storage):
    """Counts in fixed windows, in the memory of this process; threads may share it.

    The store of the library starts a thread with every count, which goes through all
    of them: a third of what a support cost. Registers itself for ``memory://``.
    """

    STORAGE_SCHEME = ["memory"]  # noqa: RUF012 - declared so in the library

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        super().__init__(uri, **options)
        #: Key → how many, and until when.
        self._counts: dict[str, tuple[int, float]] = {}
        self._swept = time.time()
        self._lock = Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong in the store: nothing of its own."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` more; the window of ``expiry`` seconds begins with the first."""
        now = time.time()
        with self._lock:
            if now - self._swept > SWEEP:
                self._counts = {one: kept for one, kept in self._counts.items() if kept[1] > now}
                self._swept = now
            count, ends = self._counts.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._counts[key] = count + amount, ends
            return count + amount

    def get(self, key: str) -> int:
        """How many were counted in the window under way."""
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window under way ends (seconds since 1970)."""
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """It is always there."""
        return True

    def reset(self) -> int:
        """Forget all counts and say how many there were."""
        with self._lock:
            gone, self._counts = len(self._counts), {}
        return gone

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._lock:
            self._counts.pop(key, None)
