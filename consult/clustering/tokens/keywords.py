"""The distinctive words of a group, for its name."""

from collections.abc import Sequence
from itertools import islice

import numpy as np

from consult.clustering.tokens.corpus import Corpus, Row
from consult.clustering.vectors import Integers

#: A word of the title names the matter; one of the body may be told in passing.
TITLE_COUNTS = 2.0
#: A word that names a group is in at least this share of its members.
SHARED_BY = 0.34
#: A word less rare than this is in every seventh message: it shows nothing.
ORDINARY = 2.0
#: Shorter words name nothing.
SHORTEST, SHORTEST_LATIN = 2, 3


def keywords(corpus: Corpus, rows: Sequence[Row], most: int = 5) -> tuple[str, ...]:
    """Return up to ``most`` words that many of these documents have and few others do."""
    numbers, support, weight = _support(rows)
    wanted = max(1.0 if len(rows) == 1 else 2.0, SHARED_BY * len(rows))
    scores = weight * corpus.words.rarity(numbers) ** 1.5
    scores[support < wanted] = 0
    tokens = corpus.words.tokens
    best: list[str] = []
    for at in np.lexsort((numbers, -scores)):
        if scores[at] <= 0 or len(best) == most:
            break
        word = tokens[int(numbers[at])]
        if is_telling(word) and not any(word in other or other in word for other in best):
            best.append(word)
    return tuple(best)


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


def _support(rows: Sequence[Row]) -> tuple[Integers, np.ndarray, np.ndarray]:
    """Return the words, in how many rows each is, and that with titles counted more."""
    whole, counts = np.unique(
        np.concatenate([row.words.numbers for row in rows]), return_counts=True
    )
    titles = np.concatenate([row.words.numbers[row.words.title > 0] for row in rows])
    in_title = np.bincount(np.searchsorted(whole, titles), minlength=len(whole))
    return whole, counts, counts + TITLE_COUNTS * in_title


def is_telling(word: str) -> bool:
    """Say whether a word names something: not a number, not a letter or two."""
    shortest = SHORTEST_LATIN if word.isascii() else SHORTEST
    return len(word) >= shortest and not word.isdigit()
