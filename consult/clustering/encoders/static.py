"""A model of one vector per word, read by tokenizers and numpy: no torch, ready in a moment.

The weights stay in their file, which the processes of a machine share, and are read where they
are needed. Short texts are cut by a small reader (:mod:`consult.clustering.encoders.unigram`);
the tree of `tokenizers` is built when many or long ones come, which web processes never have.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from consult.clustering.encoders.unigram import Unigram
from consult.clustering.encoders.weights import Words
from consult.clustering.errors import EncoderUnavailable
from consult.clustering.vectors import Vectors, unit

WEIGHTS, PIECES = "model.safetensors", "tokenizer.json"
#: Texts tokenised at a time, so that memory does not grow with their number.
BATCH = 2048
#: Texts whose words are looked up at a time.
LOOKED_UP = 32
#: Characters read of one text.
LONGEST = 20_000
#: So many texts, and letters of them all, are cut without the tree.
FEW, SHORT = 64, 2 * LONGEST


class StaticEncoder:
    """Read a ``StaticEmbedding`` model of sentence-transformers without sentence-transformers.

    The vector of a text is the mean of the vectors of its words, at length one: the
    same numbers as ``SentenceTransformer(path).encode(texts)`` to 1e-6. One may be
    shared by threads.

    Parameters
    ----------
    path
        A folder with ``model.safetensors`` and ``tokenizer.json``.

    Raises
    ------
    EncoderUnavailable
        If the folder does not hold such a model.

    Examples
    --------
    >>> from consult.clustering import load_encoder
    >>> load_encoder("shipped").encode(["wider cycle lanes"]).shape
    (1, 256)
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        try:
            self._words = Words(self.path / WEIGHTS)
            self._small = Unigram.read(self.path / PIECES)
            pieces = self._tokenizer.get_vocab_size() if self._small is None else len(self._small)
        # files missing, damaged or of another kind: tokenizers raises a bare Exception
        except Exception as error:
            raise EncoderUnavailable(
                f"No model can be read from {self.path}: {error}. "
                "Give a folder made by `consult train-encoder`, or use the one that is shipped."
            ) from error
        if pieces > len(self._words):
            raise EncoderUnavailable(
                f"{PIECES} and {WEIGHTS} in {self.path} do not belong together: "
                f"{pieces} pieces, {len(self._words)} vectors."
            )
        card = _card(self.path)
        self.name = str(card.get("name") or self.path.name)
        self.version = str(card.get("version") or "1")
        self.dimension = self._words.dimension

    @staticmethod
    def can_read(path: Path) -> bool:
        """Say whether a folder looks like such a model."""
        modules = path / "modules.json"
        return modules.is_file() and "StaticEmbedding" in modules.read_text(errors="replace")

    @cached_property
    def fingerprint(self) -> str:
        """Return a digest of weights and tokenizer."""
        total = hashlib.blake2b(digest_size=12)
        for name in (WEIGHTS, PIECES):
            with (self.path / name).open("rb") as file:
                while part := file.read(1 << 20):
                    total.update(part)
        return total.hexdigest()

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self.path / PIECES))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text; a text without a known word gives zeros."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), BATCH):
            chunk = [_readable(text) for text in texts[start : start + BATCH]]
            rows[start : start + len(chunk)] = self._means(chunk)
        return unit(rows)

    def _means(self, texts: list[str]) -> Vectors:
        means = np.zeros((len(texts), self.dimension), np.float32)
        cut = self._cut(texts)
        for start in range(0, len(texts), LOOKED_UP):
            ids = list(islice(cut, LOOKED_UP))
            vectors = self._words[list(chain.from_iterable(ids))]
            ends = accumulate(map(len, ids), initial=0)
            for at, (first, last) in enumerate(pairwise(ends), start=start):
                if first < last:
                    np.add.reduce(vectors[first:last], axis=0, out=means[at])
                    means[at] /= last - first
        return means

    def _cut(self, texts: list[str]) -> Iterator[list[int]]:
        """Return the numbers of the pieces of each text, the same either way."""
        few = len(texts) <= FEW and sum(map(len, texts)) <= SHORT
        if self._small is not None and few and "_tokenizer" not in self.__dict__:
            return map(self._small.ids, texts)
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return (encoding.ids for encoding in encodings)


def _readable(text: str) -> str:
    """Replace lone surrogates, which the tokenizer refuses."""
    return text[:LONGEST].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _card(path: Path) -> dict[str, object]:
    try:
        card = json.loads((path / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}
