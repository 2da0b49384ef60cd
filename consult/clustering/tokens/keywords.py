"""The telling words that two documents share, or that one has alone."""

from itertools import islice

import numpy as np

from consult.clustering.tokens.corpus import Corpus, Row
from consult.clustering.vectors import Integers

#: A word less rare than this is in every seventh message: it shows nothing.
ORDINARY = 2.0
#: Shorter words name nothing.
SHORTEST, SHORTEST_LATIN = 2, 3


def shared_words(corpus: Corpus, first: Row, second: Row, most: int = 6) -> tuple[str, ...]:
    """Return the rarest telling words that two documents share."""
    return _rarest(corpus, np.intersect1d(first.words.numbers, second.words.numbers), most)


def own_words(corpus: Corpus, first: Row, second: Row, most: int = 6) -> tuple[str, ...]:
    """Return the rarest telling words of the first document that the second has not."""
    return _rarest(corpus, np.setdiff1d(first.words.numbers, second.words.numbers), most)


def _rarest(corpus: Corpus, numbers: Integers, most: int) -> tuple[str, ...]:
    numbers = numbers[numbers >= 0]
    numbers = numbers[corpus.words.rarity(numbers) > ORDINARY]
    tokens = corpus.words.tokens
    ordered = numbers[np.lexsort((numbers, -corpus.words.rarity(numbers)))]
    telling = (tokens[int(number)] for number in ordered)
    return tuple(islice((word for word in telling if is_telling(word)), most))


def is_telling(word: str) -> bool:
    """Say whether a word names something: not a number, not a letter or two."""
    shortest = SHORTEST_LATIN if word.isascii() else SHORTEST
    return len(word) >= shortest and not word.isdigit()
