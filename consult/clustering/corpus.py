"""Documents taken apart into the things that are compared."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.documents import Document
from consult.clustering.places import names_place
from consult.clustering.vectors import Floats, Integers
from consult.clustering.vocabulary import Vocabulary, background
from consult.clustering.words import grams, stems

#: The parts of a document, and whether each is made of words or of character pairs.
PARTS = ("title_words", "body_words", "all_words", "title_grams", "body_grams", "all_grams")


@dataclass(frozen=True, slots=True)
class Row:
    """One document: numbers and dampened counts of its tokens, part by part.

    ``whole`` if it has a title and a body, ``latin`` if most of its words are in that script, ``named`` if its title names a place.
    """

    numbers: tuple[Integers, ...]
    counts: tuple[Floats, ...]
    whole: bool
    latin: bool
    named: bool


class Corpus:
    """The documents of one topic, ready to be compared."""

    def __init__(self) -> None:
        self.words = Vocabulary(background("words"))
        self.grams = Vocabulary(background("grams"))

    def add(self, document: Document) -> Row:
        """Count a document and take it apart."""
        return self._row(Pieces.of(document), learn=True)

    def remove(self, row: Row) -> None:
        """Count a document no more."""
        self.words.forget(row.numbers[PARTS.index("all_words")])
        self.grams.forget(row.numbers[PARTS.index("all_grams")])

    def add_pieces(self, pieces: "Pieces") -> Row:
        """Count a document that was cut before."""
        return self._row(pieces, learn=True)

    def look(self, document: Document) -> Row:
        """Take a document apart without counting it."""
        return self.look_pieces(Pieces.of(document))

    def look_pieces(self, pieces: "Pieces") -> Row:
        """Take apart a document that was cut before, without counting it."""
        return self._row(pieces, learn=False)

    def vocabulary(self, part: int) -> Vocabulary:
        """Return the vocabulary that a part is made of."""
        return self.words if part < PARTS.index("title_grams") else self.grams

    def _row(self, pieces: "Pieces", *, learn: bool) -> Row:
        if learn:
            self.words.show(pieces.shown)
        numbers: list[Integers] = []
        counts: list[Floats] = []
        for vocabulary, title, body in (
            (self.words, pieces.title_words, pieces.body_words),
            (self.grams, pieces.title_grams, pieces.body_grams),
        ):
            both = title + body if pieces.whole else title
            every = vocabulary.learn(both) if learn else vocabulary.look(both)
            parts = (title, body, both) if pieces.whole else (both, both, both)
            for part in parts:
                find = vocabulary.known if learn else vocabulary.look
                numbers.append(every if part is both else find(part))
                counts.append(_dampened(part))
        return Row(tuple(numbers), tuple(counts), pieces.whole, pieces.latin, pieces.named)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document cut into tokens: the slow part, which needs no lock.

    ``shown`` says how shortened words were written. Where a document has a title only, or a body only, that text takes both places.
    """

    title_words: Counter[str]
    body_words: Counter[str]
    title_grams: Counter[str]
    body_grams: Counter[str]
    shown: dict[str, str]
    whole: bool
    latin: bool
    named: bool

    @classmethod
    def of(cls, document: Document) -> "Pieces":
        """Cut a document."""
        whole = document.is_whole
        title = document.title if whole else document.text
        body = document.body if whole else ""
        title_words, title_shown = stems(title)
        body_words, body_shown = stems(body)
        return cls(
            Counter(title_words),
            Counter(body_words),
            Counter(grams(title)),
            Counter(grams(body)),
            body_shown | title_shown,
            whole,
            _is_latin(title_words + body_words),
            names_place(title_words),
        )


def gather(arrays: Sequence[np.ndarray]) -> tuple[np.ndarray, Integers]:
    """Join arrays end to end; also where each begins."""
    lengths = np.fromiter(map(len, arrays), np.int64, len(arrays))
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(arrays) else lengths
    return (np.concatenate(arrays) if len(arrays) else np.zeros(0, np.int64)), starts


def _is_latin(tokens: Sequence[str]) -> bool:
    letters = [token for token in tokens if not token.isdigit()]
    return 2 * sum(token.isascii() for token in letters) > len(letters)


def _dampened(tokens: Counter[str]) -> Floats:
    """The tenth mention of a word says less than the first."""
    return np.asarray(np.log1p(np.fromiter(tokens.values(), np.float32, len(tokens))))
