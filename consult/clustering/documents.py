"""The texts that go in, and their fingerprints."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from consult.clustering.characters import simplified
from consult.clustering.errors import WrongDocuments

#: What lies beyond is not read: a request is made in its first pages or nowhere.
LONGEST = 6000

#: A sign for private use that no text keeps, see :func:`~consult.clustering.tokens.words.cut`.
OURS = "\ue000"

_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    r"""A text with a title, or a text alone (then it is the title, and the body is empty).

    Parameters
    ----------
    title
        What the matter is, in a line; or all of a text that has no title.
    body
        What is said about it. Read up to :data:`LONGEST` characters.

    Examples
    --------
    >>> Document("Bus 17", "It should run on Sundays.").text
    'Bus 17\nIt should run on Sundays.'
    >>> Document("Run bus 17 on Sundays").is_whole
    False
    """

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
    """Accept a bare string where a document is wanted.

    :raises WrongDocuments: if it is neither, as the NaN of an empty cell is.
    """
    if isinstance(text, str):
        return Document(text)
    if isinstance(text, Document) and isinstance(text.title, str) and isinstance(text.body, str):
        return text
    raise WrongDocuments(
        f"{text!r:.80} is no text; give strings or Documents of strings, an empty one for none"
    )


def as_documents(texts: Iterable[str | Document]) -> list[Document]:
    """Accept bare strings where documents are wanted.

    :raises WrongDocuments: if it is one text, or no list, or one of them is no text.
    """
    if isinstance(texts, str | bytes | Document) or not hasattr(texts, "__iter__"):
        raise WrongDocuments(f"{texts!r:.80} is no list of texts; give a list, even of one")
    return [as_document(text) for text in texts]


def clean(text: str) -> str:
    """Bring a text into one form: NFKC, simplified, lower case, no NUL, no lone surrogates, not endless."""
    whole = text[:LONGEST].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    # one sign may stand for eighteen: cut once more
    plain = unicodedata.normalize("NFKC", whole.replace("\0", " ").replace(OURS, " "))
    return simplified(plain[:LONGEST]).casefold()


def digest(text: str | Document) -> str:
    """Return the same 32 characters for texts that differ in case, width, blanks or punctuation only.

    Every character is read, however many.

    Parameters
    ----------
    text
        A text, or a document, which counts as its title and body in a row.

    Examples
    --------
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
    """Name a set of documents by 32 characters; the order does not matter, every character does.

    Parameters
    ----------
    documents
        The documents; one that is there twice counts twice.

    Examples
    --------
    >>> fingerprint(["修路灯", "加电梯"]) == fingerprint(["加电梯", "修路灯"])
    True
    """
    sums = sorted(map(_exact, as_documents(documents)))
    return hashlib.blake2b(b"".join(sums), digest_size=16).hexdigest()


def _exact(document: Document) -> bytes:
    text = f"{document.title}\0{document.body}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()
