"""How rare a token is, here and in the language at large."""

import gzip
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from consult.clustering.vectors import Floats, Integers

#: A topic is counted as if so many ordinary messages had been seen before it: in a topic
#: of twenty suggestions, what is rare is known from elsewhere.
BACKGROUND = 200.0
#: Share of ordinary messages that have a token which the background does not list.
UNLISTED = 0.0003

Sparse = tuple[Integers, Floats]


class Vocabulary:
    """Numbers for tokens, in the order in which they come, and in how many documents each is."""

    def __init__(self, background: Mapping[str, float]) -> None:
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__
        self._tokens: list[str] = []
        self._shown: dict[str, str] = {}
        self._background = background
        self._shares = np.zeros(1024, np.float32)
        self._found = np.zeros(1024, np.float32)
        self.documents = 0
        self._rarity: Floats | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def tokens(self) -> list[str]:
        """Return the tokens in the order of their numbers, as people write them."""
        if len(self._tokens) != len(self._numbers):
            self._tokens = [self._shown.get(token, token) for token in self._numbers]
        return self._tokens

    def show(self, shown: Mapping[str, str]) -> None:
        """Remember how a token was written where it first came, for people to read."""
        for token, written in shown.items():
            self._shown.setdefault(token, written)

    def learn(self, tokens: Counter[str]) -> Integers:
        """Number the tokens of a new document and count it."""
        before = len(self._numbers)
        numbers = self.known(tokens)
        if len(self._numbers) > before:
            self._grow([token for token, at in zip(tokens, numbers, strict=True) if at >= before])
        self._found[numbers] += 1
        self.documents += 1
        self._rarity = None
        return numbers

    def known(self, tokens: Counter[str]) -> Integers:
        """Return the numbers of tokens that were learnt."""
        return np.fromiter(map(self._numbers.__getitem__, tokens), np.int64, len(tokens))

    def forget(self, numbers: Integers) -> None:
        """Take a document out of the counts."""
        self._found[numbers] -= 1
        self.documents -= 1
        self._rarity = None

    def look(self, tokens: Counter[str]) -> Integers:
        """Return the numbers of tokens, -1 for one that no document has."""
        return np.fromiter((self._numbers.get(t, -1) for t in tokens), np.int64, len(tokens))

    def rarity(self, numbers: Integers) -> Floats:
        """Return the inverse document frequency of tokens; an unknown one (-1) is the rarest."""
        if self._rarity is None:
            seen = self._found[: len(self)] + BACKGROUND * self._shares[: len(self)]
            known = np.log((self.documents + BACKGROUND + 1) / (seen + 0.5))
            rarest = np.log((self.documents + BACKGROUND + 1) / (BACKGROUND * UNLISTED + 0.5))
            self._rarity = np.append(known, rarest).astype(np.float32)
        return self._rarity[numbers]

    def spread_out(self, numbers: Integers, values: Floats) -> Floats:
        """Return ``values`` at their numbers in an array of all tokens, 0 elsewhere."""
        known = numbers >= 0
        table = np.zeros(len(self) + 1, np.float32)
        table[numbers[known]] = values[known]
        return table

    def spread(self, numbers: Integers) -> Floats:
        """Return the share of the documents here that have each token."""
        return np.asarray(self._found[numbers] / max(1, self.documents), np.float32)

    def _grow(self, fresh: list[str]) -> None:
        """Look up how usual new tokens are."""
        while len(self._numbers) > len(self._shares):
            self._shares = np.concatenate([self._shares, np.zeros_like(self._shares)])
            self._found = np.concatenate([self._found, np.zeros_like(self._found)])
        shares = [self._background.get(token, UNLISTED) for token in fresh]
        self._shares[len(self._numbers) - len(fresh) : len(self._numbers)] = shares


@cache
def background(kind: str) -> Mapping[str, float]:
    """Return the share of ordinary messages that have each token (``words`` or ``grams``)."""
    path = Path(__file__).parent / "shipped" / f"{kind}.tsv.gz"
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return {token: float(share) for token, share in rows}
