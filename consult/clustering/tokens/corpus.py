"""Documents taken apart into the things that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consult.clustering.documents import Document
from consult.clustering.tokens.pieces import Pieces
from consult.clustering.tokens.places import Spot
from consult.clustering.tokens.vocabulary import Vocabulary, background, gram_background
from consult.clustering.vectors import Floats, Integers

#: Documents cut at a time, which bounds the memory.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Bag:
    """Tokens of one kind in one document, by number (-1: in no document), ascending.

    ``title``, ``body`` and ``every`` are their counts there, dampened: the tenth mention of
    a word says less than the first. A document without a title, or without a body, has the
    same in all three.
    """

    numbers: Integers
    title: Floats
    body: Floats
    every: Floats


@dataclass(frozen=True, slots=True)
class Row:
    """One document: its words, and its pairs of characters.

    ``whole`` if it has a title and a body, ``latin`` if most of its words are in that script, ``named`` if its title names a place;
    ``places`` are the spots that it names.
    """

    words: Bag
    grams: Bag
    whole: bool
    latin: bool
    named: bool
    places: tuple[Spot, ...]


class Corpus:
    """The documents of one topic, ready to be compared."""

    def __init__(self) -> None:
        self.words: Vocabulary[str] = Vocabulary(background("words"))
        self.grams: Vocabulary[int] = Vocabulary(gram_background())

    def add(self, document: Document) -> Row:
        """Count a document and take it apart."""
        return self.add_pieces(Pieces.of([document]))[0]

    def add_all(self, documents: Sequence[Document]) -> list[Row]:
        """Count many documents, as :meth:`add` would one by one."""
        rows: list[Row] = []
        for start in range(0, len(documents), BATCH):
            rows += self.add_pieces(Pieces.of(documents[start : start + BATCH]))
        return rows

    def remove(self, row: Row) -> None:
        """Count a document no more."""
        self.words.forget(row.words.numbers)
        self.grams.forget(row.grams.numbers)

    def add_pieces(self, pieces: Pieces) -> list[Row]:
        """Count documents that were cut before."""
        self.words.show(pieces.shown)
        return self._rows(pieces, learn=True)

    def look(self, document: Document) -> Row:
        """Take a document apart without counting it."""
        return self.look_pieces(Pieces.of([document]))[0]

    def look_pieces(self, pieces: Pieces) -> list[Row]:
        """Take apart documents that were cut before, without counting them."""
        return self._rows(pieces, learn=False)

    def _rows(self, pieces: Pieces, *, learn: bool) -> list[Row]:
        codes, place = np.unique(pieces.grams, return_inverse=True)
        listed = codes.tolist()
        words = self.words.learn(pieces.words) if learn else self.words.look(pieces.words)
        grams = self.grams.learn(listed) if learn else self.grams.look(listed)
        word_bags = _bags(words, pieces.word_owners, pieces.whole)
        gram_bags = _bags(grams[place], pieces.gram_owners, pieces.whole)
        if learn:
            self.words.count([bag.numbers for bag in word_bags])
            self.grams.count([bag.numbers for bag in gram_bags])
        facts = zip(
            pieces.whole.tolist(),
            pieces.latin.tolist(),
            pieces.named.tolist(),
            pieces.places,
            strict=True,
        )
        return [
            Row(one, other, *fact)
            for one, other, fact in zip(word_bags, gram_bags, facts, strict=True)
        ]


def _bags(numbers: Integers, owners: Integers, whole: np.ndarray) -> list[Bag]:
    """Gather the tokens of each document; an owner is twice the document, one more for a body."""
    lowest = int(numbers.min(initial=0))
    span = int(numbers.max(initial=0)) - lowest + 1
    keys = ((owners >> 1) * span + (numbers - lowest)) * 2 + (owners & 1)
    keys.sort()
    keys, counts = _runs(keys)
    tokens, place = _runs(keys >> 1)
    place = np.repeat(np.arange(len(tokens)), place)
    halves = np.zeros((2, len(tokens)), np.float32)
    halves[keys & 1, place] = counts
    documents = tokens // span
    numbers = (tokens % span + lowest).astype(np.int32)
    numbers[numbers < 0] = -1
    every = np.log1p(halves.sum(axis=0))
    title, body = (np.where(whole[documents], np.log1p(half), every) for half in halves)
    ends = np.searchsorted(documents, np.arange(len(whole) + 1))
    return [
        Bag(numbers[a:b], title[a:b], body[a:b], every[a:b])
        for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


def _runs(ordered: Integers) -> tuple[Integers, Integers]:
    """Return the different values of an ordered array, and how often each is there."""
    begins = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    return ordered[begins], np.diff(begins, append=len(ordered))
