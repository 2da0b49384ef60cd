"""How rare a token is, here and in the language at large."""

import gzip
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Generic, TypeVar

import numpy as np

from consult.clustering.paths import SHIPPED
from consult.clustering.tokens.grams import gram_code
from consult.clustering.vectors import Floats, Integers

#: A topic is counted as if so many ordinary messages had been seen before it: in a topic
#: of twenty suggestions, what is rare is known from elsewhere.
BACKGROUND = 200.0
#: Share of ordinary messages that have a token which the background does not list.
UNLISTED = 0.0003

Token = TypeVar("Token", str, int)


class Vocabulary(Generic[Token]):
    """Numbers for tokens, in the order in which they come, and in how many documents each is."""

    def __init__(self, background: Mapping[Token, float]) -> None:
        self._numbers: defaultdict[Token, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__
        self._tokens: list[Token | str] = []
        self._shown: dict[Token, str] = {}
        self._background: Mapping[Token, float] = background
        self._shares = np.zeros(1024, np.float32)
        self._found = np.zeros(1024, np.float32)
        self.documents = 0

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def tokens(self) -> list[Token | str]:
        """Return the tokens in the order of their numbers, as people write them."""
        if len(self._tokens) != len(self._numbers):
            self._tokens = [self._shown.get(token, token) for token in self._numbers]
        return self._tokens

    @property
    def known(self) -> list[Token]:
        """Return the tokens in the order of their numbers, as they were learnt."""
        return list(self._numbers)

    @property
    def shown(self) -> Mapping[Token, str]:
        """Return how tokens were written that are not shown as they are."""
        return self._shown

    def show(self, shown: Mapping[Token, str]) -> None:
        """Remember how a token was written where it first came, for people to read."""
        for token, written in shown.items():
            self._shown.setdefault(token, written)

    def learn(self, tokens: Sequence[Token]) -> Integers:
        """Number tokens, new ones too."""
        before = len(self._numbers)
        numbers = np.fromiter(map(self._numbers.__getitem__, tokens), np.int64, len(tokens))
        if len(self._numbers) > before:
            self._grow(list(islice(self._numbers, before, None)))
        return numbers

    def look(self, tokens: Sequence[Token]) -> Integers:
        """Return the numbers of tokens; those that no document has get negative ones of their own."""
        unknown: dict[Token, int] = {}
        return np.fromiter(
            (
                self._numbers[token]
                if token in self._numbers
                else -1 - unknown.setdefault(token, len(unknown))
                for token in tokens
            ),
            np.int64,
            len(tokens),
        )

    def count(self, numbers: Integers, documents: int) -> None:
        """Count new documents by the numbers of their tokens, each once a document."""
        times = np.bincount(numbers, minlength=1)
        self._found[: len(times)] += times
        self.documents += documents

    def add(self, numbers: Integers, found: Floats) -> None:
        """Add in how many documents tokens were found elsewhere; each token is there once."""
        self._found[numbers] += found

    def forget(self, numbers: Integers) -> None:
        """Take a document out of the counts."""
        self._found[numbers] -= 1
        self.documents -= 1

    def rarity(self, numbers: Integers) -> Floats:
        """Return the inverse document frequency of tokens; an unknown one (-1) is the rarest."""
        seen = self._found[numbers] + BACKGROUND * self._shares[numbers]
        seen[numbers < 0] = BACKGROUND * UNLISTED
        whole = np.float32(self.documents + BACKGROUND + 1)
        return np.asarray(np.log(whole / (seen + np.float32(0.5))), np.float32)

    def found(self, numbers: Integers) -> Floats:
        """Return how many documents here have each token."""
        return np.asarray(self._found[numbers], np.float32)

    def _grow(self, fresh: list[Token]) -> None:
        """Look up how usual new tokens are."""
        while len(self._numbers) > len(self._shares):
            self._shares = np.concatenate([self._shares, np.zeros_like(self._shares)])
            self._found = np.concatenate([self._found, np.zeros_like(self._found)])
        shares = [self._background.get(token, UNLISTED) for token in fresh]
        self._shares[len(self._numbers) - len(fresh) : len(self._numbers)] = shares


@cache
def background(kind: str) -> Mapping[str, float]:
    """Return the share of ordinary messages that have each token (``words`` or ``grams``)."""
    path = SHIPPED / f"{kind}.tsv.gz"
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return {token: float(share) for token, share in rows}


@cache
def gram_background() -> Mapping[int, float]:
    """Return the same for character pairs, by their numbers."""
    return {gram_code(gram): share for gram, share in background("grams").items()}
