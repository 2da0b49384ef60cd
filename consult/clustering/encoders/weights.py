"""The vectors of words as they lie in a file, of which only what is asked for is read."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from consult.clustering.vectors import Vectors

#: What a tensor is called in the file, for the kinds that numpy can read where they lie.
KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I8": "|i1"}
#: Bytes at the head of the file that tell how long its description is.
HEAD = 8


class Words:
    """The vector of each word: a row of ``embeddings`` times its number in ``weights``.

    As sentence-transformers stores them: a row may stand for several words (``mapping``).
    """

    def __init__(self, path: Path) -> None:
        tensors = _mapped(path)
        plain = tensors.get("embedding.weight")
        table = tensors.get("embeddings") if plain is None else plain
        if table is None:
            raise ValueError("it holds no table of word vectors")
        self._table = table
        self._rows = None if plain is not None else tensors.get("mapping")
        self._scales = None if plain is not None else tensors.get("weights")

    def __len__(self) -> int:
        return len(self._table if self._rows is None else self._rows)

    @property
    def dimension(self) -> int:
        """Return how many numbers a vector has."""
        return int(self._table.shape[1])

    def __getitem__(self, words: Sequence[int]) -> Vectors:
        """Return one float32 row for each number of a word."""
        rows = words if self._rows is None else self._rows[words]
        found = np.asarray(self._table[rows], np.float32)
        if self._scales is not None:
            found *= np.asarray(self._scales[words], np.float32)[:, None]
        return found


def _mapped(path: Path) -> dict[str, np.ndarray]:
    """Return the tensors of a file, mapped into memory where numpy knows their kind."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(HEAD), "little")
        if size > path.stat().st_size:
            raise ValueError("it is no file of tensors")
        described = json.loads(file.read(size))
    described.pop("__metadata__", None)
    if any(one["dtype"] not in KINDS for one in described.values()):
        return dict(load_file(path))
    return {
        name: np.asarray(  # a plain array: each look into a memmap makes another one
            np.memmap(
                path,
                dtype=KINDS[one["dtype"]],
                mode="r",
                offset=HEAD + size + one["data_offsets"][0],
                shape=tuple(one["shape"]),
            )
        )
        for name, one in described.items()
    }
