"""What works in a thread beside the pages, and ends when it is asked to."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable


class Threaded(ABC):
    """Works in threads of this process from :meth:`start` until :meth:`stop`."""

    _thread: threading.Thread | None = None

    def start(self, ready: Callable[[], object] = lambda: None) -> None:
        """Work in threads of this process until :meth:`stop`."""
        self._thread = threading.Thread(target=self.run, args=[ready], name="jobs", daemon=True)
        self._thread.start()

    def stop(self, patience: float = 10.0) -> None:
        """End after the steps in hand; waits for them as long as ``patience`` (seconds)."""
        self.end()
        if self._thread is not None:
            self._thread.join(patience)

    @property
    def is_alive(self) -> bool:
        """Whether its threads still work."""
        return self._thread is not None and self._thread.is_alive()

    @abstractmethod
    def end(self) -> None:
        """Ask it to end after the steps in hand; from any thread or signal."""

    @abstractmethod
    def run(self, ready: Callable[[], object] = lambda: None) -> None:
        """Work until :meth:`end`; ``ready`` is called when work begins."""
