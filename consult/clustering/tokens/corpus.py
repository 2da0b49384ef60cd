"""Documents taken apart into the things that are compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from consult.clustering.documents import Document
from consult.clustering.tokens.columns import MOST, Column, Places
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

    ``whole`` if it has a title and a body, ``latin`` if most of its words are in that script,
    ``named`` if its title names a place; ``wish`` says whether it wants more or less, see
    :func:`~consult.clustering.tokens.wishes.wish_of`; ``places`` are the spots that it names.
    """

    words: Bag
    grams: Bag
    whole: bool
    latin: bool
    named: bool
    wish: int
    places: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Row]):
    """Many documents, column by column; one of them is a :class:`Row`, made when it is asked for."""

    words: Column
    grams: Column
    whole: np.ndarray
    latin: np.ndarray
    named: np.ndarray
    wishes: np.ndarray
    places: Places

    def __len__(self) -> int:
        return len(self.whole)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> "Rows": ...
    def __getitem__(self, at: int | slice) -> "Row | Rows":
        if isinstance(at, slice):
            return self.take(np.arange(len(self))[at])
        whole = bool(self.whole[at])
        return Row(
            _bag(self.words, at, whole=whole),
            _bag(self.grams, at, whole=whole),
            whole,
            bool(self.latin[at]),
            bool(self.named[at]),
            int(self.wishes[at]),
            self.places[at],
        )

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(len(self)))

    def take(self, documents: Integers) -> "Rows":
        """Return some documents, in that order."""
        return Rows(
            self.words.take(documents),
            self.grams.take(documents),
            self.whole[documents],
            self.latin[documents],
            self.named[documents],
            self.wishes[documents],
            Places(self.places.ids[documents], self.places.known),
        )

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """Put several lots of documents one after another."""
        known = {named: None for part in parts for named in part.places.known}
        number = {named: at for at, named in enumerate({(): None} | known)}
        ids = [
            np.array([number[named] for named in part.places.known], np.int32)[part.places.ids]
            for part in parts
        ]
        return cls(
            Column.joined([part.words for part in parts]),
            Column.joined([part.grams for part in parts]),
            _marks([part.whole for part in parts]),
            _marks([part.latin for part in parts]),
            _marks([part.named for part in parts]),
            _marks([part.wishes for part in parts], np.int8),
            Places(np.concatenate([np.zeros(0, np.int32), *ids]), list(number)),
        )


def _marks(parts: Sequence[np.ndarray], kind: type = bool) -> np.ndarray:
    return np.concatenate([np.zeros(0, kind), *parts])


def _bag(column: Column, at: int, *, whole: bool) -> Bag:
    here = slice(int(column.starts[at]), int(column.starts[at + 1]))
    title, body, every = dampened(
        column.titles[here], column.bodies[here], np.full(here.stop - here.start, whole)
    )
    return Bag(column.numbers[here], title, body, every)


#: What so many times count.
DAMPENED = np.log1p(np.arange(2 * MOST + 1, dtype=np.float32))


def dampened(titles: Integers, bodies: Integers, whole: np.ndarray) -> tuple[Floats, ...]:
    """Return how much each token counts in title, body and all, from how often it is there.

    ``whole`` says of each token whether its document has both; else all three are the same.
    """
    every = DAMPENED[titles.astype(np.intp) + bodies]
    return np.where(whole, DAMPENED[titles], every), np.where(whole, DAMPENED[bodies], every), every


class Corpus:
    """The documents of one topic, ready to be compared."""

    def __init__(self) -> None:
        self.words: Vocabulary[str] = Vocabulary(background("words"))
        self.grams: Vocabulary[int] = Vocabulary(gram_background())

    def add(self, document: Document) -> Row:
        """Count a document and take it apart."""
        return self.add_pieces(Pieces.of([document]))[0]

    def add_all(self, documents: Sequence[Document]) -> Rows:
        """Count many documents, as :meth:`add` would one by one."""
        starts = range(0, len(documents), BATCH)
        return Rows.joined(
            [self.add_pieces(Pieces.of(documents[at : at + BATCH])) for at in starts]
        )

    def remove(self, row: Row) -> None:
        """Count a document no more."""
        self.words.forget(row.words.numbers)
        self.grams.forget(row.grams.numbers)

    def add_pieces(self, pieces: Pieces) -> Rows:
        """Count documents that were cut before."""
        self.words.show(pieces.shown)
        return self._rows(pieces, learn=True)

    def look(self, document: Document) -> Row:
        """Take a document apart without counting it."""
        return self.look_pieces(Pieces.of([document]))[0]

    def look_pieces(self, pieces: Pieces) -> Rows:
        """Take apart documents that were cut before, without counting them."""
        return self._rows(pieces, learn=False)

    def _rows(self, pieces: Pieces, *, learn: bool) -> Rows:
        codes, place = np.unique(pieces.grams, return_inverse=True)
        listed = codes.tolist()
        words = self.words.learn(pieces.words) if learn else self.words.look(pieces.words)
        grams = self.grams.learn(listed) if learn else self.grams.look(listed)
        count = len(pieces.whole)
        columns = (
            Column.of(words, pieces.word_owners, count),
            Column.of(grams[place], pieces.gram_owners, count),
        )
        if learn:
            self.words.count(columns[0].numbers, count)
            self.grams.count(columns[1].numbers, count)
        places = Places.of(pieces.places)
        marks = pieces.whole, pieces.latin, pieces.named, pieces.wishes
        return Rows(*columns, *marks, places)
