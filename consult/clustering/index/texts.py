"""The different texts of a topic: their tokens and their vectors."""

from dataclasses import dataclass, fields

import numpy as np

from consult.clustering.index.bags import Bags
from consult.clustering.index.cells import Cells
from consult.clustering.index.growing import Growing
from consult.clustering.index.postings import Postings, top
from consult.clustering.tokens.columns import Column, Places
from consult.clustering.tokens.corpus import Bag, Corpus, Rows
from consult.clustering.tokens.places import Spot
from consult.clustering.tokens.tables import Rarities, Side
from consult.clustering.tokens.vocabulary import Vocabulary
from consult.clustering.vectors import TINY, Floats, Integers, Vectors, centre_of, centred

#: Rarest tokens of a document that are looked up.
LOOKED_UP = 512
#: So many texts are all read; from then on their vectors lie in cells.
FEW = 512
#: What a row says of a text besides its tokens and places: an array a fact.
FACTS = tuple(
    field.name for field in fields(Rows) if field.name not in {"words", "grams", "places"}
)


@dataclass(frozen=True)
class Query:
    """A text that is compared with those kept: its row and its vector."""

    rows: Rows
    vector: Floats


class Texts:
    """Different texts by number, in the order in which they came; copies are not its matter.

    Each is counted once for the rarity of words and for the centre, as a run does. What a
    removed text had stays until :meth:`rebuilt`. Not safe for use by several threads at once.
    """

    def __init__(self, corpus: Corpus, width: int) -> None:
        self.corpus = corpus
        self.width = width
        self._words, self._grams = Bags(), Bags()
        self._by_word, self._by_gram = Postings(), Postings()
        self._word_norms, self._gram_norms = Growing(np.float32), Growing(np.float32)
        self._vectors = Growing(np.float16, width)
        self._facts: dict[str, Growing] = {}
        self._named = Growing(np.int32)
        self._numbers: dict[tuple[Spot, ...], int] = {(): 0}
        self._known: list[tuple[Spot, ...]] = [()]
        self._alive = Growing(bool)
        self._cells: Cells | None = None
        self._frozen = np.zeros(width, np.float32)
        self._sum = np.zeros(width)
        self.living = 0

    def __len__(self) -> int:
        return len(self._alive)

    @property
    def centre(self) -> Floats:
        """Return what the vectors of all texts have in common."""
        return centre_of(self._sum, self.living)

    def extend(self, rows: Rows, vectors: Vectors) -> None:
        """Enter texts that the corpus has counted."""
        first = len(self)
        members = np.arange(first, first + len(rows))
        words, grams = self.corpus.words, self.corpus.grams
        for column, vocabulary, postings, norms, kept in (
            (rows.words, words, self._by_word, self._word_norms, self._words),
            (rows.grams, grams, self._by_gram, self._gram_norms, self._grams),
        ):
            kept.extend(column)
            norms.extend(1 / np.maximum(_lengths(column, vocabulary), TINY))
            often = np.minimum(column.titles.astype(np.int64) + column.bodies, 255)
            postings.extend(np.repeat(members, np.diff(column.starts)), column.numbers, often)
        self._keep_facts(rows)
        exact = vectors.astype(np.float16)
        self._vectors.extend(exact)
        self._sum += exact.sum(axis=0, dtype=np.float64)
        self._alive.extend(np.ones(len(rows), bool))
        self.living += len(rows)
        self._into_cells(members)

    def remove(self, at: int) -> None:
        """Find a text no more, and count it no more."""
        self.corpus.remove(self.rows(np.array([at]))[0])
        self._sum -= self._vectors.values[at].astype(np.float64)
        self._alive.values[at] = False
        self._word_norms.values[at] = self._gram_norms.values[at] = 0
        self._vectors.values[at] = 0
        self.living -= 1
        if self._cells:
            self._cells.remove(at)

    def rows(self, places: Integers) -> Rows:
        """Return texts as they were taken apart."""
        return Rows(
            words=self._words.column.take(places),
            grams=self._grams.column.take(places),
            places=Places(self._named.values[places], self._known),
            **{name: fact.values[places] for name, fact in self._facts.items()},
        )

    def words(self, at: int) -> Integers:
        """Return the numbers of a text's words, ascending."""
        return self._words.numbers(at)

    def side(self, places: Integers) -> Side:
        """Return texts ready to be compared."""
        vectors = self._vectors.values[places].astype(np.float32)
        return Side.of(self.corpus, self.rows(places), centred(vectors, self.centre))

    def everyone(self) -> Integers:
        """Return all texts, in the order of their arrival."""
        return np.flatnonzero(self._alive.values)

    def near(self, query: Query, most: int) -> Integers:
        """Return up to ``most`` texts by each kind of likeness, in the order of their arrival."""
        row = query.rows[0]
        found = [self._near_vectors(query.vector, most)]
        for bag, vocabulary, postings, norms in (
            (row.words, self.corpus.words, self._by_word, self._word_norms),
            (row.grams, self.corpus.grams, self._by_gram, self._gram_norms),
        ):
            numbers, weights = _rarest(bag, vocabulary)
            found.append(postings.best(numbers, weights, norms.values, most))
        near = np.unique(np.concatenate(found))
        return np.asarray(near[self._alive.values[near]])

    def rebuilt(self) -> tuple["Texts", Integers]:
        """Return the same without what was removed, and the old numbers of what it holds."""
        fresh = Texts(self.corpus, self.width)
        living = self.everyone()
        for part in np.array_split(living, max(1, len(living) // FEW)):
            if len(part):
                fresh.extend(self.rows(part), self._vectors.values[part].astype(np.float32))
        return fresh, living

    def _keep_facts(self, rows: Rows) -> None:
        for name in FACTS:
            values = getattr(rows, name)
            self._facts.setdefault(name, Growing(values.dtype)).extend(values)
        for named in rows.places:
            if named not in self._numbers:
                self._numbers[named] = len(self._known)
                self._known.append(named)
        self._named.extend([self._numbers[named] for named in rows.places])

    def _near_vectors(self, vector: Floats, most: int) -> Integers:
        if self._cells:
            return self._cells.best(centred(vector[None], self._frozen)[0], most)
        centre = self.centre
        rows = centred(self._vectors.values.astype(np.float32), centre)
        return top(rows @ centred(vector[None], centre)[0], most)

    def _into_cells(self, members: Integers) -> None:
        if self._cells is None:
            if len(self) < FEW:
                return
            self._cells, self._frozen = Cells(self.width), self.centre
            members = np.arange(len(self))
        rows = self._vectors.values[members].astype(np.float32)
        self._cells.extend(members, centred(rows, self._frozen))


def _lengths(column: Column, rarities: Rarities) -> Floats:
    """Return the length of each document's tokens, weighted by how rare they are by now."""
    often = np.log1p(column.titles.astype(np.float32) + column.bodies)
    weights = (often * rarities.rarity(column.numbers)) ** 2
    return np.sqrt(np.bincount(column.owners(), weights, minlength=len(column)))


def _rarest(bag: Bag, vocabulary: Vocabulary[str] | Vocabulary[int]) -> tuple[Integers, Floats]:
    """Return the rarest tokens that somebody has, and their weights."""
    known = np.flatnonzero(bag.numbers >= 0)
    rarity = vocabulary.rarity(bag.numbers[known])
    rarest = np.argsort(-rarity, kind="stable")[:LOOKED_UP]
    return bag.numbers[known][rarest], bag.every[known][rarest] * rarity[rarest] ** 2
