"""The encoder of this process; what needs torch is loaded by workers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.clustering import Encoder, SentenceEncoder, load_encoder
from models.suggestion import Embedding
from models.topic import Topic

#: Bytes of one number of a stored vector.
NUMBER = 4


@dataclass(frozen=True)
class Absent:
    """A model that other processes have, known by the vectors that it left in a topic.

    It gives zeros, as any encoder does for a text without a known word: what is compared by it is
    compared by its words.
    """

    fingerprint: str
    dimension: int
    name: str = "absent"
    version: str = "0"

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return zeros for each text."""
        return np.zeros((len(texts), self.dimension), np.float32)


class Encoding:
    """The encoder that the settings name; may be shared by threads.

    Parameters
    ----------
    spec
        As :func:`consult.clustering.load_encoder` takes it.
    """

    def __init__(self, spec: str) -> None:
        self.spec = spec
        self._encoder: Encoder | None = None
        self._loading = Lock()

    @property
    def encoder(self) -> Encoder:
        """The encoder; one that needs torch loads it as soon as it is asked for anything."""
        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(self.spec)
            return self._encoder

    def at_hand(self, session: Session, topic: Topic) -> Encoder:
        """The encoder, if it needs no torch or works in this process already; else :class:`Absent`.

        For answers that somebody waits for: torch takes seconds and half a gigabyte to load.
        """
        encoder = self.encoder
        if not isinstance(encoder, SentenceEncoder) or encoder.is_loaded:
            return encoder
        newest = (
            select(Embedding.model, func.length(Embedding.vector))
            .where(Embedding.topic_id == topic.id)
            .order_by(Embedding.id.desc())
            .limit(1)
        )
        found = session.execute(newest).one_or_none()
        return Absent(found[0], found[1] // NUMBER) if found else Absent("", 1)
