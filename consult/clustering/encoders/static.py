"""A model of one vector per word, read by tokenizers and numpy: no torch, ready in a moment."""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from consult.clustering.errors import EncoderUnavailable
from consult.clustering.vectors import Vectors, unit

WEIGHTS, PIECES = "model.safetensors", "tokenizer.json"
#: Texts tokenised at a time, so that memory does not grow with their number.
BATCH = 2048
#: Characters read of one text.
LONGEST = 20_000


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
            weights = load_file(self.path / WEIGHTS)
            self._tokenizer = Tokenizer.from_file(str(self.path / PIECES))
        # files missing, damaged or of another kind: tokenizers raises a bare Exception
        except Exception as error:
            raise EncoderUnavailable(
                f"No model can be read from {self.path}: {error}. "
                "Give a folder made by `consult train-encoder`, or use the one that is shipped."
            ) from error
        self._table = _table(weights, self.path)
        if self._tokenizer.get_vocab_size() > len(self._table):
            raise EncoderUnavailable(
                f"{PIECES} and {WEIGHTS} in {self.path} do not belong together: "
                f"{self._tokenizer.get_vocab_size()} pieces, {len(self._table)} vectors."
            )
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        card = _card(self.path)
        self.name = str(card.get("name") or self.path.name)
        self.version = str(card.get("version") or "1")
        self.dimension = int(self._table.shape[1])

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
            total.update((self.path / name).read_bytes())
        return total.hexdigest()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per text; a text without a known word gives zeros."""
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), BATCH):
            chunk = [_readable(text) for text in texts[start : start + BATCH]]
            rows[start : start + len(chunk)] = self._means(chunk)
        return unit(rows)

    def _means(self, texts: list[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        means = np.zeros((len(texts), self.dimension), np.float32)
        for row, encoding in zip(means, encodings, strict=True):
            if encoding.ids:
                row[:] = self._table[encoding.ids].mean(axis=0)
        return means


def _readable(text: str) -> str:
    """Replace lone surrogates, which the tokenizer refuses."""
    return text[:LONGEST].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _table(weights: dict[str, np.ndarray], path: Path) -> Vectors:
    if "embedding.weight" in weights:
        return np.asarray(weights["embedding.weight"], np.float32)
    if "embeddings" not in weights:
        raise EncoderUnavailable(f"{path / WEIGHTS} holds no table of word vectors.")
    table = np.asarray(weights["embeddings"], np.float32)
    if "mapping" in weights:
        table = table[weights["mapping"]]
    if "weights" in weights:
        table = table * np.asarray(weights["weights"], np.float32)[:, None]
    return table


def _card(path: Path) -> dict[str, object]:
    try:
        card = json.loads((path / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}
