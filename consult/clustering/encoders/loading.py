"""The seam for models: what an encoder is, and how one is found by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from consult.clustering.characters import simplified
from consult.clustering.documents import Document, as_documents
from consult.clustering.encoders.hashing import HashingEncoder
from consult.clustering.encoders.sentences import SentenceEncoder
from consult.clustering.encoders.static import StaticEncoder
from consult.clustering.paths import SHIPPED
from consult.clustering.vectors import Vectors, checked, unit


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors; equal ``fingerprint`` means equal vectors.

    Anything with these five names is one, whatever it inherits from.

    Examples
    --------
    >>> from consult.clustering import Encoder, HashingEncoder
    >>> isinstance(HashingEncoder(), Encoder)
    True
    """

    @property
    def name(self) -> str:
        """Return what people call it."""

    @property
    def version(self) -> str:
        """Return the release of this name."""

    @property
    def fingerprint(self) -> str:
        """Return a digest of everything that the vectors depend on."""

    @property
    def dimension(self) -> int:
        """Return how many numbers a vector has."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 of shape (n, dimension), rows of length one; nothing to read gives zeros."""


def load_encoder(spec: str = "shipped") -> Encoder:
    """Find an encoder: ``shipped``, ``hashing``, a folder, or a name on the model hub.

    A folder with one vector per word is read without torch; any other goes to
    sentence-transformers. Nothing is downloaded before the first text is encoded.

    Parameters
    ----------
    spec
        ``shipped``, ``hashing``, a folder or a name on the hub.

    Examples
    --------
    >>> load_encoder("hashing").dimension
    512

    :raises EncoderUnavailable: if it is not there; the message says what to do.
    """
    if spec == "hashing":
        return HashingEncoder()
    folder = SHIPPED if spec == "shipped" else Path(spec)
    if spec == "shipped" or StaticEncoder.can_read(folder):
        return StaticEncoder(folder)
    return SentenceEncoder(spec)


def encode_documents(encoder: Encoder, documents: Sequence[str | Document]) -> Vectors:
    """Return one unit vector per document: the mean of its title's and its body's.

    A title says in ten words what the body says in three hundred; encoded as one text
    the body would drown it. Traditional characters are read as simplified ones. Cost: that of
    the encoder, twice.

    Parameters
    ----------
    encoder
        Turns texts into vectors.
    documents
        The documents; a bare text is a title.

    Raises
    ------
    WrongDocuments
        If one is no text.
    WrongVectors
        If the encoder gives back what does not fit.

    Examples
    --------
    >>> encode_documents(HashingEncoder(), ["修路灯", Document("加电梯", "六楼老人下楼难")]).shape
    (2, 512)
    """
    whole = as_documents(documents)
    if not whole:
        return np.zeros((0, encoder.dimension), np.float32)
    texts = [document.title for document in whole] + [document.body for document in whole]
    halves = encoder.encode(list(map(simplified, texts)))
    rows = checked(halves, 2 * len(whole), encoder.dimension)
    return unit(rows[: len(whole)] + rows[len(whole) :])
