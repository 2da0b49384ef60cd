"""The texts that go in, and their fingerprints."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

#: What lies beyond is not read: a request is made in its first pages or nowhere.
LONGEST = 6000

#: A sign for private use that no text keeps, see :func:`~consult.clustering.tokens.words.cut`.
OURS = "\ue000"

_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A text with a title, or a text alone (then it is the title, and the body is empty)."""

    title: str
    body: str = ""

    @property
    def text(self) -> str:
        """Title and body in one."""
        return f"{self.title}\n{self.body}" if self.title and self.body else self.title or self.body

    @property
    def is_whole(self) -> bool:
        """Say whether both title and body have words."""
        return bool(self.title.strip() and self.body.strip())


def as_document(text: str | Document) -> Document:
    """Accept a bare string where a document is wanted."""
    return text if isinstance(text, Document) else Document(text)


def clean(text: str) -> str:
    """Bring a text into one form: NFKC, lower case, no NUL, no lone surrogates, not endless."""
    whole = text[:LONGEST].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFKC", whole.replace("\0", " ").replace(OURS, " ")).casefold()


def digest(text: str | Document) -> str:
    """Return the same 32 characters for texts that differ in case, width, blanks or punctuation only.

    >>> digest("Close the bridge!") == digest("close  the bridge")
    True
    """
    document = as_document(text)
    whole = document.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    letters = _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", whole).casefold())
    # A text of signs only (emoji, "???") is told apart by its signs.
    kept = letters or "".join(whole.split())
    return hashlib.blake2b(kept.encode(), digest_size=16).hexdigest()


def fingerprint(documents: Iterable[str | Document]) -> str:
    """Name a set of documents; the order does not matter, every character does."""
    sums = sorted(_exact(as_document(document)) for document in documents)
    return hashlib.blake2b(b"".join(sums), digest_size=16).hexdigest()


def _exact(document: Document) -> bytes:
    text = f"{document.title}\0{document.body}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()
