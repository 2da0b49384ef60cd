"""Who wrote the same words: documents by text."""

from collections.abc import Hashable, Iterator
from itertools import chain

import numpy as np

from consult.clustering.documents import Document, digest
from consult.clustering.vectors import Integers


def code_of(document: Document) -> bytes:
    """Name the words of a document as its copies are named; nothing, if it has no word."""
    return bytes.fromhex(digest(document)) if document.text.strip() else b""


class Copies:
    """Which text, by number, each document has, and which documents each text.

    Documents without a word are copies of nothing. Not safe for use by several threads at once.
    """

    def __init__(self) -> None:
        self._text_of: dict[Hashable, int] = {}
        self._by_code: dict[bytes, int] = {}
        self._codes: list[bytes] = []
        self._first: list[Hashable] = []
        self._more: dict[int, dict[Hashable, None]] = {}

    def __len__(self) -> int:
        return len(self._text_of)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._text_of

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._text_of)

    def text(self, code: bytes) -> int | None:
        """Return the text with this name, if somebody wrote it."""
        return self._by_code.get(code)

    def keys(self, text: int) -> Iterator[Hashable]:
        """Yield the documents that have a text, in the order of their arrival."""
        return chain([self._first[text]], self._more.get(text, ()))

    def begin(self, key: Hashable, code: bytes) -> None:
        """Enter a document whose text is new; texts are numbered as they come."""
        text = len(self._codes)
        self._codes.append(code)
        self._first.append(key)
        self._text_of[key] = text
        if code:
            self._by_code[code] = text

    def join(self, key: Hashable, text: int) -> None:
        """Enter a document whose text is there."""
        self._text_of[key] = text
        self._more.setdefault(text, {})[key] = None

    def leave(self, key: Hashable) -> int | None:
        """Forget a document; returns its text if nobody has it any more."""
        text = self._text_of.pop(key, None)
        if text is None:
            return None
        others = self._more.get(text)
        if others is None:
            self._by_code.pop(self._codes[text], None)
            self._first[text] = None
            return text
        if self._first[text] == key:
            key = self._first[text] = next(iter(others))
        del others[key]
        if not others:
            del self._more[text]
        return None

    def renumber(self, kept: Integers) -> None:
        """Number texts anew: ``kept`` are the old numbers of those that stay, in their new order."""
        place = np.full(len(self._codes), -1)
        place[kept] = np.arange(len(kept))
        new = place.tolist()
        self._text_of = {key: new[text] for key, text in self._text_of.items()}
        self._by_code = {code: new[text] for code, text in self._by_code.items()}
        self._more = {new[text]: keys for text, keys in self._more.items()}
        self._codes = [self._codes[text] for text in kept.tolist()]
        self._first = [self._first[text] for text in kept.tolist()]
