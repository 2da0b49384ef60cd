"""Rendered pages kept in this process for readers who are nobody in particular."""

from collections import OrderedDict
from threading import Lock

from flask import current_app


class KeptPages:
    """The pages asked for last, up to ``most`` bytes; may be shared by threads.

    A page is kept under its address together with its version, so that one that changed
    is never found; what is not asked for any more makes room.
    """

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0
        self._pages: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, ...]) -> bytes | None:
        """The page under ``key``, if it is still here."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, ...], page: bytes) -> None:
        """Keep ``page``; one that would take more than a quarter of the room is not."""
        if len(page) > self.most // 4:
            return
        with self._lock:
            before = self._pages.pop(key, b"")
            self._pages[key] = page
            self.bytes += len(page) - len(before)
            while self.bytes > self.most:
                _key, dropped = self._pages.popitem(last=False)
                self.bytes -= len(dropped)


def kept_pages() -> KeptPages:
    """Those of this process."""
    found = current_app.extensions.get("kept_pages")
    if found is None:
        most = current_app.config["KEPT_PAGES_MB"] * 1024 * 1024
        found = current_app.extensions.setdefault("kept_pages", KeptPages(most))
    pages: KeptPages = found
    return pages
