"""Any model of sentence-transformers, by folder or by its name on the hub."""

import hashlib
import importlib.metadata
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from consult.clustering.errors import EncoderUnavailable
from consult.clustering.vectors import Vectors, unit

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceEncoder:
    """Encode with sentence-transformers, which is imported when the first text comes.

    The first call takes seconds and some hundred megabytes; one may be shared by threads
    after that.

    Parameters
    ----------
    path_or_hub_name
        A folder, or a name such as ``BAAI/bge-small-zh-v1.5``.
    prompt
        Put before each text, as some models want it. Here all texts are equals, none is the
        question and none the answer: ``BAAI/bge-m3``, ``BAAI/bge-small-zh-v1.5`` (whose
        instruction is for short questions only) and ``paraphrase-multilingual-MiniLM-L12-v2``
        want none; ``Qwen/Qwen3-Embedding-0.6B`` takes a task for questions, as
        ``Instruct: `` with one sentence, a new line and ``Query:``, and none for
        documents.
    normalise
        Whether vectors get length one. Leave it on: every score here expects it.
    truncate_dim
        Keep this many leading numbers of a vector (for Matryoshka models).
    batch_size
        Texts at a time; fewer need less memory.
    local_only
        Never ask the hub.

    Raises
    ------
    EncoderUnavailable
        On the first use, if the model or sentence-transformers is missing.

    Examples
    --------
    >>> from consult.clustering import SentenceEncoder
    >>> encoder = SentenceEncoder("BAAI/bge-m3", truncate_dim=512, batch_size=8)
    >>> encoder.name, encoder.truncate_dim  # nothing is loaded yet
    ('BAAI/bge-m3', 512)
    """

    def __init__(
        self,
        path_or_hub_name: str,
        *,
        prompt: str | None = None,
        normalise: bool = True,
        truncate_dim: int | None = None,
        batch_size: int = 32,
        local_only: bool = False,
    ) -> None:
        self.name = path_or_hub_name
        self.prompt = prompt
        self.normalise = normalise
        self.truncate_dim = truncate_dim
        self.batch_size = batch_size
        self.local_only = local_only

    @cached_property
    def _model(self) -> "SentenceTransformer":
        try:
            # takes seconds and 500 MB: only who uses such a model pays for it
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        except ImportError as error:
            raise EncoderUnavailable(
                f"The model {self.name} needs sentence-transformers: "
                "pip install sentence-transformers, or use the shipped model."
            ) from error
        try:
            model = SentenceTransformer(self.name, local_files_only=self.local_only)
        # the hub, the disk and the format each raise errors of their own
        except Exception as error:
            first_line = str(error).strip().split("\n")[0]
            raise EncoderUnavailable(
                f"The model {self.name} cannot be loaded ({first_line}). Check the name or the "
                "folder and the connection to the hub, or use the shipped model."
            ) from error
        has = model.get_embedding_dimension()
        if self.truncate_dim and has and self.truncate_dim > has:
            raise EncoderUnavailable(
                f"A vector of {self.name} has {has} numbers, not {self.truncate_dim}; "
                "give a truncate_dim that is not larger."
            )
        model.truncate_dim = self.truncate_dim
        return model

    @property
    def is_loaded(self) -> bool:
        """Return whether it has given vectors in this process, so that the next come soon."""
        return "fingerprint" in vars(self)

    @property
    def version(self) -> str:
        """Return the release of sentence-transformers, which models do not have themselves."""
        return importlib.metadata.version("sentence-transformers")

    @property
    def dimension(self) -> int:
        """Return how many numbers a vector has; loads the model."""
        return int(self.truncate_dim or self._model.get_embedding_dimension() or 0)

    @cached_property
    def fingerprint(self) -> str:
        """Return a digest of the name, the settings and a sample of what comes out."""
        sample = self.encode(["路灯坏了", "the street light is broken"]).round(3)
        settings = f"{self.name}|{self.prompt}|{self.normalise}|{self.truncate_dim}"
        return hashlib.blake2b(settings.encode() + sample.tobytes(), digest_size=12).hexdigest()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector per text; an empty text gives zeros."""
        readable = [
            text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts
        ]
        rows = np.zeros((len(texts), self.dimension), np.float32)
        filled = [at for at, text in enumerate(readable) if text.strip()]
        if filled:
            rows[filled] = self._model.encode(
                [readable[at] for at in filled],
                prompt=self.prompt,
                batch_size=self.batch_size,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return unit(rows) if self.normalise else rows
