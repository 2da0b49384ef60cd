"""Documents cut into tokens, many at a time: the slow part, which needs no lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from consult.clustering.documents import Document, clean
from consult.clustering.tokens.grams import gram_codes
from consult.clustering.tokens.named import names_place
from consult.clustering.tokens.places import Spot, places_of
from consult.clustering.tokens.wishes import wish_of
from consult.clustering.tokens.words import cut
from consult.clustering.vectors import Integers


@dataclass(frozen=True, slots=True)
class Pieces:
    """Tokens of several documents, end to end, each with its owner.

    The title of document *n* is owner 2n, its body 2n + 1. Where a document has a title
    only, or a body only, that text is the title. ``shown`` says how shortened words were
    written; ``whole``, ``latin``, ``named`` and ``wishes`` are those of :class:`~consult.clustering.corpus.Row`.
    """

    words: list[str]
    word_owners: Integers
    grams: Integers
    gram_owners: Integers
    shown: dict[str, str]
    whole: np.ndarray
    latin: np.ndarray
    named: np.ndarray
    wishes: np.ndarray
    places: list[tuple[Spot, ...]]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Pieces":
        """Cut documents."""
        whole = np.array([document.is_whole for document in documents], bool)
        texts = [clean(text) for text in chain.from_iterable(map(_halves, documents))]
        shown: dict[str, str] = {}
        lists = [cut(text, shown) for text in texts]
        grams, gram_owners = gram_codes(texts)
        titles, bodies = lists[::2], lists[1::2]
        places = [places_of(*both) for both in zip(titles, bodies, strict=True)]
        named = [names_place(words) for words in titles]
        return cls(
            list(chain.from_iterable(lists)),
            np.repeat(np.arange(len(lists)), list(map(len, lists))),
            grams,
            gram_owners,
            shown,
            whole,
            np.array([_is_latin(both) for both in zip(titles, bodies, strict=True)], bool),
            np.array([a or bool(b) for a, b in zip(named, places, strict=True)], bool),
            np.array([wish_of(words) for words in titles], np.int8),
            places,
        )


def _halves(document: Document) -> tuple[str, str]:
    return (document.title, document.body) if document.is_whole else (document.text, "")


def _is_latin(halves: Iterable[Sequence[str]]) -> bool:
    letters = [word for words in halves for word in words if not word.isdigit()]
    return 2 * sum(map(str.isascii, letters)) > len(letters)
