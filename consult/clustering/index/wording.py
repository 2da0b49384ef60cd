"""The words that a question shares with what was found."""

from dataclasses import dataclass
from itertools import islice

import numpy as np

from consult.clustering.tokens.corpus import Corpus, Row
from consult.clustering.tokens.keywords import ORDINARY, is_telling
from consult.clustering.tokens.pieces import Pieces
from consult.clustering.vectors import Integers

#: So many are shown.
MOST = 6


@dataclass(frozen=True)
class Wording:
    """The telling words of one document, the rarest first: their numbers, and as it writes them."""

    numbers: Integers
    written: tuple[str, ...]

    @classmethod
    def of(cls, corpus: Corpus, row: Row, pieces: Pieces) -> "Wording":
        """Take the document that was cut into ``pieces``."""
        numbers = row.words.numbers[row.words.numbers >= 0]
        rarity = corpus.words.rarity(numbers)
        order = np.lexsort((numbers, -rarity))
        numbers = numbers[order[rarity[order] > ORDINARY]]
        words = dict(zip(corpus.words.look(pieces.words).tolist(), pieces.words, strict=True))
        written = [str(pieces.shown.get(words[at], words[at])) for at in numbers.tolist()]
        telling = [place for place, word in enumerate(written) if is_telling(word)]
        return cls(numbers[telling], tuple(written[place] for place in telling))

    def shared_with(self, numbers: Integers) -> tuple[str, ...]:
        """Return the rarest that a document with these words has too."""
        theirs = set(numbers.tolist())
        both = (
            word
            for number, word in zip(self.numbers.tolist(), self.written, strict=True)
            if number in theirs
        )
        return tuple(islice(both, MOST))
